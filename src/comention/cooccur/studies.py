"""How many articles of each pair report a study of people, of animals, of cells, or a trial.

Counted apart from :mod:`comention.cooccur.pairing`, from the articles that tell their kind alone.
"""

from __future__ import annotations

import duckdb

_PEOPLE = ("case report", "human observational", "other trial", "randomised trial")
_TRIALS = ("other trial", "randomised trial")
_KINDS = {"human": _PEOPLE, "trial": _TRIALS, "animal": ("animal",), "in_vitro": ("in vitro",)}

_TOLD = """
CREATE TABLE told AS
SELECT article, {kinds} FROM article_file JOIN article USING (pmid) WHERE list_has_any(study, {all})
""".format(
    kinds=", ".join(f"list_has_any(study, {list(words)}) AS {kind}" for kind, words in _KINDS.items()),
    all=sorted({word for words in _KINDS.values() for word in words}),
)
_COUNTED = """
CREATE TABLE pair_by_study AS
SELECT pair, {counts} FROM pair_in_article JOIN told USING (article) WHERE counts GROUP BY pair
""".format(counts=", ".join(f"count(*) FILTER ({kind}) AS {kind}" for kind in _KINDS))

#: The columns of pairs that follow from the table pair_by_study, which holds the pairs that have any.
COLUMNS = (
    ", ".join(f"coalesce({kind}, 0) AS articles_{kind}" for kind in _KINDS)
    + """,
       CASE WHEN human > 0 THEN 'human' WHEN animal > 0 THEN 'animal only'
            WHEN in_vitro > 0 THEN 'in vitro only' ELSE 'unknown' END AS support"""
)


def build(connection: duckdb.DuckDBPyConnection) -> None:
    """Create pair_by_study from article_file, article and pair_in_article."""
    connection.execute(_TOLD)
    connection.execute(_COUNTED)
