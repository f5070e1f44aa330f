"""The model: the sums of its weights, the spans that it finds, and the folder that it lies in."""

from __future__ import annotations

import contextlib
import json
import math
import shutil
import sys
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from comention.errors import MalformedError
from comention.files.atomic import sha256
from comention.ner import model as model_module
from comention.ner import scoring
from comention.ner.crf import OUTSIDE, Floats, marginals, viterbi
from comention.ner.features import Clues, sentences
from comention.ner.model import BUNDLED, FILES, Asked, Model, Span, Tagged, checksums, open_model
from comention.ner.names import Use
from tests.support.recogniser import LABELS, clues, random_weights, seal, spelled_sums, write_model

_STATISTICS = {"fever": "aD4C0Y03 lD4C0Y02", "aspirin": "aD0C4Y01", "acute": "aD3C0Y02 fD4C0Y02"}
_OUTPUTS = 3 * len(LABELS)
_TEXTS = (
    "Acute fever after aspirin.",
    "IL-12p40 and TNF-α/IL-6 rose 12-fold (p<0.05).",
    "x",
    "In “acute renal fever” (ARF), ARF-like µg½ \U0001d6fe.",
    "Fever fever fever",
)


def document(*texts: str) -> Clues:
    """A document of these sentences; in each there is something to see."""
    return clues(
        *texts,
        named=["O", "BD", "IED", "BEC", "BEY"],
        matched=["BD", "ID", "BC?", "O", "BB"],
        defined=["", "D fever", "- ", "CD aspirin"],
    )


@pytest.fixture(scope="module")
def weights() -> dict[str, list[float]]:
    return random_weights(sentences(document(*_TEXTS)), _STATISTICS, _OUTPUTS, seed=1)


@pytest.fixture(scope="module")
def transitions() -> Floats:
    drawn = np.random.default_rng(2).normal(0, 1, (len(LABELS), 3, 3))
    return drawn.astype(np.float32).astype(np.float64)


@pytest.fixture(scope="module")
def folder(
    tmp_path_factory: pytest.TempPathFactory, weights: Mapping[str, Sequence[float]], transitions: Floats
) -> Path:
    path = tmp_path_factory.mktemp("model")
    return write_model(path, weights, transitions, statistics=_STATISTICS)


@pytest.fixture
def model(folder: Path) -> Model:
    return Model(folder)


def expected(
    given: Clues, weights: Mapping[str, Sequence[float]], transitions: Floats
) -> tuple[Floats, list[Span]]:
    """What a model makes of sentences, worked out from the features' spelling, one sentence at a time."""
    insides, spans = [], []
    for one in filter(lambda one: one.words.surfaces, sentences(given)):
        size = len(one.words.surfaces)
        scores = spelled_sums(one, _STATISTICS, weights, _OUTPUTS).reshape(size, len(LABELS), 3)
        each = scores.transpose(1, 0, 2), transitions, np.full(len(LABELS), size)
        inside = 1 - marginals(*each)[..., OUTSIDE].T
        best = viterbi(*each).T
        insides.append(inside)
        for column, label in enumerate(LABELS):
            tags = "".join("OBI"[label_of] for label_of in best[:, column])
            spans += [
                Span(
                    one.words.starts[i],
                    one.words.ends[j - 1],
                    label,
                    round(float(inside[i:j, column].min()), 4),
                )
                for i, j in stretches(tags)
            ]
    return np.concatenate(insides), sorted(spans)


def stretches(tags: str) -> list[tuple[int, int]]:
    """Where the spans are in labels; a span that begins with I begins all the same."""
    starts = [i for i, tag in enumerate(tags) if tag == "B" or (tag == "I" and (not i or tags[i - 1] == "O"))]
    return [(i, next((j for j in range(i + 1, len(tags)) if tags[j] != "I"), len(tags))) for i in starts]


def assert_equal(one: Tagged, other: Tagged) -> None:
    """Equal to the last bit."""
    assert one[:3] == other[:3]
    assert one.spans == other.spans
    assert one.inside.tobytes() == other.inside.tobytes()


