"""From gold to a model: a tiny plan over tiny gold, made here."""

from __future__ import annotations

import json
import os
import shutil
import sys
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any, NamedTuple

import marisa_trie
import numpy as np
import pyarrow.parquet as pq
import pytest

from comention import cli
from comention.annotation.document import from_text
from comention.annotation.standard import StandardAnnotator
from comention.documents.pubtator import Annotation
from comention.errors import ComentionError, ConfigError, MalformedError, StorageError, UsageError
from comention.files.atomic import sha256
from comention.gold import training
from comention.gold.marked import digest
from comention.gold.model_card import card
from comention.gold.seen import NAME, hashes, read_seen
from comention.gold.training import Trainer, is_held_out, load_plan, read_gold, tags
from comention.lexicon.model import ConceptEntry, NameEntry
from comention.lexicon.store import Lexicon
from comention.lexicon.writing import write
from comention.ner.fitting import Example, Fitted, FittingSettings, fit
from comention.ner.model import FILES, Model
from comention.ner.names import read_names
from comention.resources import bundled_config
from tests.support.recogniser import sentence

_PLAN = """
[crf]
c1 = 0.0
c2 = 0.01
iterations = 40

[taggers.disease]
"one.pubtator" = ["Disease"]
"two.pubtator" = ["SpecificDisease", "Modifier"]

[taggers.chemical]
"one.pubtator" = ["Chemical"]

[taggers.gene]
"genes.pubtator" = ["Gene"]

[held_out]
"two.pubtator" = "all"
"one.pubtator" = "fifth"

[sources]
"one.pubtator" = "Corpus One (Made Up, 2026)"
"""

# PMIDs in the fifth that is measured on, and others.
_FIFTH = [pmid for pmid in range(1, 200) if is_held_out(pmid)][:3]
_OTHERS = [pmid for pmid in range(1, 200) if not is_held_out(pmid)][:12]

#: An annotation by what it says: (surface, type, ids).
Marked = tuple[str, str, str]


def pubtator(pmid: int | str, title: str, abstract: str, *marked: Marked) -> str:
    """A gold document; each annotation is at the first place of its text."""
    text = f"{title} {abstract}"
    lines = [f"{pmid}|t|{title}", f"{pmid}|a|{abstract}"]
    for surface, kind, ids in marked:
        start = text.index(surface)
        lines.append(f"{pmid}\t{start}\t{start + len(surface)}\t{surface}\t{kind}\t{ids}")
    return "\n".join(lines) + "\n"


def _document(pmid: int, disease: str, drug: str, kind: str = "Disease") -> str:
    return pubtator(
        pmid,
        f"On {disease}.",
        f"After {drug} nobody died. The use of {drug} in severe {disease} was safe.",
        (disease, kind, "MESH:D900001"),
        (f"{drug}", "Chemical", "MESH:D900002"),
        (f"severe {disease}", kind, "MESH:D900001|MESH:D900003"),
    )


def _gold() -> dict[str, list[str]]:
    one = [_document(pmid, "lung zornia", "quellin") for pmid in _OTHERS[:4]]
    one += [_document(pmid, "zornal fever", "aspirin acid") for pmid in _OTHERS[4:7]]
    one += [_document(pmid, "heldoutitis", "heldoutol") for pmid in _FIFTH]
    two = [_document(pmid, "secretosis", "quellin", "SpecificDisease") for pmid in _OTHERS[7:10]]
    genes = [
        pubtator(
            pmid,
            "Levels of ZRN-7.",
            "ZRN-7 and Qlx rose in mice.",
            ("ZRN-7", "Gene", "77"),
            ("Qlx", "Gene", "78"),
        )
        for pmid in (*_OTHERS[10:], 5_000)
    ]
    return {"one.pubtator": one, "two.pubtator": two, "genes.pubtator": genes}


class Result(NamedTuple):
    code: int
    out: str
    err: str


@pytest.fixture
def call(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, lexicon: Lexicon
) -> Callable[..., Result]:
    """Call the command line in this process, over the lexicon of these tests."""

    def run(*arguments: object) -> Result:
        monkeypatch.setattr("comention.lexicon.store.open_lexicon", lambda: lexicon)
        monkeypatch.setattr(sys, "argv", ["comention", *map(str, arguments)])
        with pytest.raises(SystemExit) as ended:
            cli.main()
        captured = capsys.readouterr()
        return Result(int(ended.value.code or 0), captured.out, captured.err)

    return run


