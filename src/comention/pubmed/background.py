"""How often the citations of a background mention each concept, and those of the topic among them.

A part of a run says, for each PMID it settled, which concepts the citation mentions, or that it was deleted.
Parts are in order: what a later one says of a PMID counts.
"""

from __future__ import annotations

import re
import tempfile
from collections.abc import Sequence
from pathlib import Path

import duckdb
import pyarrow as pa

from comention.errors import MalformedError, StorageError
from comention.files.atomic import remove_tree
from comention.files.opening import open_database, view_parquet
from comention.schemas import ANY_CONCEPT

_SPILL = ".count-"
_OURS = r"\.count-[a-z0-9_]{8}"  # as tempfile names it

# Numbers only are grouped, so that it stays small for all of PubMed; then each part is read once more.
_LAST = "CREATE TABLE last AS SELECT pmid, max(part) AS part FROM told GROUP BY pmid"

_COUNT = f"""
WITH live AS (SELECT concepts, held.pmid IS NOT NULL AS own
              FROM told JOIN last USING (pmid, part) LEFT JOIN held ON held.pmid = told.pmid
              WHERE concepts IS NOT NULL)
SELECT '{ANY_CONCEPT}' AS concept_id, count(*) AS articles, count(*) FILTER (own) AS articles_topic FROM live
UNION ALL
SELECT concept_id, count(*), count(*) FILTER (own)
FROM (SELECT unnest(concepts) AS concept_id, own FROM live) GROUP BY concept_id
ORDER BY concept_id
"""  # noqa: S608 - the one value put in is a name of ours


def frequencies(parts: Sequence[Path], topic: pa.Array, spill: Path | None = None) -> pa.Table:
    """Return rows of `frequencies`: citations for each concept, and for :data:`ANY_CONCEPT` all citations.

    `topic` are the PMIDs of the topic's corpus, which the background may hold or not.

    `parts` are files of `background` in the order in which they were made; what does not fit into memory
    spills into the folder `spill`, or where the system has temporary files. A folder of ours is cleared of
    what runs that were killed left there: name one only under the lock. Raises MalformedError for a file that
    cannot be read, StorageError where memory or disk do not suffice.
    """
    for left in () if spill is None else spill.glob(f"{_SPILL}*"):
        if re.fullmatch(_OURS, left.name):
            remove_tree(left)
    try:
        with (
            tempfile.TemporaryDirectory(dir=spill, prefix=_SPILL) as temporary,
            open_database() as connection,
        ):
            connection.execute("SET temp_directory = $spill", {"spill": temporary})
            view_parquet(connection, parts, filename=True).create_view("file")
            names = [str(path.absolute()) for path in parts]
            position = pa.table({"filename": names, "part": list(range(len(names)))})
            connection.from_arrow(position).create("position")
            connection.from_arrow(pa.table({"pmid": topic.cast(pa.int64())})).create("held")
            connection.execute("CREATE VIEW told AS SELECT * FROM file JOIN position USING (filename)")
            connection.execute(_LAST)
            return connection.sql(_COUNT).to_arrow_table()
    except duckdb.Error as error:
        line = str(error).strip().split("\n", maxsplit=1)[0]
        if isinstance(error, duckdb.OutOfMemoryException):  # the files are as they were
            raise StorageError(
                f"counting the background ran out of memory or disk ({line}): free some and run again"
            ) from None
        raise MalformedError(f"the background cannot be read ({line}): run again with --full") from None
