"""How many articles of each pair report a study of people, of animals, of cells, or a trial.

Counted apart from :mod:`comention.cooccur.pairing`, from the articles that tell their kind alone.
"""

from __future__ import annotations

import duckdb

from comention.cooccur.counters import COUNTS, has
from comention.records import PEOPLE, TRIALS, StudyWord

_KINDS: dict[str, tuple[StudyWord, ...]] = {
    "human": PEOPLE,
    "trial": TRIALS,
    "animal": ("animal",),
    "in_vitro": ("in vitro",),
}
#: The condition of each kind on the column `study` of articles.
CONDITIONS = {kind: f"list_has_any(study, {list(words)})" for kind, words in _KINDS.items()}
#: The column `support` of pairs from counts by kind, which may be null.
SUPPORT = """CASE WHEN human > 0 THEN 'human' WHEN animal > 0 THEN 'animal only'
     WHEN in_vitro > 0 THEN 'in vitro only' ELSE 'unknown' END AS support"""

_TOLD = """
CREATE TABLE told AS
SELECT article, {kinds} FROM article_file JOIN article USING (pmid) WHERE {any}
""".format(
    kinds=", ".join(f"{condition} AS {kind}" for kind, condition in CONDITIONS.items()),
    any=" OR ".join(CONDITIONS.values()),
)
_COUNTED = """
CREATE TABLE pair_by_study AS
SELECT pair, {counts} FROM pair_in_article JOIN told USING (article) WHERE {counted} GROUP BY pair
""".format(counted=has(COUNTS), counts=", ".join(f"count(*) FILTER ({kind}) AS {kind}" for kind in _KINDS))

#: The columns of pairs that follow from the table pair_by_study, which holds the pairs that have any.
COLUMNS = ", ".join([*(f"coalesce({kind}, 0) AS articles_{kind}" for kind in _KINDS), SUPPORT])


def build(connection: duckdb.DuckDBPyConnection) -> None:
    """Create pair_by_study from article_file, article and pair_in_article."""
    connection.execute(_TOLD)
    connection.execute(_COUNTED)
