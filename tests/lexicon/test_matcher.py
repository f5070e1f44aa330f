import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from comention.errors import ConfigError
from comention.lexicon import matcher as matchers
from comention.lexicon import words
from comention.lexicon.folding import BARRIER, fold_name, tokens
from comention.lexicon.matcher import Additions, Matcher
from comention.lexicon.model import BLOCKER, ConceptEntry, NameEntry
from comention.lexicon.store import Lexicon
from comention.lexicon.writing import write

_NAMES = {
    "IL-12": "COMENTION:IL-12",
    "IL-12 p40": "HGNC:5970",
    "IL-12 receptor": BLOCKER,
    "interferon-gamma": "HGNC:5438",
    "IFN-γ": "HGNC:5438",
    "lung cancer": "MESH:D008175",
    "cancer": "MESH:D009369",
    "Crohn disease": "MESH:D003424",
    "p40": "HGNC:5970",
    "IL-12 a": "HGNC:5969",
    "vitamin A": "MESH:D014801",
    "one two three four five six seven eight nine ten": "MESH:D000001",
    "one two three four five six seven eight": "MESH:D000002",
    "breast and ovarian cancer": "MESH:D010051",
    "M. lung infection": "MESH:D014376",
}
_LONG = "One two three four five six seven eight nine ten"
_CASED = {"ALL": "MESH:D054198"}