def test_the_models_sums_are_those_of_the_features_that_training_spells(
    model: Model, weights: dict[str, list[float]], transitions: Floats
) -> None:
    given = document(*_TEXTS)
    tagged = model.tag(given)
    inside, spans = expected(given, weights, transitions)
    np.testing.assert_allclose(tagged.inside, inside, rtol=1e-9)
    assert tagged.spans == spans
    assert len({span.label for span in spans}) == len(LABELS)
    assert tagged.starts == [start for one in sentences(given) for start in one.words.starts]
    assert tagged.ends == [end for one in sentences(given) for end in one.words.ends]
    assert tagged.labels == LABELS


_WORDS = st.sampled_from(
    [
        "fever",
        "Fever",
        "fevers",
        "acute",
        "aspirin",
        "IL-12",
        "(ARF)",
        "12",
        "7",
        "x-y/z",
        "“",
        "½",
        "\x00",
        ".",
    ]
)


@pytest.mark.slow
@given(st.lists(st.lists(_WORDS, min_size=1, max_size=8).map(" ".join), min_size=1, max_size=6))
def test_sums_agree_for_sentences_of_which_much_was_never_seen(
    folder: Path, weights: dict[str, list[float]], transitions: Floats, texts: list[str]
) -> None:
    given = document(*texts)
    tagged = open_model(folder).tag(given)
    inside, spans = expected(given, weights, transitions)
    np.testing.assert_allclose(tagged.inside, inside, rtol=1e-9)
    assert tagged.spans == spans


def test_a_single_weight_moves_only_the_tokens_that_have_its_feature(tmp_path: Path) -> None:
    for name, marked in (
        ("w=fever", ["fever"]),
        ("-1 w=fever", ["after"]),
        ("2 w=fever", ["Mild"]),
        ("b=mild|acute", ["acute"]),
        ("1 a=mild|acute", ["Mild"]),
        ("-1 b=mild|acute", []),  # no feature is so called
        ("first", ["Mild"]),
        ("2 w=<edge>", ["after", "work"]),
        ("1 w=<edge>", ["work"]),
    ):
        weights = {name: [0.0, 5.0, 0.0, *[0.0] * 6]}
        text = "Mild acute fever after work"
        tagged = Model(write_model(tmp_path / "m", weights)).tag(clues(text))
        sure = tagged.inside[:, 0] > 0.9
        found = [text[i:j] for i, j, s in zip(tagged.starts, tagged.ends, sure, strict=True) if s]
        assert found == marked, name


def test_the_edge_of_one_sentence_is_not_the_word_of_the_next(tmp_path: Path) -> None:
    weights = {"1 w=fever": [0.0, 5.0, 0.0, *[0.0] * 6], "-2 w=mild": [0.0, 5.0, 0.0, *[0.0] * 6]}
    model = Model(write_model(tmp_path, weights))
    tagged = model.tag(document("Mild", "Fever", "work"))
    assert (tagged.inside[:, 0] < 0.7).all()


def test_empty_documents_and_sentences_have_nothing(model: Model) -> None:
    for empty in (
        Clues("", [], [], [], {}),
        clues(""),
        clues("  ", ""),
        Clues("x", [], [(0, 1, "D")], [], {"x": "D"}),
    ):
        tagged = model.tag(empty)
        assert tagged[:3] == (LABELS, [], [])
        assert tagged.inside.shape == (0, len(LABELS))
        assert tagged.spans == []


def test_an_empty_sentence_between_others_changes_nothing(model: Model) -> None:
    given = document(*_TEXTS[:2])
    first, second = given.sentences
    empty = [(0, 0, False), first, (first[1], first[1] + 1, False), second, (len(given.text),) * 2 + (False,)]
    assert_equal(model.tag(given._replace(sentences=empty)), model.tag(given))


def test_no_sentence_depends_on_the_others(model: Model) -> None:
    given = document(*_TEXTS, *_TEXTS[::-1])
    together = model.tag(given)
    parts = [model.tag(given._replace(sentences=[one])) for one in given.sentences]
    assert together.inside.tobytes() == np.concatenate([p.inside for p in parts]).tobytes()
    assert together.spans == sorted(span for part in parts for span in part.spans)


@pytest.mark.parametrize("most", [1, 7, 20, 50, 120, 400])
def test_nothing_depends_on_how_sentences_are_batched(
    model: Model, monkeypatch: pytest.MonkeyPatch, most: int
) -> None:
    short = [" ".join(["acute", "fever", "x"] * n) for n in (2, 1, 3, 2, 1)]
    given = document(*_TEXTS, " ".join(["acute fever"] * 40), *short, *_TEXTS)
    before = model.tag(given)
    monkeypatch.setattr(model_module, "_BATCH", most)
    assert_equal(model.tag(given), before)


