"""The mouse genes of human cytokines: half of what is written of cytokines is of the mouse's.

HGNC names the mouse orthologues of a human gene by MGI's ids, MGI their symbols, NCBI Gene the ids of those
symbols. A concept stands for a cytokine of whatever species, so that its cross-references hold the genes of
both. Both files are optional: without NCBI's no mouse gene is known.
"""

from __future__ import annotations

import ast
import csv
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from comention.lexicon.compiler.sources import Gene, Located, SourceError
from comention.lexicon.compiler.tables import CuratedConcept

_MGI_HEADER = ["ID", "symbol", "synonyms", "ensembl"]
# A gene is one line of Python that is read as text: "  16160 : NtData(tax_id=10090, ... Symbol='Il12b', ...".
_GENE = re.compile(r"\s+(\d+) : NtData\(tax_id=10090,")
_SYMBOL = re.compile(r"""\bStatus='live', Symbol=('[^']*'|"[^"]*")""")


@dataclass(frozen=True, slots=True)
class MouseGenes:
    """NCBI Gene's ids by symbol; and by MGI's id the symbols of a gene, the approved one first."""

    ids: Mapping[str, str] = field(default_factory=dict)
    symbols: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def named(self, mgi: str) -> tuple[str, str] | None:
        """Return the approved symbol and NCBI's id of one of MGI's genes, None where either is unknown.

        NCBI's table may be older than MGI's: a former symbol counts where no other gene has it today.
        """
        approved, *former = self.symbols.get(mgi, ("",))
        if approved in self.ids:
            return approved, self.ids[approved]
        today = {symbols[0] for symbols in self.symbols.values()}
        known = {self.ids[s] for s in former if s in self.ids and s not in today}
        return (approved, known.pop()) if len(known) == 1 else None


def read_mouse_genes(ncbi: Located | None, mgi: Located | None) -> MouseGenes:
    """Return what the files at hand say; raises SourceError where one is not what its name says."""
    return MouseGenes(
        dict(_read_ids(ncbi.path)) if ncbi else {}, dict(_read_symbols(mgi.path)) if mgi else {}
    )


def _read_symbols(path: Path) -> Iterator[tuple[str, tuple[str, ...]]]:
    with path.open(encoding="utf-8", newline="") as lines:
        rows = csv.reader(lines, delimiter="\t", quoting=csv.QUOTE_NONE)
        if (header := next(rows, [])) != _MGI_HEADER:
            raise SourceError(f"{path}:1: header is {header}, expected {_MGI_HEADER}")
        for number, row in enumerate(rows, 2):
            if len(row) != len(_MGI_HEADER):
                raise SourceError(f"{path}:{number}: {len(row)} columns, expected {len(_MGI_HEADER)}")
            yield f"MGI:{row[0]}", (row[1], *(name for name in row[2].split("|") if name))


def _read_ids(path: Path) -> Iterator[tuple[str, str]]:
    """Yield the symbols that one living gene alone has, with its id."""
    found: defaultdict[str, set[str]] = defaultdict(set)
    with path.open(encoding="utf-8") as lines:
        for line in lines:
            if (gene := _GENE.match(line)) and (symbol := _SYMBOL.search(line)):
                found[ast.literal_eval(symbol[1])].add(gene[1])
    if not found:
        raise SourceError(f"{path}: 0 mouse genes in it, expected thousands: download the package again")
    yield from ((symbol, min(ids)) for symbol, ids in found.items() if len(ids) == 1)


def mouse_ids(
    cytokines: Iterable[CuratedConcept], genes: Mapping[str, Gene], mouse: MouseGenes
) -> dict[str, set[str]]:
    """Return NCBI Gene's ids of the mouse genes of each concept; a mouse gene is of one concept alone.

    It is of the concept that has its symbol, whether a mouse's own ("Ccl12") or a human's in another case
    ("Cxcl2", an orthologue of CXCL1 to 3); else of the only human gene that it is an orthologue of; else of
    the one parent that all of those have ("Ifnab" of interferon-alpha).
    """
    table = list(cytokines)
    own = {c.symbol for c in table if c.symbol and c.concept_id not in genes}
    found: defaultdict[str, set[str]] = defaultdict(set)
    claims: defaultdict[tuple[str, str], list[CuratedConcept]] = defaultdict(list)
    for concept in table:
        if gene := genes.get(concept.concept_id):
            for known in filter(None, map(mouse.named, gene.mgi)):
                if known[0] not in own:
                    claims[known].append(concept)
        elif concept.symbol in mouse.ids:
            found[concept.concept_id].add(mouse.ids[concept.symbol])
    for (symbol, identifier), rivals in claims.items():
        if owner := _owner(symbol, rivals):
            found[owner].add(identifier)
    return dict(found)


def _owner(symbol: str, rivals: list[CuratedConcept]) -> str | None:
    same = [c.concept_id for c in rivals if c.symbol.lower() == symbol.lower()]
    if same or len(rivals) == 1:
        return same[0] if same else rivals[0].concept_id
    shared = set.intersection(*(set(c.parents) for c in rivals))
    return shared.pop() if len(shared) == 1 else None