@pytest.fixture(scope="module")
def lexicon(tmp_path_factory: pytest.TempPathFactory) -> Lexicon:
    folder = tmp_path_factory.mktemp("lexicon")
    concepts = [
        ConceptEntry("MESH:D900001", "zornia", "disease", "test", xrefs=("OMIM:600001", "OMIM:600002")),
        ConceptEntry("MESH:D900003", "severity", "disease", "test"),
        ConceptEntry("MESH:D900002", "quellin", "drug", "test"),
        ConceptEntry("HGNC:900007", "ZRN-7", "cytokine", "test", xrefs=("NCBIGene:77",)),
    ]
    names = [
        NameEntry("zornia", "MESH:D900001", "test"),
        NameEntry("quellin", "MESH:D900002", "test"),
        NameEntry("ZRN-7", "HGNC:900007", "test"),
    ]
    write(folder, concepts, names, {}, mesh_uis=["D900001", "D900002", "D900003", "D900009"])
    return Lexicon(folder)


class Place(NamedTuple):
    """Where the gold and the plan of a test lie."""

    gold: Path
    plan: Path

    def put(self, file: str, documents: Iterable[str]) -> None:
        (self.gold / file).write_text("\n".join(documents), encoding="utf-8")

    def trainer(self, lexicon: Lexicon, say: Callable[[str], Any] = lambda _: None) -> Trainer:
        plan = load_plan(self.plan)
        return Trainer(plan, read_gold(plan, [self.gold]), lexicon, say)


@pytest.fixture
def place(tmp_path: Path) -> Place:
    found = Place(tmp_path / "gold", tmp_path / "plan.toml")
    found.gold.mkdir()
    found.plan.write_text(_PLAN, encoding="utf-8")
    for file, documents in _gold().items():
        found.put(file, documents)
    return found


@pytest.fixture(scope="module")
def trained(tmp_path_factory: pytest.TempPathFactory, lexicon: Lexicon) -> tuple[Path, list[dict[str, Any]]]:
    """A model that is trained once, on all documents, and its figures; nobody changes it."""
    folder = tmp_path_factory.mktemp("trained")
    (folder / "gold").mkdir()
    (folder / "plan.toml").write_text(_PLAN, encoding="utf-8")
    place = Place(folder / "gold", folder / "plan.toml")
    for file, documents in _gold().items():
        place.put(file, documents)
    return folder / "model", place.trainer(lexicon).train(folder / "model", "2026-01-02")


def listing(folder: Path) -> dict[str, bytes]:
    return {str(p.relative_to(folder)): p.read_bytes() for p in sorted(folder.rglob("*")) if p.is_file()}


def about_of(model: Path) -> dict[str, Any]:
    about: dict[str, Any] = json.loads((model / "model.json").read_text("utf-8"))
    return about


def assert_one_line(result: Result, code: int, *words: str) -> None:
    assert result.code == code, result
    assert result.err.splitlines()[-1].startswith("comention: "), result.err
    assert not result.out
    for word in words:
        assert word in result.err.splitlines()[-1], result.err


# What is trained.


def test_the_model_marks_what_gold_marks(
    trained: tuple[Path, list[dict[str, Any]]], lexicon: Lexicon
) -> None:
    annotator = StandardAnnotator(lexicon, Model(trained[0]))
    text = "The use of quellin in severe lung zornia was safe. Levels of ZRN-7."
    assert [(m.text, m.entity_type, m.concept_id) for m in annotator.mentions(from_text(text))] == [
        ("quellin", "drug", "MESH:D900002"),
        ("severe lung zornia", "disease", "MESH:D900001"),
        ("severe lung zornia", "disease", "MESH:D900003"),
        ("ZRN-7", "cytokine", "HGNC:900007"),
    ]


def test_two_trainings_are_equal_to_the_byte(
    place: Place, trained: tuple[Path, list[dict[str, Any]]], lexicon: Lexicon, tmp_path: Path
) -> None:
    figures = place.trainer(lexicon).train(tmp_path / "again", "2026-01-02")
    assert figures == trained[1]
    assert listing(tmp_path / "again") == listing(trained[0])
    assert set(listing(trained[0])) == {*FILES, NAME, "model.json", "MODEL_CARD.md"}
    assert not [path for path in tmp_path.iterdir() if path.name.startswith(".")]


def test_what_is_measured(trained: tuple[Path, list[dict[str, Any]]]) -> None:
    figures = trained[1]
    assert [
        (f["gold"], f["documents"]) for f in figures if f["type"] == "total" and f["measure"] == "strict span"
    ] == [
        ("two.pubtator", 3),
        ("one.pubtator", len(_FIFTH)),
    ]
    assert {"precision", "recall", "f1", "tp", "fp", "fn"} <= figures[0].keys()
    # What the measured model had never seen, it did not find everywhere.
    assert any(f["fn"] for f in figures)


def test_the_description_says_what_the_model_was_made_from(
    place: Place, trained: tuple[Path, list[dict[str, Any]]], lexicon: Lexicon
) -> None:
    about = about_of(trained[0])
    assert about["labels"] == ["chemical", "disease", "gene"]
    assert about["made_by"]["date"] == "2026-01-02"
    assert about["lexicon"] == lexicon.fingerprint
    assert about["plan"] == json.loads(load_plan(place.plan).model_dump_json())
    assert about["figures"] == trained[1]
    assert about["held out"] is False
    assert about["documents"] == {"chemical": 10, "disease": 13, "gene": 3}
    assert {name: gold["sha256"] for name, gold in about["gold"].items()} == {
        name: sha256(place.gold / name) for name in _gold()
    }
    assert [gold["lines left out"] for gold in about["gold"].values()] == [[], [], []]