def test_a_document_is_the_same_alone_and_after_others(folder: Path) -> None:
    documents = [document(*_TEXTS), document("Aspirin cures acute fever", "x"), document("ARF " * 300)]
    alone = [Model(folder).tag(one) for one in documents]
    forwards, backwards = Model(folder), Model(folder)
    for number in (0, 1, 2, 1, 0):
        assert_equal(forwards.tag(documents[number]), alone[number])
    for number in (2, 1, 0, 1, 2):
        assert_equal(backwards.tag(documents[number]), alone[number])
    for found, one in zip(Model(folder).tag_all(documents), alone, strict=True):
        assert_equal(found, one)


def test_what_is_asked_is_what_is_told_of_all(model: Model) -> None:
    documents = [document(*_TEXTS), document("x", "acute fever"), clues("x y", "acute"), clues("")]
    # a name that no token holds, one over the end of its sentence, and one of a kind that nobody asks for
    wide = documents[1]._replace(named=[(1, 1, "D"), (0, 7, "D"), (0, 1, "C")])
    documents.append(wide)
    spans_alone = Asked({"disease"}, {})
    for asked in (Asked({"disease", "gene"}, {"D": "disease", "Y": "gene"}), spans_alone, Asked((), {})):
        for one, (few, every) in zip(
            documents,
            zip(model.tag_all(documents, asked), model.tag_all(documents), strict=True),
            strict=True,
        ):
            assert few.spans == [span for span in every.spans if span.label in asked.spans]
            assert few[:3] == every[:3]
            told = np.zeros(every.inside.shape, bool)
            of_names = [
                (start, end, asked.names[kind]) for start, end, kind in one.named if kind in asked.names
            ]
            for start, end, label in [*of_names, *(span[:3] for span in few.spans)]:
                for begin, stop, _ in one.sentences:
                    if begin < end and start < stop:
                        mine = [begin <= at < stop for at in few.starts]
                        told[mine, LABELS.index(label)] = True
            assert (~np.isnan(few.inside) == told).all()
            np.testing.assert_allclose(few.inside[told], every.inside[told], rtol=1e-12)


@pytest.mark.parametrize("kept", [0, 1, 5])
def test_a_document_is_the_same_however_little_is_kept(
    folder: Path, monkeypatch: pytest.MonkeyPatch, kept: int
) -> None:
    documents = [document(*_TEXTS), document("Aspirin cures acute fever", "x"), document(*_TEXTS[1:])]
    usual = [Model(folder).tag(one) for one in documents]
    monkeypatch.setattr(scoring, "_KEPT", kept)
    model = Model(folder)
    for _ in range(2):
        for one, before in zip(documents, usual, strict=True):
            assert_equal(model.tag(one), before)


def test_more_different_words_than_a_table_begins_with(
    model: Model, weights: dict[str, list[float]], transitions: Floats
) -> None:
    letters = "abcdefghijklm"
    every = [f"{a}{b}{c}fever" for a in letters for b in letters for c in letters]
    given = document(*(" ".join(every[i : i + 100]) for i in range(0, 2_100, 100)), *_TEXTS)
    assert len({word for one in sentences(given) for word in one.words.surfaces}) > 2 * 1024
    inside, spans = expected(given, weights, transitions)
    np.testing.assert_allclose(model.tag(given).inside, inside, rtol=1e-9)
    assert model.tag(given).spans == spans


@pytest.mark.slow
def test_threads_may_share_a_model(folder: Path) -> None:
    documents = [
        document(" ".join(f"{a}{b}fever" for b in "abcdefghijklmnopqrstuvwxyz")) for a in "abcdef" * 8
    ]
    expected = [Model(folder).tag(one) for one in documents]
    interval = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    try:
        for _ in range(3):
            shared = Model(folder)
            with ThreadPoolExecutor(8) as pool:
                for found, alone in zip(pool.map(shared.tag, documents), expected, strict=True):
                    assert_equal(found, alone)
    finally:
        sys.setswitchinterval(interval)


