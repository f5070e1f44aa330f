"""How often the citations of bulk files mention each concept, whether they are on the topic or not.

A part of a run says, for each PMID it settled, which concepts the citation mentions, or that it was deleted.
Parts are in order: what a later one says of a PMID counts.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import duckdb
import pyarrow as pa

from comention.errors import MalformedError

#: Stands in `frequencies` for any concept: its articles are all citations of the background.
ANY = "*"

# One row for each PMID, from the last part that settled it; a deleted one has no concepts.
_LAST = """
SELECT arg_max(concepts, part) FILTER (concepts IS NOT NULL) AS concepts,
       max(part) AS part, max(part) FILTER (concepts IS NOT NULL) AS told
FROM read_parquet($paths, file_row_number = false) JOIN (
  SELECT unnest($paths) AS filename, unnest(range(len($paths))) AS part
) USING (filename) GROUP BY pmid
HAVING told = part
"""


def frequencies(parts: Sequence[Path]) -> pa.Table:
    """Return rows of `frequencies`: citations for each concept, and for :data:`ANY` all citations.

    `parts` are files of `background` in the order in which they were made. Raises MalformedError for a file
    that cannot be read.
    """
    paths = [str(path) for path in parts]
    try:
        with duckdb.connect() as connection:
            connection.execute(f"CREATE TEMP TABLE last AS {_LAST}", {"paths": paths})
            return connection.sql(
                f"SELECT '{ANY}' AS concept_id, count(*) AS articles FROM last UNION ALL "  # noqa: S608
                "SELECT concept_id, count(*) FROM (SELECT unnest(concepts) AS concept_id FROM last) "
                "GROUP BY concept_id ORDER BY concept_id"
            ).to_arrow_table()
    except duckdb.Error as error:
        line = str(error).strip().split("\n", maxsplit=1)[0]
        raise MalformedError(f"the background cannot be read ({line}): run again with --full") from None