def _row_of(figure: dict[str, Any]) -> str:
    rates = [figure[rate] for rate in ("precision", "recall", "f1")]
    cells = [f"{rate:.3f}" if rate is not None else "–" for rate in rates]
    row = [figure["gold"], figure["documents"], figure["type"], figure["measure"], *cells]
    return f"| {' | '.join(map(str, row))} |"


def test_the_card_holds_the_figures_and_the_checksums_of_the_gold(
    place: Place, trained: tuple[Path, list[dict[str, Any]]]
) -> None:
    text = (trained[0] / "MODEL_CARD.md").read_text("utf-8")
    assert text == card(about_of(trained[0]))
    for figure in trained[1]:
        # Relaxed spans are left to model.json.
        assert (_row_of(figure) in text) == (figure["measure"] != "relaxed span")
    for name, documents in _gold().items():
        assert f"| {len(documents)} | 0 | `{sha256(place.gold / name)[:16]}` |" in text
    assert "| one.pubtator | Corpus One (Made Up, 2026) | 10 | 0 |" in text
    for fact in ("2026-01-02", "chemical 10, disease 13, gene 3", "L2 0.01", "40 iterations"):
        assert fact in text
    assert "comention train --gold" in text


def test_the_card_says_a_total_only_of_several_types(trained: tuple[Path, list[dict[str, Any]]]) -> None:
    about = about_of(trained[0])
    # One file measures a single type here, whose total says nothing of its own; the other measures two.
    about["figures"] = [f for f in trained[1] if f["gold"] == "one.pubtator" or f["type"] != "chemical+drug"]
    text = card(about)
    assert "| one.pubtator | 3 | total | strict span |" in text
    assert "| two.pubtator | 3 | disease | strict span |" in text
    assert "| two.pubtator | 3 | total |" not in text


# What is held out.


@pytest.mark.slow
def test_what_is_held_out_is_in_no_training_set(place: Place, lexicon: Lexicon, tmp_path: Path) -> None:
    # The held-out documents stand in other files too, with words that only they could teach.
    copies = _gold()["genes.pubtator"]
    copies += [
        pubtator(pmid, "On copyosis.", "Geneofcopy rose in copyosis.", ("Geneofcopy", "Gene", "1"))
        for pmid in (_OTHERS[7], _FIFTH[0])
    ]
    place.put("genes.pubtator", copies)
    place.put("one.pubtator", [*_gold()["one.pubtator"], _document(_OTHERS[7], "copyosis", "copyol")])
    trainer = place.trainer(lexicon)
    held_out = trainer._held_out()
    assert held_out == {*_OTHERS[7:10], *_FIFTH}
    for label in ("chemical", "disease", "gene"):
        used = [document.pmid for _, document, _ in trainer._training(label, held_out)]
        assert used
        assert not held_out & set(used)
        assert len(used) == len(set(used))
    figures = trainer.train(tmp_path / "measured", "2026-01-02", final=False)
    assert about_of(tmp_path / "measured")["figures"] == figures
    trainer.train(tmp_path / "final", "2026-01-02")
    kinds = ("measured", "final")
    known = ["\n".join(marisa_trie.Trie().load(str(tmp_path / kind / "features.marisa"))) for kind in kinds]
    for word in ("heldoutitis", "heldoutol", "secretosis", "copyosis", "geneofcopy"):
        assert [word in names for names in known] == [False, True], word
    for word in ("zornia", "quellin", "zrn"):
        assert [word in names for names in known] == [True, True], word
    names = [
        {name for _, name in read_names(tmp_path / kind / "names.parquet")} for kind in ("measured", "final")
    ]
    assert "secretosis" not in names[0]
    assert "secretosis" in names[1]
    assert about_of(tmp_path / "measured")["held out"] is True
    assert "This is the model that was measured" in (tmp_path / "measured" / "MODEL_CARD.md").read_text(
        "utf-8"
    )
    assert "This is the model that was measured" not in (tmp_path / "final" / "MODEL_CARD.md").read_text(
        "utf-8"
    )


def test_each_document_is_learnt_from_once(place: Place, lexicon: Lexicon) -> None:
    # A PMID that two files of a label hold counts as the first file has it.
    again = _document(_OTHERS[0], "zornal fever", "quellin", "SpecificDisease")
    place.put("two.pubtator", [*_gold()["two.pubtator"], again])
    used = [document for _, document, _ in place.trainer(lexicon)._training("disease", frozenset())]
    assert [d.title for d in used if d.pmid == _OTHERS[0]] == ["On lung zornia."]
    assert len(used) == len({d.pmid for d in used})