@pytest.fixture(scope="module", autouse=True, params=["by the tries", "by keys", "word by word"])
def way(request: pytest.FixtureRequest) -> Iterator[str]:
    """How names are found: few texts are read with the tries, many by keys, short ones word by word."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(matchers, "_SHORT", 0)
        if request.param == "by keys":
            patch.setattr(words, "_FEW", 0)
        if request.param == "word by word":
            patch.setattr(matchers, "_SHORT", 1 << 30)
        yield request.param


@pytest.fixture(scope="module")
def lexicon(tmp_path_factory: pytest.TempPathFactory) -> Lexicon:
    folder: Path = tmp_path_factory.mktemp("lexicon")
    ids = sorted({i for i in (_NAMES | _CASED).values() if i})
    names = [NameEntry(name, i, "test", needs_definition=name == "p40") for name, i in _NAMES.items()]
    names += [NameEntry(name, i, "test", capitals=3) for name, i in _CASED.items()]
    concepts = [ConceptEntry(i, i, "disease" if i.startswith("MESH") else "cytokine", "test") for i in ids]
    write(folder, concepts, names, {})
    return Lexicon(folder)


def test_a_matcher_that_reads_little_costs_little(lexicon: Lexicon, way: str) -> None:
    """Every command that needs a fingerprint makes one; many read one text."""
    fresh = Lexicon(lexicon.directory)
    matcher = Matcher(fresh, Additions({"novakine": "HGNC:5970"}))
    assert fresh.current("IL-12") == "IL-12"
    assert not {"name_keys", "replacements"} & vars(fresh).keys()
    assert found(matcher, "Novakine") == [("Novakine", "HGNC:5970")]
    assert ("name_keys" in vars(fresh)) == (way == "by keys")


def test_a_matcher_that_reads_much_works_out_the_keys(
    lexicon: Lexicon, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(matchers, "_SHORT", 0)
    monkeypatch.setattr(words, "_FEW", 10)
    fresh = Lexicon(lexicon.directory)
    matcher = Matcher(fresh, Additions({"novakine beta": "HGNC:5970"}))
    for read in range(4):
        assert found(matcher, "Novakine β, IL-12") == [
            ("Novakine β", "HGNC:5970"),
            ("IL-12", "COMENTION:IL-12"),
        ]
        assert ("name_keys" in vars(fresh)) == (read > 0)


def found(matcher: Matcher, text: str) -> list[tuple[str, str]]:
    matches = matcher.find(text)
    return [(text[m.start : m.end], m.concepts[0].concept_id if m.concepts else "") for m in matches]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("IL-12 and il12", [("IL-12", "COMENTION:IL-12"), ("il12", "COMENTION:IL-12")]),
        ("IL-12p40 rose", [("IL-12p40", "HGNC:5970")]),
        ("IL-12p70 rose", []),  # not a whole word
        ("IL-12Rβ1", []),
        ("the IL-12 receptors", [("IL-12 receptors", "")]),
        ("IL-120", []),
        ("(IL-12)-treated", [("IL-12", "COMENTION:IL-12")]),
        ("interferon‐gamma, IFNγ", [("interferon‐gamma", "HGNC:5438"), ("IFNγ", "HGNC:5438")]),
        ("small-cell lung cancers", [("lung cancers", "MESH:D008175")]),
        ("the lung, cancer of", [("cancer", "MESH:D009369")]),
        ("the lung. Cancer", [("Cancer", "MESH:D009369")]),
        ("Crohn’s disease", [("Crohn’s disease", "MESH:D003424")]),
        ("All were ALL, all", [("ALL", "MESH:D054198")]),
        ("breast and ovarian cancer", [("breast and ovarian cancer", "MESH:D010051")]),
        ("breast and ovarian tissue", []),
        ("\U0001f600 IL-12 \U0001d6fe", [("IL-12", "COMENTION:IL-12")]),
        ("IL-12a", [("IL-12a", "HGNC:5969")]),
        ("IL-12 a cytokine", [("IL-12", "COMENTION:IL-12")]),
        ("vitamin A", [("vitamin A", "MESH:D014801")]),
        ("One two three four five six seven eight nine ten.", [(_LONG, "MESH:D000001")]),
        ("One two three four five six seven eight nine.", [(_LONG[:39], "MESH:D000002")]),
        ("", []),
    ],
)
def test_names_are_found(lexicon: Lexicon, text: str, expected: list[tuple[str, str]]) -> None:
    assert found(Matcher(lexicon), text) == expected


def test_a_short_form_says_that_it_needs_a_definition(lexicon: Lexicon) -> None:
    [match] = Matcher(lexicon).find("the p40 chain")
    assert match.needs_definition


def test_no_name_reaches_over_the_bounds(lexicon: Lexicon) -> None:
    text = "lung cancer"
    assert [(m.start, m.end) for m in Matcher(lexicon).find(text, 5)] == [(5, 11)]
    assert Matcher(lexicon).find(text, 0, 8) == []


def test_a_user_adds_and_refuses_names(lexicon: Lexicon) -> None:
    own = Additions({"our plasmid": "COMENTION:IL-12", "lung cancer cell": "MESH:D009369"}, stop=("Cancers",))
    matcher = Matcher(lexicon, own)
    assert found(matcher, "our plasmid against cancer") == [("our plasmid", "COMENTION:IL-12")]
    assert found(matcher, "lung cancer cells, lung cancer") == [
        ("lung cancer cells", "MESH:D009369"),
        ("lung cancer", "MESH:D008175"),
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("spleen tumor necrosis factor", ["tumor necrosis factor"]),
        ("spleen tumors, tumor necrosis factor", ["spleen tumors", "tumor necrosis factor"]),
        ("spleen tumor factor", ["spleen tumor"]),  # no more tokens
        ("spleen tumor of the lung", ["spleen tumor"]),  # a disease too
        ("IL-12 receptor of the old", ["IL-12 receptor"]),  # a blocker
    ],
)
def test_a_longer_name_takes_the_place_of_one_of_another_type_that_it_begins_within(
    lexicon: Lexicon, text: str, expected: list[str]
) -> None:
    names = dict.fromkeys(["spleen tumor", "tumor of the lung"], "MESH:D009369")
    names |= dict.fromkeys(["tumor necrosis factor", "tumor factor", "receptor of the old"], "HGNC:5970")
    assert [name for name, _ in found(Matcher(lexicon, Additions(names)), text)] == expected


@pytest.mark.parametrize(("name", "concept"), [("x", "MESH:none"), ("--", "MESH:D009369")])
def test_a_wrong_addition_is_refused(lexicon: Lexicon, name: str, concept: str) -> None:
    with pytest.raises(ConfigError, match=r"names\.add"):
        Matcher(lexicon, Additions({name: concept}))


# What stands between a value and what it is of, or between two sentences.
_VALUE = re.compile(r"[=<>≤≥≈]|\+ \d+(?![\dA-Z])|[a-z]{4}\.[A-Z]|s-a$")


# The numbers of references, glued to a long word in small letters.
_CITED = re.compile(r"\d{1,2}(?:[,–-]\d{1,2}){0,9}(?![\w%+−⁺-]|[.,·]\d)")


def is_glued(text: str, parts: list[tuple[str, int, int]], place: int) -> bool:
    """Whether a token goes on with the one before it."""
    if not 0 < place < len(parts) or BARRIER in (parts[place - 1][0], parts[place][0]):
        return False
    (_, start, end), (_, behind, _) = parts[place - 1 : place + 1]
    if end != behind:
        return False
    cited = end - start >= 6 and re.fullmatch("[a-z]", text[end - 1]) and _CITED.match(text, end)
    return not cited or is_glued(text, parts, place + 1)


def naive(lexicon: Lexicon, text: str) -> list[tuple[int, int]]:
    """Every span of tokens against every name: longest first from the left, whole words, capitals."""
    names = {fold_name(n): 0 for n in _NAMES} | {fold_name(n): 3 for n in _CASED}
    parts = tokens(text)
    spans: list[tuple[int, int]] = []
    i = 0
    while i < len(parts):
        for j in range(len(parts), i, -1):
            start, end = parts[i][1], parts[j - 1][2]
            folded = " ".join(part[0] for part in parts[i:j])
            joined = text[start:end].endswith((" a", "\ta", "\na")) or _VALUE.search(text[start:end])
            if folded not in names or joined or sum(c.isupper() for c in text[start:end]) < names[folded]:
                continue
            if not is_glued(text, parts, i) and not is_glued(text, parts, j):
                spans.append((start, end))
                i = j - 1
                break
        i += 1
    return spans


_PIECES = [
    *_NAMES,
    *_CASED,
    "all",
    "IL",
    "12",
    "p40",
    "M",
    " infection",
    "R",
    "β",
    " ",
    "-",
    ", ",
    ". ",
    "lung",
    "\u0308",
    "\U0001f600",
    "\x00",
]


@pytest.mark.slow
@settings(max_examples=400)
@given(st.lists(st.one_of(st.sampled_from(_PIECES), st.characters()), max_size=12).map("".join))
@example("IL-12<p40")
def test_the_matcher_agrees_with_a_naive_one(lexicon: Lexicon, text: str) -> None:
    assert [(m.start, m.end) for m in Matcher(lexicon).find(text)] == naive(lexicon, text)


def test_a_megabyte_without_a_space_is_no_trouble(lexicon: Lexicon) -> None:
    text = "x" * 1_000_000 + " IL-12 " + "é1" * 100_000
    assert found(Matcher(lexicon), text) == [("IL-12", "COMENTION:IL-12")]
