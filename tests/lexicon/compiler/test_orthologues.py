"""Which mouse genes a cytokine's cross-references hold."""

from __future__ import annotations

from pathlib import Path

import pytest

from comention.lexicon.compiler.orthologues import MouseGenes, mouse_ids, read_mouse_genes
from comention.lexicon.compiler.sources import SOURCES, Gene, Located, SourceError
from comention.lexicon.compiler.tables import CuratedConcept
from comention.lexicon.store import open_lexicon

_SOURCE = {source.key: source for source in SOURCES}
_MGI = "ID\tsymbol\tsynonyms\tensembl\n"


def located(folder: Path, key: str, text: str) -> Located:
    path = folder / _SOURCE[key].file
    path.write_text(text, encoding="utf-8")
    return Located(_SOURCE[key], path)


def gene_line(identifier: str, symbol: str, *, taxon: str = "10090", status: str = "live") -> str:
    told = f"GeneID={identifier}, CurrentID=0, Status={status!r}, Symbol={symbol!r}, Aliases='x'"
    return f"  {identifier} : NtData(tax_id={taxon}, Org_name='Some mouse', {told}, no_hdr0=''),\n"


def human(number: int, symbol: str, *mgi: str) -> tuple[str, Gene]:
    return f"HGNC:{number}", Gene(f"HGNC:{number}", symbol, "", "", (), "", (), mgi)


def concept(identifier: str, symbol: str, *parents: str) -> CuratedConcept:
    return CuratedConcept(identifier, symbol, (), parents, symbol)


def test_both_files_are_read_as_text(tmp_path: Path) -> None:
    lines = [
        "raise SystemExit('imported')\n",
        gene_line("11", "Il99"),
        gene_line("12", "It's"),
        gene_line("13", "Twice"),
        gene_line("14", "Twice"),
        gene_line("15", "Il98", taxon="9606"),
        gene_line("16", "Gone", status="secondary"),
    ]
    ncbi = located(tmp_path, "ncbi_mouse", "".join(lines))
    mgi = located(tmp_path, "mgi", _MGI + "5\tIl99\tOld99|Older\tENS1\n6\tIl98\t\t\n")
    assert read_mouse_genes(ncbi, mgi) == MouseGenes(
        {"Il99": "11", "It's": "12"}, {"MGI:5": ("Il99", "Old99", "Older"), "MGI:6": ("Il98",)}
    )
    assert read_mouse_genes(None, None) == MouseGenes()


def test_what_is_no_such_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match=r"genes_NCBI_10090_All\.py: 0 mouse genes .*: download"):
        read_mouse_genes(located(tmp_path, "ncbi_mouse", gene_line("1", "A", taxon="9606")), None)
    with pytest.raises(SourceError, match=r"mgi_entries\.tsv:1: header"):
        read_mouse_genes(None, located(tmp_path, "mgi", "ID\tsymbol\n"))
    with pytest.raises(SourceError, match=r"mgi_entries\.tsv:2: 3 columns, expected 4"):
        read_mouse_genes(None, located(tmp_path, "mgi", _MGI + "5\tIl99\t\n"))


def test_a_former_symbol_counts_where_no_other_gene_has_it_today() -> None:
    mouse = MouseGenes(
        {"Figf": "1", "Taken": "2", "Il99": "3"},
        {
            "MGI:1": ("Vegfd", "VEGF-D", "Figf"),
            "MGI:2": ("New", "Taken"),
            "MGI:3": ("Taken",),
            "MGI:4": ("Il99", "Figf"),
        },
    )
    named = {mgi: mouse.named(mgi) for mgi in ("MGI:1", "MGI:2", "MGI:4", "MGI:9")}
    assert named == {"MGI:1": ("Vegfd", "1"), "MGI:2": None, "MGI:4": ("Il99", "3"), "MGI:9": None}


def test_a_mouse_gene_is_of_one_concept() -> None:
    ids = {"Il99": "1", "Cxcl2": "2", "Cxcl3": "3", "Ifnx": "4", "Ccl12": "5", "Odd": "6"}
    mouse = MouseGenes(ids, {f"MGI:{i}": (symbol,) for symbol, i in ids.items()})
    genes = dict(
        [
            human(1, "IL99", "MGI:1"),
            human(2, "CXCL2", "MGI:2", "MGI:3"),
            human(3, "CXCL3", "MGI:2", "MGI:3"),
            human(4, "IFNX1", "MGI:4", "MGI:6"),
            human(5, "IFNX2", "MGI:4"),
            human(6, "CCL2", "MGI:5", "MGI:6"),
        ]
    )
    table = [
        concept("HGNC:1", "IL99"),
        concept("HGNC:2", "CXCL2"),
        concept("HGNC:3", "CXCL3"),
        concept("HGNC:4", "IFNX1", "COMENTION:IFN-X"),
        concept("HGNC:5", "IFNX2", "COMENTION:IFN-X"),
        concept("HGNC:6", "CCL2"),
        concept("COMENTION:CCL12", "Ccl12"),
        concept("COMENTION:IFN-X", ""),
    ]
    wanted = {
        "HGNC:1": {"1"},
        "HGNC:2": {"2"},
        "HGNC:3": {"3"},
        "COMENTION:IFN-X": {"4"},
        "COMENTION:CCL12": {"5"},
    }
    assert mouse_ids(table, genes, mouse) == wanted
    assert mouse_ids(reversed(table), genes, mouse) == wanted
    assert mouse_ids(table, genes, MouseGenes()) == {}


@pytest.mark.parametrize(
    ("gene", "concept_id"),
    [
        ("3593", "HGNC:5970"),  # IL12B
        ("16160", "HGNC:5970"),  # Il12b
        ("20310", "HGNC:4603"),  # Cxcl2, an orthologue of three
        ("14205", "HGNC:3708"),  # Vegfd, Figf in NCBI's table
        ("20293", "COMENTION:CCL12"),
        ("20305", "COMENTION:CCL6"),
        ("20308", "COMENTION:CCL9"),
        ("20309", "COMENTION:CXCL15"),
    ],
)
def test_the_shipped_lexicon_knows_mouse_genes(gene: str, concept_id: str) -> None:
    assert open_lexicon().cross_references("NCBIGene")[gene] == concept_id