def test_labels_are_read_as_spans(tmp_path: Path) -> None:
    weights = {  # for O, B and I of the only tagger
        "w=b": [0.0, 9.0, 0.0],
        "w=i": [0.0, 0.0, 9.0],
        "w=o": [9.0, 0.0, 0.0],
    }
    model = Model(write_model(tmp_path, weights, labels=("disease",)))
    for text, spans in (
        ("o b i i o", ["b i i"]),
        ("b b i o i", ["b", "b i", "i"]),
        ("i i b", ["i i", "b"]),
        ("o o", []),
    ):
        found = model.tag(clues(text)).spans
        assert [text[span.start : span.end] for span in found] == spans
        assert {span.label for span in found} <= {"disease"}
    [first, second] = model.tag(document("o b", "i o")).spans
    assert (first.start, first.end, second.start, second.end) == (2, 3, 4, 5)


def test_a_span_is_as_sure_as_its_least_sure_token(tmp_path: Path) -> None:
    weights = {"w=b": [0.0, 3.0, 0.0], "w=i": [0.0, 0.0, 1.0]}
    tagged = Model(write_model(tmp_path, weights, labels=("disease",))).tag(clues("b i"))
    [span] = tagged.spans
    # exp(3)+1 of exp(3)+2, and 1+e of 2+e: the tokens do not depend on each other here
    first, second = 1 - 1 / (np.exp(3) + 2), 1 - 1 / (math.e + 2)
    np.testing.assert_allclose(tagged.inside[:, 0], [first, second], rtol=1e-12)
    assert span == (0, 3, "disease", round(second, 4))


def test_what_is_no_text_is_no_feature(model: Model) -> None:
    tagged = model.tag(clues("fever \ud800 fever"))
    assert (tagged.starts, tagged.ends) == ([0, 6, 8], [5, 7, 13])


# The folder.


def _drop(name: str) -> Callable[[Path], Any]:
    return lambda folder: (folder / name).unlink()


