"""Concepts that the rows of a listing have, or have not: `with` and `not` of an address."""

from __future__ import annotations

from dataclasses import dataclass

import duckdb

from comention.errors import UsageError
from comention.explorer.asked import Asked
from comention.explorer.kinds import Kind
from comention.explorer.library import Library
from comention.snapshots.tables import Row, rows

#: Concepts that may be asked for with each of `with` and `not`.
MOST_CONCEPTS = 4

_NAMED = "SELECT * FROM concepts WHERE concept_id = $id"
_PARTNERS = """
SELECT CASE WHEN a_id = {id} THEN b_id ELSE a_id END FROM pairs WHERE a_id = {id} OR b_id = {id}
"""
_TOGETHER = """
SELECT concept_id FROM mentions WHERE pmid IN (SELECT pmid FROM mentions WHERE concept_id = {id})
"""


@dataclass(frozen=True, slots=True)
class ConceptFilter:
    """Concepts as rows of `concepts`, each with the text that asked for it: `has` and `lacks`."""

    has: tuple[tuple[str, Row], ...] = ()
    lacks: tuple[tuple[str, Row], ...] = ()

    @classmethod
    def of(cls, library: Library, connection: duckdb.DuckDBPyConnection, asked: Asked) -> ConceptFilter:
        """Return the concepts of an address.

        Raises UsageError for too many, for one that is to be there and not, and for names as
        :meth:`Library.resolve` does.
        """
        has = _known(library, connection, asked, "with")
        lacks = _known(library, connection, asked, "not")
        both = {one["concept_id"] for _, one in has} & {one["concept_id"] for _, one in lacks}
        for text, one in lacks:
            if one["concept_id"] in both:
                raise UsageError(f"not={text[:40]!r} is also asked for with `with`: take one of the two out")
        return cls(has, lacks)

    def names(self, side: str) -> list[str]:
        """Return what the fields of a form hold: the names of `with` or `not`, and room for one more."""
        given = [str(one["name"]) for _, one in (self.has if side == "with" else self.lacks)]
        return [*given, ""] if len(given) < MOST_CONCEPTS else given

    def values(self) -> dict[str, str]:
        """Return the parameters of :meth:`conditions`."""
        sides = {"with": self.has, "not": self.lacks}
        return {
            f"{side}{n}": one["concept_id"] for side, of in sides.items() for n, (_, one) in enumerate(of)
        }

    def conditions(self, kind: Kind) -> list[str]:
        """Return what a row of a listing fulfils, as SQL.

        Of pairs, with something to be left out or several to be there, it is about partners: those that
        every one of `with` is a pair with and that no article mentions together with one of `not`.
        """
        has = [f"$with{n}" for n in range(len(self.has))]
        lacks = [f"$not{n}" for n in range(len(self.lacks))]
        if kind.partners and has and len(has) + len(lacks) > 1:
            partners = " INTERSECT ".join(_PARTNERS.format(id=one) for one in has)
            for one in lacks:
                partners += f" EXCEPT {_TOGETHER.format(id=one)}"
            given = f"[{', '.join(has)}]"
            return [
                " OR ".join(
                    f"(list_contains({given}, {one}) AND NOT list_contains({given}, {other}) "
                    f"AND {other} IN ({partners}))"
                    for one, other in (("a_id", "b_id"), ("b_id", "a_id"))
                )
            ]
        return [
            *(kind.concept.format(id=one) for one in has),
            *((kind.lacking or f"NOT {kind.concept}").format(id=one) for one in lacks),
        ]


def _known(
    library: Library, connection: duckdb.DuckDBPyConnection, asked: Asked, name: str
) -> tuple[tuple[str, Row], ...]:
    texts = asked.every(name)
    if len(texts) > MOST_CONCEPTS:
        raise UsageError(f"{name} is given {len(texts)} times: {MOST_CONCEPTS} concepts at most")
    found: dict[str, tuple[str, Row]] = {}
    for text in texts:
        for one in rows(connection, _NAMED, {"id": library.resolve(text)}):
            found.setdefault(one["concept_id"], (text, one))
    return tuple(found.values())