def test_only_the_types_that_the_plan_names_are_learnt(place: Place, lexicon: Lexicon) -> None:
    trainer = place.trainer(lexicon)
    for label, types in (("disease", {"Disease", "SpecificDisease"}), ("chemical", {"Chemical"})):
        found = {a.type for *_, marked in trainer._training(label, frozenset()) for a in marked}
        assert found == types


def test_the_fifth_is_a_fifth_and_does_not_depend_on_how_a_pmid_is_written() -> None:
    assert 1_800 < sum(map(is_held_out, range(10_000))) < 2_200
    assert [is_held_out(pmid) for pmid in range(50)] == [is_held_out(str(pmid)) for pmid in range(50)]


# What is learnt as names.


def names_learnt(place: Place, lexicon: Lexicon, *marked: Marked) -> dict[str, tuple[str, ...]]:
    """The names that a model learns from one more document."""
    text = ", ".join(surface for surface, _, _ in marked)
    place.put("one.pubtator", [*_gold()["one.pubtator"], pubtator(4_000, "Some names.", text, *marked)])
    place.trainer(lexicon).train(place.gold / "model", "2026-01-02")
    return {name: ids for (_, name), ids in read_names(place.gold / "model" / "names.parquet").items()}


def test_names_are_learnt_with_the_concepts_that_count_today(place: Place, lexicon: Lexicon) -> None:
    names = names_learnt(
        place,
        lexicon,
        ("omimitis", "Disease", "OMIM:600001"),
        ("Bareitis", "Disease", "D900001"),
        ("composititis", "Disease", "MESH:D900001|MESH:D900003"),
        ("halfknownitis", "Disease", "MESH:D900001|MESH:D900009"),
        ("oldnamitis", "Disease", "MESH:D800000"),
        ("unknownitis", "Disease", "MESH:D900009"),
        ("zornia", "Disease", "MESH:D800000"),
        ("XY", "Disease", "MESH:D900001"),
    )
    assert names["omimitis"] == ("MESH:D900001",)
    assert names["bareitis"] == ("MESH:D900001",)
    assert names["composititis"] == ("MESH:D900001", "MESH:D900003")
    assert names["zornia"] == ("MESH:D900001",)  # of an id that is retired: whose name it is today
    assert names["quellin"] == ("MESH:D900002",)
    for left_out in ("halfknownitis", "oldnamitis", "unknownitis", "xy", "zrn 7"):
        assert left_out not in names


def test_two_ids_of_one_concept_are_one(place: Place, lexicon: Lexicon) -> None:
    names = names_learnt(place, lexicon, ("doubleitis", "Disease", "OMIM:600001|OMIM:600002"))
    assert names["doubleitis"] == ("MESH:D900001",)


# Labels of tokens.


def test_tokens_that_an_annotation_touches_are_its() -> None:
    text = "severe lung-zornia of mice (IL-12p40)"
    given = [("lung-zorn", 7), ("severe lung-zornia", 0), ("mice", 22), ("L-12", 28), ("12p4", 30)]
    marks = [Annotation(start, start + len(surface), surface, "Disease", ()) for surface, start in given]
    one = sentence(text)
    expected = [
        *[
            ("severe", "B"),
            ("lung", "I"),
            ("-", "I"),
            ("zornia", "I"),
            ("of", "O"),
            ("mice", "B"),
            ("(", "O"),
        ],
        *[("IL", "B"), ("-", "I"), ("12", "I"), ("p", "O"), ("40", "O"), (")", "O")],
    ]
    for order in (marks, marks[::-1]):
        assert list(zip(one.words.surfaces, tags(one, order), strict=True)) == expected
    assert tags(sentence("nothing here"), [Annotation(40, 50, "x", "Disease", ())]) == ["O", "O"]


def test_of_annotations_that_overlap_the_longest_counts() -> None:
    marks = [Annotation(0, 11, "severe lung", "x", ()), Annotation(7, 20, "lung-bud tumo", "x", ())]
    expected = ["O", "B", "I", "I", "I"]
    for order in (marks, marks[::-1]):
        assert tags(sentence("severe lung-bud tumor"), order) == expected


def test_neighbours_begin_each_by_itself() -> None:
    marks = [Annotation(0, 3, "abc", "x", ()), Annotation(4, 7, "def", "x", ())]
    assert tags(sentence("abc def"), marks) == ["B", "B"]


# What goes wrong.