def _cut(name: str) -> Callable[[Path], Any]:
    def cut(folder: Path) -> None:
        content = (folder / name).read_bytes()
        (folder / name).write_bytes(content[: len(content) // 2])

    return cut


def _flip(name: str) -> Callable[[Path], Any]:
    def flip(folder: Path) -> None:
        content = bytearray((folder / name).read_bytes())
        content[len(content) // 2] ^= 1
        (folder / name).write_bytes(content)

    return flip


def _put(key: str, value: object) -> Callable[[Path], Any]:
    return lambda folder: seal(folder, lambda about: about.__setitem__(key, value))


def _without(key: str) -> Callable[[Path], Any]:
    return lambda folder: seal(folder, lambda about: about.pop(key))


def _cut_and_sealed(name: str) -> Callable[[Path], Any]:
    def cut(folder: Path) -> None:
        _cut(name)(folder)
        seal(folder)

    return cut


_DAMAGES: list[tuple[str, Callable[[Path], Any], list[str]]] = [
    ("no folder", shutil.rmtree, ["model.json"]),
    ("no model.json", _drop("model.json"), ["model.json"]),
    *((f"no {name}", _drop(name), [f"lacks {name}"]) for name in FILES),
    *((f"cut {name}", _cut(name), [name, "checksum"]) for name in FILES),
    *((f"flip {name}", _flip(name), [name, "checksum"]) for name in FILES),
    ("cut model.json", _cut("model.json"), ["cannot be read"]),
    ("empty model.json", lambda f: (f / "model.json").write_bytes(b""), ["cannot be read"]),
    ("no UTF-8", lambda f: (f / "model.json").write_bytes(b"\xff{}"), ["cannot be read"]),
    ("a list", lambda f: (f / "model.json").write_text("[]"), ["cannot be read"]),
    ("no object", lambda f: (f / "model.json").write_text("{}"), ["cannot be read"]),
    ("another format", _put("format", 2), ["format 2", "features 1", "reads 1, 1"]),
    ("other features", _put("features", 99), ["format 1", "features 99"]),
    ("no checksums", lambda f: _rewrite(f, "sha256", {}), ["features.marisa", "checksum"]),
    ("checksums of another kind", lambda f: _rewrite(f, "sha256", []), ["cannot be read"]),
    ("no labels", _without("labels"), ["cannot be read"]),
    ("labels for which there are no weights", _put("labels", ["disease"]), ["cannot be read"]),
    ("cut and sealed features.marisa", _cut_and_sealed("features.marisa"), ["cannot be read"]),
    ("cut and sealed words.parquet", _cut_and_sealed("words.parquet"), ["cannot be read"]),
]


def _rewrite(folder: Path, key: str, value: object) -> None:
    about = json.loads((folder / "model.json").read_text("utf-8"))
    (folder / "model.json").write_text(json.dumps(about | {key: value}), "utf-8")


@pytest.mark.parametrize(
    ("damage", "told"), [damage[1:] for damage in _DAMAGES], ids=[damage[0] for damage in _DAMAGES]
)
def test_a_damaged_folder_is_one_line_that_says_what_to_do(
    folder: Path, tmp_path: Path, damage: Callable[[Path], Any], told: list[str]
) -> None:
    copy = tmp_path / "copy of the model"
    shutil.copytree(folder, copy)
    damage(copy)
    with pytest.raises(MalformedError) as raised:
        Model(copy)
    message = str(raised.value)
    assert "\n" not in message
    assert "train it again" in message
    for word in (str(copy), *told):
        assert word in message


def test_any_flipped_bit_of_a_file_is_seen(folder: Path, tmp_path: Path) -> None:
    copy = tmp_path / "copy"
    shutil.copytree(folder, copy)
    for name in FILES:
        whole = (copy / name).read_bytes()
        for place in np.linspace(0, len(whole) - 1, 25, dtype=int):
            damaged = bytearray(whole)
            damaged[place] ^= 1 << (int(place) % 8)
            (copy / name).write_bytes(damaged)
            with pytest.raises(MalformedError, match=name.replace(".", r"\.")):
                Model(copy)
        (copy / name).write_bytes(whole)
    assert Model(copy).fingerprint == Model(folder).fingerprint


def test_any_flipped_bit_of_the_description_is_seen_or_changes_nothing(folder: Path, tmp_path: Path) -> None:
    copy = tmp_path / "copy"
    shutil.copytree(folder, copy)
    path, model = copy / "model.json", Model(folder)
    whole = path.read_bytes()
    for place in range(0, len(whole), 2):
        damaged = bytearray(whole)
        damaged[place] ^= 1 << (place % 5)
        path.write_bytes(damaged)
        with contextlib.suppress(MalformedError):
            read = Model(copy)
            assert len(read.labels) == len(model.labels)
            assert read.fingerprint == model.fingerprint


def test_the_fingerprint_names_the_content(
    folder: Path, tmp_path: Path, weights: dict[str, list[float]]
) -> None:
    def model(name: str, **given: Any) -> Model:
        return Model(write_model(tmp_path / name, **given))

    same = model("a", weights=weights)
    assert model("b", weights=weights).fingerprint == same.fingerprint
    assert len(same.fingerprint) == 16
    others = [
        Model(folder),  # other transitions
        model("c", weights=weights | {"w=fever": [9.0] * _OUTPUTS}),
        model("d", weights=weights, statistics={"fever": "aD4C0Y03"}),
        model("e", weights=weights, uses=[Use("disease", "fever", ("MESH:D005334",))]),
    ]
    assert len({one.fingerprint for one in (same, *others)}) == 5


def test_a_folder_is_opened_once_in_a_process(folder: Path) -> None:
    assert open_model(folder) is open_model(folder)
    assert open_model() is open_model()
    assert open_model().directory == BUNDLED


# The model that is shipped.


def test_the_shipped_model_is_whole_and_of_a_modest_size() -> None:
    model = open_model()
    assert model.labels == LABELS
    assert model.about["sha256"] == checksums(BUNDLED) == {name: sha256(BUNDLED / name) for name in FILES}
    assert sum(path.stat().st_size for path in BUNDLED.iterdir()) < 6e6
    assert {path.name for path in BUNDLED.iterdir()} == {
        *FILES,
        "documents.npy",
        "model.json",
        "MODEL_CARD.md",
    }
    assert model.weights.shape[1] == _OUTPUTS
    assert np.isfinite(model.weights).all()
    assert model.transitions.shape == (len(LABELS), 3, 3)


def test_the_shipped_model_marks_what_anyone_would() -> None:
    text = "Acetaminophen caused severe hepatotoxicity in patients with rheumatoid arthritis and high CRP."
    found = open_model().tag(clues(text, named=["BEC"], matched=["BC"])).spans
    assert {(text[s.start : s.end], s.label) for s in found} >= {
        ("Acetaminophen", "chemical"),
        ("hepatotoxicity", "disease"),
        ("rheumatoid arthritis", "disease"),
    }
    assert all(0 < span.score <= 1 for span in found)
