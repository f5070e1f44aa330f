#!/usr/bin/env bash
# Guess:  koza's normalize, which rewrites the identifiers of a knowledge graph by SSSOM mappings, told use_match=["skos:exactMatch"], applies the
#         rows that say that two identifiers are an exact match, each of them, and leaves out those whose predicate_modifier is "Not".
# Seen:   koza 2.7.0 does not look at predicate_modifier: edges of B:2, of which the file says "not an exact match of A:2", become edges of A:2, and
#         where another row has the right match of B:3, the denied one is taken if its identifier comes first. A row with "#" inside a label is
#         cut there, as a comment, and left out; the file has one mapping less. Of two files the one whose name comes first in the alphabet
#         wins, not the one that is listed first, as its docs say ("Order the --mappings arguments with preferred files first"). It warns where
#         an identifier has two mappings, and of nothing else.
# Means:  what curators ruled out becomes an identity in the merged graph, and "strain #2" or "HLA #4" stays under its old identifier. Take out
#         rows with a predicate_modifier, and labels, before. comention reads no SSSOM.
# Exit:   0 it still behaves so, 1 it does not any more, 2 it could not be tried.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv" || exit 2
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check "koza==2.7.0" 2>/dev/null || exit 2
"$folder/venv/bin/python" -W ignore - "$folder" <<'PY'
import sys
from pathlib import Path

import duckdb
from loguru import logger

logger.remove()
from koza.graph_operations import join_graphs, normalize_graph  # noqa: E402 - some of what it imports logs
from koza.model.graph_operations import FileSpec, JoinConfig, NormalizeConfig  # noqa: E402

folder = Path(sys.argv[1])
COLUMNS = "subject_id subject_label predicate_modifier predicate_id object_id mapping_justification".split()


def exact(subject, other, modifier="", label="a name"):
    return subject, label, modifier, "skos:exactMatch", other, "semapv:ManualMappingCuration"


def mappings(name, *rows):
    head = ["curie_map:", "  A: http://example.org/a/", "  B: http://example.org/b/", f"mapping_set_id: http://example.org/{name}"]
    head.append("license: https://creativecommons.org/publicdomain/zero/1.0/")
    lines = [f"#{line}" for line in head] + ["\t".join(row) for row in (COLUMNS, *rows)]
    path = folder / f"{name}.sssom.tsv"
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def normalized(title, *files):
    names = [f"B:{number}" for number in range(1, 4)]
    nodes, edges, graph = folder / "g_nodes.tsv", folder / "g_edges.tsv", folder / f"{title}.duckdb"
    lines = ["id\tcategory\tname"] + [f"{name}\tbiolink:Gene\tsome gene" for name in (*names, "B:9")]
    nodes.write_text("\n".join(lines) + "\n", encoding="utf-8")
    lines = ["id\tsubject\tpredicate\tobject"] + [f"e{name}\t{name}\tbiolink:related_to\tB:9" for name in names]
    edges.write_text("\n".join(lines) + "\n", encoding="utf-8")
    quiet = {"quiet": True, "show_progress": False}
    join_graphs(JoinConfig(node_files=[FileSpec(path=nodes)], edge_files=[FileSpec(path=edges)], output_database=graph, **quiet))
    specs = [FileSpec(path=path) for path in files]
    done = normalize_graph(NormalizeConfig(database_path=graph, mapping_files=specs, use_match=["skos:exactMatch"], **quiet))
    with duckdb.connect(str(graph), read_only=True) as connection:
        found = [row[0] for row in connection.execute("SELECT subject FROM edges ORDER BY id").fetchall()]
    loaded = sum(file.records_loaded for file in done.mappings_loaded)
    print(f"koza 2.7.0, {title}: B:1, B:2, B:3 became", found, "rows read:", loaded, "warnings:", len(done.warnings))
    return found, loaded, len(done.warnings), done.success


denied = mappings("denied", exact("A:1", "B:1"), exact("A:2", "B:2", "Not"))
both = mappings("both", exact("A:3", "B:3", "Not"), exact("A:4", "B:3"))
labelled = mappings("labelled", exact("A:1", "B:1"), exact("A:2", "B:2", label="strain #2"))
preferred, second = mappings("preferred", exact("A:5", "B:1")), mappings("another", exact("A:6", "B:1"))
as_seen = [
    normalized("a denied match", denied) == (["A:1", "A:2", "B:3"], 2, 0, True),
    normalized("a denied match and another", both) == (["B:1", "B:2", "A:3"], 2, 1, True),
    normalized("a label with a sign", labelled) == (["A:1", "B:2", "B:3"], 1, 0, True),
    normalized("preferred file first", preferred, second)[0] == ["A:6", "B:2", "B:3"],
]
sys.exit(0 if all(as_seen) else 1)
PY