def test_broken_lines_are_told_and_listed(place: Place, call: Callable[..., Result], tmp_path: Path) -> None:
    broken = _gold()["one.pubtator"]
    broken[0] += f"{_OTHERS[0]}\t0\t3\tnot there\tDisease\tMESH:D900001\n"
    broken[1] += f"{_OTHERS[1]}\tx\n"
    place.put("one.pubtator", broken)
    result = call("train", "--gold", place.gold, "--config", place.plan, "-o", tmp_path / "model", "--json")
    assert result.code == 0, result.err
    told = [line for line in result.err.splitlines() if line.endswith("(left out)")]
    assert len(told) == 2
    left_out = about_of(tmp_path / "model")["gold"]["one.pubtator"]["lines left out"]
    assert told == [f"one.pubtator: {line} (left out)" for line in left_out]
    assert "not there" in told[0]
    card_of = (tmp_path / "model" / "MODEL_CARD.md").read_text("utf-8")
    assert "| one.pubtator | Corpus One (Made Up, 2026) | 10 | 2 |" in card_of


@pytest.mark.slow
def test_the_command_tells_people_and_writes_data(
    place: Place, call: Callable[..., Result], tmp_path: Path, trained: tuple[Path, list[dict[str, Any]]]
) -> None:
    arguments = ("train", "--gold", place.gold, "--config", place.plan, "-o", tmp_path / "new" / "model")
    result = call(*arguments)
    assert result.code == 0, result.err
    lines = result.out.splitlines()
    assert lines[0] == "gold\tdocuments\ttype\tmeasure\tprecision\trecall\tf1"
    assert len(lines) == 1 + len(trained[1])
    assert "disease: " in result.err
    assert "measuring on two.pubtator" in result.err
    assert result.err.endswith(f"model: {tmp_path / 'new' / 'model'}\n")
    for name in FILES:
        assert (tmp_path / "new" / "model" / name).read_bytes() == (trained[0] / name).read_bytes()
    as_json = call(*arguments, "--json", "--measure-only")
    assert json.loads(as_json.out) == {"model": str(tmp_path / "new" / "model"), "figures": trained[1]}
    assert about_of(tmp_path / "new" / "model")["held out"] is True
    assert call("train", "--help").code == 0


def _removed(*files: str) -> Callable[[Place], Any]:
    def remove(place: Place) -> None:
        for file in files:
            (place.gold / file).unlink()

    return remove


def _gold_of(content: bytes) -> Callable[[Place], Any]:
    return lambda place: (place.gold / "two.pubtator").write_bytes(content)


def _plan_with(old: str, new: str) -> Callable[[Place], Any]:
    assert old in _PLAN
    return lambda place: place.plan.write_text(_PLAN.replace(old, new))


@pytest.mark.parametrize(
    ("change", "code", "words"),
    [
        (_removed("two.pubtator"), 2, ["lacks two.pubtator", "--gold"]),
        (_removed(*_gold()), 2, ["genes.pubtator, one.pubtator, two.pubtator"]),
        (_gold_of(b"1|t|\xff"), 3, ["two.pubtator", "UTF-8"]),
        (_gold_of(b""), 3, ["two.pubtator"]),
        (lambda place: place.put("one.pubtator", _gold()["one.pubtator"][:7]), 3, ["one.pubtator"]),
        (lambda place: place.put("two.pubtator", ["1|t|Nothing.\n1|a|At all.\n"]), 3, ["two.pubtator"]),
        (lambda place: place.plan.unlink(), 2, ["plan.toml", "No such file"]),
        (lambda place: place.plan.write_bytes(b"\xff"), 2, ["plan.toml", "not TOML"]),
        (lambda place: place.plan.write_text(""), 2, ["plan.toml", "taggers"]),
        (_plan_with("[taggers.gene]", "[taggers.gene"), 2, ["plan.toml", "not TOML"]),
        (_plan_with("[crf]", "seed = 1\n[crf]"), 2, ["plan.toml", "seed", "not permitted"]),
        (_plan_with("c1 =", "c3 ="), 2, ["crf.c3", "not permitted"]),
        (_plan_with("c1 = 0.0", "c1 = -0.1"), 2, ["crf.c1", "greater"]),
        (_plan_with("= 40", "= 0"), 2, ["crf.iterations", "greater"]),
        (_plan_with('"fifth"', '"half"'), 2, ["held_out", "'all' or 'fifth'"]),
        (_plan_with('["Gene"]', '"Gene"'), 2, ["taggers.gene", "tuple"]),
        (_plan_with("taggers.gene", "taggers.protein"), 2, ["chemical, disease, gene"]),
        (_plan_with('["Gene"]', '["Protein"]'), 3, ["gene", "no annotation"]),
    ],
)
def test_what_is_wrong_is_one_line(
    place: Place,
    call: Callable[..., Result],
    tmp_path: Path,
    change: Callable[[Place], Any],
    code: int,
    words: list[str],
) -> None:
    old = _old_model(tmp_path)
    change(place)
    result = call("train", "--gold", place.gold, "--config", place.plan, "-o", tmp_path / "model")
    assert_one_line(result, code, *words)
    assert listing(tmp_path / "model") == old
    assert not [path.name for path in tmp_path.iterdir() if path.name.startswith(".")]


