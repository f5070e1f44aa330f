"""Reader of disease ontologies in JSON: their publishers' OBO graphs, or what a package carries.

OBO graphs: https://github.com/geneontology/obographs. Such a file is read whole, its nodes being one list.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from comention.lexicon.compiler.sources import SourceError, Term

_PURL = "http://purl.obolibrary.org/obo/"
_RELEASE = re.compile(r"\d{4}-\d{2}-\d{2}")
#: Namespaces that one ontology spells otherwise: "MIM:123" of DOID is "OMIM:123" of Mondo.
_NAMESPACES = {"MIM": "OMIM", "MeSH": "MESH"}


def read_terms(path: Path, prefix: str) -> tuple[str, list[Term]]:
    """Return the release of a JSON ontology ("" where the file tells none) and its terms.

    An object is an OBO graph: its exact synonyms only, and neither deprecated terms nor those of other
    ontologies. A list is a package's extract, in which `prefix` ("MONDO", "DOID") makes a CURIE of a bare id.
    """
    try:
        content: Any = json.loads(path.read_text(encoding="utf-8-sig"))
    except json.JSONDecodeError as error:
        raise SourceError(f"{path}:{error.lineno}: not JSON: {error.msg}; download it again") from error
    except UnicodeDecodeError as error:
        raise SourceError(f"{path}: not UTF-8 ({error.reason}): download it again") from error
    if isinstance(content, list):
        return "", list(_extract_terms(path, content, prefix))
    graphs = content.get("graphs") if isinstance(content, dict) else None
    if not isinstance(graphs, list) or not all(isinstance(graph, dict) for graph in graphs):
        raise SourceError(f"{path}:1: expected a list of terms, or an object with a list of graphs")
    terms = [term for graph in graphs for term in _graph_terms(path, graph, prefix)]
    if not terms:
        raise SourceError(f"{path}: no {prefix} term in it; is it the file of another ontology?")
    return _release(graphs), terms


def _extract_terms(path: Path, terms: list[Any], prefix: str) -> Iterator[Term]:
    for number, term in enumerate(terms):
        if not isinstance(term, dict) or "id" not in term or "name" not in term:
            raise SourceError(f"{path}: term {number} has no id or no name")
        identifier = str(term["id"])
        yield Term(
            identifier if identifier.startswith(prefix + ":") else f"{prefix}:{identifier}",
            str(term["name"]),
            tuple(str(synonym) for synonym in term.get("synonyms", ())),
            tuple((str(xref["namespace"]), str(xref["id"])) for xref in term.get("xrefs", ())),
        )


def _graph_terms(path: Path, graph: dict[str, Any], prefix: str) -> Iterator[Term]:
    for number, node in enumerate(graph.get("nodes", ())):
        try:
            identifier = str(node["id"]).removeprefix(_PURL)
            meta = node.get("meta", {})
            if not identifier.startswith(prefix + "_") or meta.get("deprecated") or not node.get("lbl"):
                continue
            synonyms = [s["val"] for s in meta.get("synonyms", ()) if s["pred"] == "hasExactSynonym"]
            yield Term(
                identifier.replace("_", ":", 1),
                str(node["lbl"]),
                tuple(dict.fromkeys(str(synonym) for synonym in synonyms)),
                tuple(_xref(str(xref["val"])) for xref in meta.get("xrefs", ())),
            )
        except (AttributeError, KeyError, TypeError) as error:
            raise SourceError(f"{path}: node {number} is no node of an OBO graph ({error})") from error


def _xref(curie: str) -> tuple[str, str]:
    namespace, _, identifier = curie.partition(":")
    return _NAMESPACES.get(namespace, namespace), identifier


def _release(graphs: list[dict[str, Any]]) -> str:
    """The date in the graph's version ("…/mondo/releases/2026-01-06/mondo.json"), "" where there is none."""
    for graph in graphs:
        meta = graph.get("meta")
        if isinstance(meta, dict) and (found := _RELEASE.search(str(meta.get("version", "")))):
            return found[0]
    return ""
