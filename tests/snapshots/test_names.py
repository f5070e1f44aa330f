"""Which concept of a snapshot a person means, and what else it may have been."""

from __future__ import annotations

import functools
import re
from collections.abc import Callable, Mapping
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comention.errors import UsageError
from comention.lexicon.naming import completes, words
from comention.snapshots import names, query, tables
from comention.snapshots.names import completions, resolve
from comention.snapshots.snapshot import latest
from tests.support.sample import Sample


def row(concept_id: str, name: str, articles: int, *synonyms: str) -> dict[str, Any]:
    return {"concept_id": concept_id, "name": name, "synonyms": list(synonyms), "articles": articles}


ROWS = [
    row("MESH:D003424", "Crohn's disease", 12, "regional enteritis"),
    row("MESH:D003093", "ulcerative colitis", 9),
    row("MESH:D009103", "multiple sclerosis", 1200, "MS"),
    row("MESH:D014212", "tretinoin", 2, "retinoic acid"),
    row("MESH:D001172", "rheumatoid arthritis", 30),
    row("MESH:D015535", "Psoriatic Arthritis", 3),
    row("MESH:D011565", "psoriasis", 50, "plaque psoriasis"),
    row("text:psoriasis", "psoriasis", 1),
    row("MESH:D012859", "Sjögren's syndrome", 5),
    row("X:1", "RNS", 4),
    row("X:2", "cold", 4, "chill"),
    row("X:3", "ague", 7, "chill"),
]
WRITTEN: Mapping[str, Mapping[str, int]] = {
    "RA": {"MESH:D001172": 20, "MESH:D014212": 1},
    "PsA": {"MESH:D015535": 2},
    "ZZA": {"MESH:D015535": 2, "X:1": 1},
}


def found(name: str) -> str:
    return resolve(name, ROWS, lambda: WRITTEN.get(name, {}))


@pytest.mark.parametrize(
    ("name", "concept_id"),
    [
        ("Crohns", "MESH:D003424"),
        ("crohn’s", "MESH:D003424"),
        ("CROHN DISEASE", "MESH:D003424"),
        ("Regional Enteritis", "MESH:D003424"),
        ("sjogren", "MESH:D012859"),
        ("colitis, ulcerative", "MESH:D003093"),
        ("psoriasis", "MESH:D011565"),  # and not what is a text alone
        ("mesh:d011565", "MESH:D011565"),
        ("D011565", "MESH:D011565"),  # as PubMed writes it
        (" d011565 ", "MESH:D011565"),
        ("text:psoriasis", "text:psoriasis"),
        ("PsA", "MESH:D015535"),  # as the texts of the snapshot define it
    ],
)
def test_a_name_is_found_as_people_write_it(name: str, concept_id: str) -> None:
    assert found(name) == concept_id


@pytest.mark.parametrize(
    ("name", "hint"),
    [
        ("MS", "'MS' is ambiguous: here it may be multiple sclerosis (1,200 articles), written so in 0;"),
        (
            "RA",
            "here it may be rheumatoid arthritis (30 articles), written so in 20 or tretinoin (2 articles)",
        ),
        ("chill", "'chill' is ambiguous: it may be ague (7 articles), X:3 or cold (4 articles), X:2;"),
        ("ZZA", "ambiguous: it may be RNS (4 articles), X:1 or Psoriatic Arthritis (3 articles)"),
        ("arthritis", "nearest: rheumatoid arthritis (30 articles), Psoriatic Arthritis (3 articles)"),
        ("psoriassis", "nearest: psoriasis (50 articles)"),
        ("psor", "nearest: psoriasis (50 articles), Psoriatic Arthritis (3 articles)"),
        ("IBD", "nothing named 'IBD'"),
        (
            "inflammatory bowel disease",
            "(inflammatory bowel disease (MESH:D015212)); nearest: Crohn's disease",
        ),
        ("qqq", "nothing named 'qqq'; see `comention show entities`"),
    ],
)
def test_what_is_not_there_is_refused_with_what_it_may_be_here(name: str, hint: str) -> None:
    with pytest.raises(UsageError, match=re.escape(hint)):
        found(name)


def test_completions_begin_with_what_was_typed() -> None:
    assert completions("PSOR", ROWS)[:2] == [
        ("PSORiasis", "psoriasis, 50 articles"),
        ("PSORiatic Arthritis", "Psoriatic Arthritis, 3 articles"),
    ]
    assert completions("plaq", ROWS) == [("plaque psoriasis", "psoriasis, 50 articles")]
    assert len(completions("", ROWS)) == len({row["name"] for row in ROWS})
    assert all(found(name) for name, _ in completions("", ROWS) if name != "psoriasis")


def test_an_id_that_was_replaced_is_the_concept_of_the_new_one(caplog: pytest.LogCaptureFixture) -> None:
    new = [{"concept_id": "MESH:D000099194", "name": "semaglutide", "synonyms": [], "articles": 3}]
    assert resolve("MESH:C000591245", new, dict) == "MESH:D000099194"
    assert "MeSH has replaced MESH:C000591245 by MESH:D000099194" in caplog.text
    caplog.clear()
    # A snapshot of before knows the old one alone; there is nothing that the user could write otherwise.
    old = [{**new[0], "concept_id": "MESH:C000591245"}]
    assert resolve("MESH:D000099194", old, dict) == "MESH:C000591245"
    assert caplog.text == ""


_WRITTEN = st.text(st.characters(max_codepoint=0x3FF, exclude_characters="_"), max_size=6)
_BEGINNINGS = (
    "oesophag",
    "aesthet",
    "caecal ",
    "foetal ",
    "Saint ",
    "St. ",
    "(-)-",
    "p",
    "5-",
    "β",
    "é",
    "J's ",
)


@given(
    name=st.one_of(_WRITTEN, st.builds(str.__add__, st.sampled_from(_BEGINNINGS), _WRITTEN)), asked=st.data()
)
def test_a_name_that_may_be_meant_begins_alike(name: str, asked: Any) -> None:
    """`begun` may find more than is meant, and nothing less: names are folded only where it finds them."""
    ways = [
        name.upper(),
        name.lower(),
        name.replace("oe", "e").replace("ae", "e"),
        f"'{name}'",
        f"{name} disease",
    ]
    other = asked.draw(st.sampled_from([name, *ways]))
    one = names.known(
        [{"concept_id": "X:1", "name": other.replace("\n", " "), "synonyms": [], "articles": 1}]
    )
    form = " ".join(words(name))
    if form and (one[0].names[0] == form or completes(form, one[0].names[0])):
        assert re.search(names.begun(name), other.replace("\n", " "))


@pytest.mark.slow
def test_each_name_is_resolved_as_among_all(sample_run: Sample) -> None:
    held = latest(sample_run.workdir)
    every = query.named(held)
    spelt = [name for row in every for name in (row["name"], *row["synonyms"][:2])]
    quickly = 0
    for name in [*spelt[::25], "crohns", "Crohn", "il 12", "TUMOUR", "MS", "nothing of the kind"]:
        few = tables.select(held, ("concepts", "entities"), query._BEGUN, {"begun": names.begun(name)})
        assert len(few) < len(every)
        found = _answer(functools.partial(names.resolve_among, name, few))
        if found is not None:
            quickly += 1
            assert found == _answer(functools.partial(names.resolve, name, every, dict))
    assert quickly > 20


def _answer(ask: Callable[[], str | None]) -> str | None:
    try:
        return ask()
    except UsageError as error:
        return str(error)