def _old_model(folder: Path) -> dict[str, bytes]:
    (folder / "model").mkdir()
    for name in (*FILES, NAME, "model.json", "MODEL_CARD.md"):
        (folder / "model" / name).write_text(f"an older {name}")
    return listing(folder / "model")


def test_a_gold_folder_that_is_not_there_is_named(
    place: Place, call: Callable[..., Result], tmp_path: Path
) -> None:
    result = call("train", "--gold", tmp_path / "absent", "--config", place.plan, "-o", tmp_path / "model")
    assert_one_line(result, 2, "absent lacks ", "--gold")
    assert not (tmp_path / "model").exists()


def test_crfsuite_that_is_not_installed_is_named_before_anything_is_done(
    place: Place, call: Callable[..., Result], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "pycrfsuite", None)
    old = _old_model(tmp_path)
    result = call("train", "--gold", place.gold, "--config", place.plan, "-o", tmp_path / "model")
    assert_one_line(result, 2, "python-crfsuite", "pip install 'comention[train]'")
    assert result.err.count("\n") == 1
    assert listing(tmp_path / "model") == old


class _Stop(Exception):  # noqa: N818 - what a test throws
    pass


@pytest.mark.parametrize("error", [_Stop, KeyboardInterrupt, MemoryError])
@pytest.mark.parametrize("calls", [1, 3, 4, 6])
def test_a_training_that_ends_early_leaves_the_old_model_as_it_was(
    place: Place,
    lexicon: Lexicon,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    error: type[BaseException],
    calls: int,
) -> None:
    old = _old_model(tmp_path)
    done: list[int] = []

    def failing(*arguments: Any) -> Fitted:
        done.append(1)
        if len(done) == calls:
            raise error
        return fit(*arguments)

    monkeypatch.setattr(training, "fit", failing)
    with pytest.raises(error):
        place.trainer(lexicon).train(tmp_path / "model", "2026-01-02")
    assert len(done) == calls
    assert listing(tmp_path / "model") == old
    assert sorted(path.name for path in tmp_path.iterdir()) == ["gold", "model", "plan.toml"]


