"""How near two concepts stand to each other in the vocabulary: one above the other, siblings, of one name.

A concept and one above it meet because a text that names a disease precisely names it broadly too. Such pairs
have the highest odds of a corpus and say how people write, not what they study.
"""

from __future__ import annotations

import duckdb
import pyarrow as pa

from comention.schemas import PAIRS

#: The relations that the column `kind` of the table `kin` numbers, by number.
WORDS = pa.array(PAIRS.column("relatedness").values)
_ANCESTOR, _SIBLING, _FAMILY, NONE = range(len(WORDS))

# `kin` has each related pair once, under its nearest relation. A pair is in the canonical order of its sides.
_KIN = """
CREATE TABLE kin AS
WITH above AS (
    SELECT own.concept, parent.concept AS ancestor, steps, ancestor_id
    FROM hierarchy_file JOIN concept own USING (concept_id)
    LEFT JOIN concept parent ON parent.concept_id = ancestor_id),
named AS (
    SELECT concept, rank, entity_type, regexp_replace(name, $ending, '\\1') AS stem FROM concept
    WHERE pairs AND regexp_matches(name, $ending)),
found AS (
    SELECT concept AS one, ancestor AS other, {ancestor} AS kind FROM above WHERE ancestor IS NOT NULL
    UNION ALL
    SELECT a.concept, b.concept, {sibling} FROM above a JOIN above b USING (ancestor_id)
    WHERE a.steps = 1 AND b.steps = 1 AND a.concept < b.concept
    UNION ALL
    SELECT a.concept, b.concept, {family} FROM named a JOIN named b USING (entity_type, stem)
    WHERE a.concept < b.concept)
SELECT pair, min(kind) AS kind
FROM (SELECT CASE WHEN x.rank < y.rank THEN (one::BIGINT << 32) | other ELSE (other::BIGINT << 32) | one END
             AS pair, kind
      FROM found JOIN concept x ON x.concept = one JOIN concept y ON y.concept = other)
GROUP BY pair
"""

#: What a name of a family ends with: a letter, Latin or Greek, a Roman numeral or "type" and a number, apart.
#: Arabic numbers alone make no family, as every interleukin has one.
_ENDING = r"(?:([0-9])[A-Za-z]|[ -]?[α-ωΑ-Ω]|[ -][A-Z]|[ -][IVX]+|,? type \w+)$"


def build(connection: duckdb.DuckDBPyConnection) -> None:
    """Create the table `kin` (pair, kind) from concept and hierarchy_file."""
    statement = _KIN.format(ancestor=_ANCESTOR, sibling=_SIBLING, family=_FAMILY)
    connection.execute(statement, {"ending": _ENDING})
