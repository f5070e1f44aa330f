"""What is told about a query before it is sent, and from the translation that comes back."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comention.errors import QueryError
from comention.pubmed.terms import FIELD_TAGS, FIELDS, checked_term, lost_tags
from tests.support.corpus import parse_term

CONFIGS = sorted((Path(__file__).parents[2] / "config").glob("*.toml"))


@pytest.mark.parametrize(
    ("term", "message"),
    [
        ("", "blank"),
        (" \n ", "blank"),
        ("( )", "blank"),
        ('""', "blank"),
        ("asthma[foo]", r"no field \[foo\]"),
        ("asthma[tiabs]", r"did you mean \[tiab\]"),
        ("benzo[a]pyrene", "in quotation marks"),
        ("(asthma", "never closed"),
        ("asthma)", r"unmatched \)"),
        (') OR ("asthma"', r"unmatched \)"),
        ('"asthma', 'unmatched "'),
        ("asthma[tiab", r"unmatched \["),
    ],
)
def test_a_query_that_pubmed_would_not_read_is_refused(term: str, message: str) -> None:
    with pytest.raises(QueryError, match=message) as caught:
        checked_term(term)
    assert "topic.query (environment: COMENTION_TOPIC__QUERY)" in str(caught.value)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    "term",
    [
        '"Interleukin-12"[MeSH Terms:noexp] OR IL-12[tiab]',
        '"benzo[a]pyrene"[nm] AND (a[Title/Abstract]) NOT review[pt]',
        '"air quality"[tiab:~2] AND 2020:2021[dp] AND 1:99[UID] AND "2020/01/01"[Date - Publication]',
        "2026/01/01:2026/01/01[crdt] AND 2026/02:2026[mdat] AND 2026:2026/01/05[mdat] AND 2020:3000[dp]",
        '("2020/01/01"[Date - Create] : "3000"[Date - Create]) AND 7:7[pmid] AND 9:10[uid]',
        '"a ratio of 3:2"[tiab] AND 9:1[pg]',
    ],
)
def test_a_query_that_pubmed_reads_is_left_as_it_is(term: str) -> None:
    assert checked_term(f"  {term}\n") == term


@pytest.mark.parametrize(
    ("reversed_", "low", "high"),
    [
        ("2026/02/01:2026/01/01[crdt]", "2026/02/01", "2026/01/01"),
        ("2026:2025[dp]", "2026", "2025"),
        ("2026/02 : 2026/01 [Date - Publication]", "2026/02", "2026/01"),
        ("2026/02:2026/1/31[edat]", "2026/02", "2026/1/31"),
        ('"2026/02/01"[crdt] : "2025"[crdt]', "2026/02/01", "2025"),
        ('"2026/02/01":"2025"[mdat]', "2026/02/01", "2025"),
        ('"2026/02/01:2026/01/31"[lr]', "2026/02/01", "2026/01/31"),
        ("3000:2020[mhda]", "3000", "2020"),
        ("10:9[UID]", "10", "9"),
        ('"41000000"[PMID] : "40999999"[PMID]', "41000000", "40999999"),
    ],
)
def test_a_range_that_ends_before_it_begins_is_refused(reversed_: str, low: str, high: str) -> None:
    with pytest.raises(QueryError, match=f"from {low} to {high} .*before it begins.*topic.query"):
        checked_term(f"(asthma[tiab]) AND ({reversed_})")


@given(st.tuples(st.dates(), st.dates()))
def test_dates_are_compared_as_dates(two: tuple[object, object]) -> None:
    low, high = sorted(str(day).replace("-", "/") for day in two)
    assert checked_term(f"{low}:{high}[crdt]") == f"{low}:{high}[crdt]"
    if low != high:
        with pytest.raises(QueryError, match=f"from {high} to {low}"):
            checked_term(f"{high}:{low}[crdt]")


# ------------------------------------------------------------------------------------------------ lost tags

#: Queries that were read as they are written, with translations as PubMed spells them.
READ = [
    ("asthma[mh]", '"asthma"[MeSH Terms]'),
    ('"Asthma"[Mesh:noexp]', '"asthma"[MeSH Terms:noexp]'),
    ('"IL-12"[tiab]', '"il 12"[Title/Abstract]'),
    ("jama[ta] AND 97[vi]", '"jama"[Journal:__jid7501160] AND "97"[Volume]'),
    ("asthma[tiab] AND 1804[dp]", '"asthma"[Title/Abstract] AND 1804/01/01:1804/12/31[Date - Publication]'),
    ("asthma[ti] AND 1:5[UID]", '"asthma"[Title] AND 1:5[UID]'),
    ("asthma[ti] AND 1:5[uid]", '"asthma"[Title] AND 00000001:00000005[UID]'),
    ("the[tiab] AND asthma[tiab]", "the[tiab] AND asthma[tiab]"),
    # Another field than the one asked for.
    ("asthma[mj]", '"asthma"[MeSH Terms]'),
    # A filter is a strategy of its own.
    (
        "therapy/narrow[filter]",
        '"therapy"[All Fields] AND "narrow"[All Fields] AND "trial"[Publication Type]',
    ),
    ("10.1000/182[doi]", '"10.1000/182"[All Fields]'),
    # What stands in all fields was asked for there, or is not the phrase.
    ("asthma AND cough[own]", '"asthma"[MeSH Terms] OR "asthma"[All Fields]'),
    ("asthma AND asthma[own]", '"asthma"[MeSH Terms] OR "asthma"[All Fields]'),
    ("asthma[all] AND asthma[own]", '"asthma"[All Fields]'),
    (
        "cancers OR neoplasms[mh]",
        '"cancers"[All Fields] OR "neoplasms"[All Fields] OR "neoplasms"[MeSH Terms]',
    ),
    ("(asthma OR cough)[tiab]", '"asthma"[All Fields] OR "cough"[All Fields]'),
    # Nothing to compare.
    ("asthma[own]", ""),
    ("asthma[own]", "asthma"),
    ('"" [own]', '"asthma"[All Fields]'),
]


@pytest.mark.parametrize(("term", "translation"), READ)
def test_a_tag_that_may_have_been_read_is_not_lost(term: str, translation: str) -> None:
    assert lost_tags(term, translation) == ()


@pytest.mark.parametrize(
    ("term", "translation", "lost"),
    [
        ("cough[foo]", '"cough"[MeSH Terms] OR "cough"[All Fields] OR "coughs"[All Fields]', ("foo",)),
        ('"dry cough"[foo]', '"dry cough"[All Fields]', ("foo",)),
        ("dry cough[foo]", '("dry"[All Fields] AND "cough"[All Fields]) OR "x"[MeSH Terms]', ("foo",)),
        ("asthma OR cough[foo]", '"asthma"[MeSH Terms] OR "cough"[All Fields]', ("foo",)),
        ("IL-12[foo:~2]", '"il 12"[All Fields]', ("foo:~2",)),
        (
            "(cough[Own] OR asthma[tiab] OR hay[own2]) AND cough[Own]",
            '("cough"[All Fields] OR "asthma"[Title/Abstract] OR "hay"[All Fields]) AND "cough"[All Fields]',
            ("Own", "own2"),
        ),
        ("2020[dp] AND asthma", '"2020"[All Fields] AND "asthma"[All Fields]', ("dp",)),
        ("asthma[ti] AND 1:5[UID]", '"asthma"[Title] AND 1:5[All Fields]', ("UID",)),
    ],
)
def test_a_tag_whose_phrase_is_searched_in_all_fields_is_lost(
    term: str, translation: str, lost: tuple[str, ...]
) -> None:
    assert lost_tags(term, translation) == lost


@pytest.mark.parametrize("name", sorted(FIELDS))
def test_every_spelling_of_a_field_is_a_trace_of_it(name: str) -> None:
    for tag in FIELDS[name]:
        assert lost_tags(f"cough[{tag}]", f'"cough"[{name.title()}] OR "cough"[All Fields]') == ()
        assert checked_term(f"cough[{tag.upper()}]")


def test_a_tag_has_one_field() -> None:
    assert sum(map(len, FIELDS.values())) == len(FIELD_TAGS)


@pytest.mark.parametrize("path", CONFIGS, ids=lambda path: path.stem)
def test_the_queries_of_the_configurations_are_read_in_full(path: Path) -> None:
    query = checked_term(tomllib.loads(path.read_text("utf-8"))["topic"]["query"])
    since = f"({query}) AND (2026/01/01:3000[crdt] OR 2026/01/01:3000[mdat]) AND 1:50000000[UID]"
    for term in (query, checked_term(since)):
        translation = parse_term(term).translation
        assert translation.count("[Title/Abstract]") > 5
        assert lost_tags(term, translation) == ()
        assert lost_tags(term, translation.replace("-", " ").lower()) == ()
        lost = translation.replace("[Title/Abstract]", "[All Fields]")
        assert lost_tags(term, lost) == ("Title/Abstract",)


def test_the_stand_in_translates_as_pubmed_does() -> None:
    term = "(il-12[tiab] OR asthma[mh:noexp] OR cough[foo]) AND hay NOT 2020:2021/05[dp] AND 1:5[uid]"
    assert parse_term(term).translation == (
        '("il-12"[Title/Abstract] OR "asthma"[MeSH Terms:noexp] OR "cough"[All Fields]) '
        'AND "hay"[All Fields] NOT 2020/01/01:2021/05/31[Date - Publication] AND 1:5[UID]'
    )


WORDS = st.sampled_from(["asthma", '"dry cough"', "il-12", "wheez*"])
KNOWN = st.sampled_from(["", "[tiab]", "[Title]", "[mh:noexp]", "[tw]", "[all]", "[pt]"])
ATOMS = st.builds(str.__add__, WORDS, KNOWN)
QUERIES = st.recursive(
    ATOMS,
    lambda parts: st.builds("({} {} {})".format, parts, st.sampled_from(["AND", "OR", "NOT"]), parts),
    max_leaves=8,
)


@given(QUERIES)
def test_no_query_of_known_tags_loses_one(query: str) -> None:
    assert lost_tags(query, parse_term(query).translation) == ()


@given(QUERIES)
def test_an_unknown_tag_is_lost_whatever_else_is_asked(query: str) -> None:
    term = f"{query} AND rhinitis[foo]"
    assert lost_tags(term, parse_term(term).translation) == ("foo",)