def test_a_failure_of_writing_leaves_the_old_model_as_it_was(
    place: Place, lexicon: Lexicon, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    old = _old_model(tmp_path)

    def full(*_: Any) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(training, "write_weights", full)
    with pytest.raises(StorageError, match="no space left"):
        place.trainer(lexicon).train(tmp_path / "model", "2026-01-02")
    assert listing(tmp_path / "model") == old


def test_a_model_that_cannot_be_put_in_place_leaves_the_old_one(
    place: Place, lexicon: Lexicon, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    old, model = _old_model(tmp_path), tmp_path / "model"
    refused: list[str] = []

    def once(real: Callable[..., Any]) -> Callable[..., Any]:
        def refusing(source: Any, target: Any, *more: Any) -> Any:
            if Path(target) == model and not refused:
                refused.append(str(source))
                raise OSError(28, "No space left on device")
            return real(source, target, *more)

        return refusing

    monkeypatch.setattr(shutil, "move", once(shutil.move))
    for name in ("rename", "replace"):
        monkeypatch.setattr(os, name, once(getattr(os, name)))
        monkeypatch.setattr(Path, name, once(getattr(Path, name)))
    with pytest.raises(StorageError, match="no space left"):
        place.trainer(lexicon).train(model, "2026-01-02")
    assert refused
    assert listing(model) == old


def test_what_a_killed_training_left_is_in_nobodys_way(
    place: Place, lexicon: Lexicon, tmp_path: Path
) -> None:
    left = tmp_path / ".model.new"
    left.mkdir()
    (left / "weights.npz").write_text("half")
    (left / "other").write_text("x")
    place.trainer(lexicon).train(tmp_path / "model", "2026-01-02")
    assert set(listing(tmp_path / "model")) == {*FILES, NAME, "model.json", "MODEL_CARD.md"}
    assert not left.exists()


def test_an_old_model_is_replaced_as_a_whole(place: Place, lexicon: Lexicon, tmp_path: Path) -> None:
    _old_model(tmp_path)
    place.trainer(lexicon).train(tmp_path / "model", "2026-01-02")
    assert Model(tmp_path / "model").labels == ("chemical", "disease", "gene")
    assert set(listing(tmp_path / "model")) == {*FILES, NAME, "model.json", "MODEL_CARD.md"}


def test_a_folder_of_something_else_is_not_deleted(place: Place, lexicon: Lexicon, tmp_path: Path) -> None:
    mine = tmp_path / "mine"
    mine.mkdir()
    (mine / "thesis.txt").write_text("ten years of work")
    with pytest.raises(ComentionError):
        place.trainer(lexicon).train(mine, "2026-01-02")
    assert listing(mine) == {"thesis.txt": b"ten years of work"}


def test_the_folder_that_one_is_in_is_not_deleted(
    place: Place, lexicon: Lexicon, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    trainer = place.trainer(lexicon)
    mine = tmp_path / "mine"
    mine.mkdir()
    (mine / "thesis.txt").write_text("ten years of work")
    monkeypatch.chdir(mine)
    with pytest.raises(ComentionError):
        trainer.train(Path(), "2026-01-02")
    assert listing(mine) == {"thesis.txt": b"ten years of work"}


def test_a_link_to_a_model_is_followed_or_replaced(place: Place, lexicon: Lexicon, tmp_path: Path) -> None:
    _old_model(tmp_path)
    (tmp_path / "link").symlink_to(tmp_path / "model")
    place.trainer(lexicon).train(tmp_path / "link", "2026-01-02")
    assert Model(tmp_path / "link").labels == ("chemical", "disease", "gene")
    assert not [path for path in (tmp_path / "model").iterdir() if path.is_dir()]


def test_a_file_in_the_models_place_is_refused_before_the_work(
    place: Place, lexicon: Lexicon, tmp_path: Path
) -> None:
    (tmp_path / "model").write_text("a file")
    said: list[str] = []
    with pytest.raises(ComentionError):
        place.trainer(lexicon, said.append).train(tmp_path / "model", "2026-01-02")
    assert (tmp_path / "model").read_text() == "a file"
    assert said == []


def test_gold_that_nothing_can_be_measured_on_is_told_before_the_work(
    place: Place, lexicon: Lexicon, tmp_path: Path
) -> None:
    place.put("two.pubtator", ["1|t|Nothing.\n1|a|At all.\n"])
    said: list[str] = []
    with pytest.raises(MalformedError, match=r"two\.pubtator"):
        place.trainer(lexicon, said.append).train(tmp_path / "model", "2026-01-02")
    assert said == []


def test_errors_are_of_the_kinds_that_the_command_line_knows(
    place: Place, tmp_path: Path, lexicon: Lexicon
) -> None:
    with pytest.raises(ConfigError, match=r"absent\.toml"):
        load_plan(tmp_path / "absent.toml")
    with pytest.raises(UsageError, match="--gold"):
        read_gold(load_plan(place.plan), [tmp_path])
    place.plan.write_text(_PLAN.replace('["Chemical"]', '["Drug"]'))
    with pytest.raises(MalformedError, match=r"^chemical: no annotation"):
        place.trainer(lexicon).train(tmp_path / "model", "2026-01-02")


def test_weights_are_told_in_steps_and_features_that_say_nothing_are_left_out(
    trained: tuple[Path, list[dict[str, Any]]],
) -> None:
    with np.load(trained[0] / "weights.npz") as arrays:
        steps = arrays["weights"] * training.STEPS
    assert (steps == np.round(steps)).all()
    assert steps.any(axis=1).all()


# Gold of places, and files that count twice.


def _places(place: Place, tmp_path: Path) -> Path:
    """Let the diseases of the plan be trained on a file of places too; return the texts of it."""
    title, abstract = "On qualmoria.", "The use of none in severe qualmoria was safe."
    text = f"{title} {abstract}"
    pmids = [pmid for pmid in range(200, 400) if not is_held_out(pmid)][:4]
    records = tmp_path / "records.xml"
    one = (
        "<PubmedArticle><MedlineCitation><PMID>{}</PMID><Article><ArticleTitle>{}</ArticleTitle>"
        "<Abstract><AbstractText>{}</AbstractText></Abstract></Article></MedlineCitation></PubmedArticle>"
    )
    found = "".join(one.format(pmid, title, abstract) for pmid in pmids)
    records.write_text(f"<PubmedArticleSet>{found}</PubmedArticleSet>", encoding="utf-8")
    start = text.index("severe")
    spans = {"disease": [[3, 12], [start, start + 16]]}
    rows = [{"pmid": pmid, "source": "records.xml", "sha256": digest(text), **spans} for pmid in pmids]
    place.put("places.jsonl", map(json.dumps, rows))
    with_places = _PLAN.replace("[taggers.chemical]", '"places.jsonl" = ["disease"]\n\n[taggers.chemical]')
    place.plan.write_text(with_places, encoding="utf-8")
    return records


def test_places_teach_the_tagger_and_no_names(place: Place, lexicon: Lexicon, tmp_path: Path) -> None:
    records = _places(place, tmp_path)
    plan = load_plan(place.plan)
    with pytest.raises(UsageError, match="--texts"):
        read_gold(plan, [place.gold])
    gold = read_gold(plan, [tmp_path / "absent", place.gold], [records])
    Trainer(plan, gold, lexicon, lambda _: None).train(tmp_path / "model", "2026-01-02", final=False)
    model = Model(tmp_path / "model")
    document = from_text("The use of quellin in severe qualmoria was safe.")
    marked = StandardAnnotator(lexicon, model).mentions(document)
    assert ("severe qualmoria", "disease") in {(m.text, m.entity_type) for m in marked}
    assert "qualmoria" not in str(pq.read_table(tmp_path / "model" / "names.parquet"))
    seen = read_seen(tmp_path / "model")
    assert seen is not None
    assert all(one in seen for one in gold.documents["places.jsonl"])
    assert model.about["documents"]["disease"] == 11  # seven of PubTator, four of places


def test_the_sentences_of_a_file_can_count_twice(
    place: Place, lexicon: Lexicon, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fitted(plan: str) -> list[tuple[int, int]]:
        place.plan.write_text(plan, encoding="utf-8")
        found: list[tuple[int, int]] = []

        def spy(examples: list[Example], settings: FittingSettings) -> Fitted:
            ours = [example for example in examples if "B" in example.labels]
            found.append((len(examples), len(ours)))
            return fit(examples, settings)

        monkeypatch.setattr("comention.gold.training.fit", spy)
        place.trainer(lexicon).train(tmp_path / f"model{len(plan)}", "2026-01-02")
        return found[3:]  # of chemicals, diseases and genes, the held-out documents included

    once = fitted(_PLAN)
    twice = fitted(f'{_PLAN}\n[twice]\nchemical = ["one.pubtator"]\ndisease = ["two.pubtator"]\n')
    assert twice[0] == (2 * once[0][0], 2 * once[0][1])
    assert once[1] < twice[1] < (2 * once[1][0], 2 * once[1][1])
    assert twice[2] == once[2]


# The plan that is shipped.


def test_the_shipped_plan_is_the_one_that_the_shipped_model_was_made_by() -> None:
    plan = load_plan(bundled_config("ner/standard"))
    assert set(plan.held_out) <= set(plan.files)
    assert set(plan.sources) == set(plan.files)
    from comention.ner.model import open_model

    about = open_model().about
    assert set(about["gold"]) == set(plan.files)
    assert about["plan"] == json.loads(plan.model_dump_json())


@pytest.mark.slow
def test_training_over_the_shipped_lexicon(place: Place, tmp_path: Path) -> None:
    import subprocess

    command = [sys.executable, "-m", "comention.cli", "train", "--gold", str(place.gold), "--json"]
    command += ["--config", str(place.plan), "-o", str(tmp_path / "model")]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert json.loads(done.stdout)["model"] == str(tmp_path / "model")
    from comention.lexicon.store import open_lexicon

    annotator = StandardAnnotator(open_lexicon(), Model(tmp_path / "model"))
    text = "After quellin nobody died. The use of quellin in severe lung zornia was safe."
    assert {"quellin", "severe lung zornia"} <= {m.text for m in annotator.mentions(from_text(text))}


def test_a_model_tells_the_documents_it_was_trained_on(
    place: Place, lexicon: Lexicon, tmp_path: Path
) -> None:
    """Those held out are among them only where the model was then trained on all."""
    trainer = place.trainer(lexicon)
    documents = [document for several in trainer.gold.documents.values() for document in several]
    kept = {*_FIFTH, *_OTHERS[7:10]}  # a fifth of one file, and all of another
    trainer.train(tmp_path / "measured", "2026-01-01", final=False)
    seen = np.load(tmp_path / "measured" / NAME)
    pmids = {d.pmid for d in documents if hashes(d)[0] in seen}
    assert pmids == {d.pmid for d in documents} - kept
    trainer.train(tmp_path / "final", "2026-01-01")
    every = read_seen(tmp_path / "final")
    assert every is not None
    assert all(document in every for document in documents)


def test_a_file_for_names_teaches_names_and_no_tagger(place: Place, lexicon: Lexicon) -> None:
    one, two = '"one.pubtator" = ["Disease"]\n', '"two.pubtator" = ["SpecificDisease", "Modifier"]\n'
    place.plan.write_text(
        _PLAN.replace(f"[taggers.disease]\n{one}{two}", f"[names.disease]\n{two}\n[taggers.disease]\n{one}"),
        encoding="utf-8",
    )
    trainer = place.trainer(lexicon)
    assert trainer.plan.files == ["genes.pubtator", "one.pubtator", "two.pubtator"]
    files = {file for file, *_ in trainer._training("disease", frozenset())}
    assert files == {"one.pubtator"}
    files = {file for file, *_ in trainer._training("disease", frozenset(), for_names=True)}
    assert files == {"one.pubtator", "two.pubtator"}


@pytest.mark.parametrize(
    ("added", "message"),
    [
        ('[apart]\ndisease = ["three.pubtator"]\n', "disease is not trained on three.pubtator"),
        ('[twice]\ndisease = ["three.pubtator"]\n', "twice: disease is not trained on three.pubtator"),
        ('[names.gene]\n"one.pubtator" = ["Gene"]\n', "and no gene"),
    ],
)
def test_a_plan_with_files_that_cannot_be_used_so_is_refused(place: Place, added: str, message: str) -> None:
    place.plan.write_text(_PLAN + added, encoding="utf-8")
    with pytest.raises(ConfigError, match=message):
        load_plan(place.plan)
