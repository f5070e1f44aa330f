"""What NLM's indexers say of articles, as what their sentences may claim.

Indexers name what an article is about by MeSH headings with qualifiers: a disease with its drug therapy, a
drug with its therapeutic use, a disease that was chemically induced, a drug with its adverse effects. Of the
two together follows what a sentence that names both is likely to say, lightly, as with relations of documents
(:mod:`comention.gold.relations`). Qualifiers: NLM, MeSH, "Qualifiers with scope notes",
https://www.nlm.nih.gov/mesh/qualifiers_scopenotes.html.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

from lxml import etree

from comention.annotation.document import Document
from comention.annotation.fast import FastAnnotator
from comention.claims.features import Layout, title_of
from comention.claims.reading import nearest
from comention.documents.reading import Skipped, read_documents
from comention.errors import MalformedError
from comention.files.opening import open_source
from comention.gold.relations import Related
from comention.records import ClaimWord

#: Of each article the qualifiers of its headings, by "MESH:" and the descriptor.
Headings = Mapping[str, frozenset[str]]

_CAUSED, _TREATED = "chemically induced", frozenset({"drug therapy", "prevention & control", "therapy"})
_HARMS = frozenset({"adverse effects", "toxicity", "poisoning"})
_HELPS = frozenset({"therapeutic use", "administration & dosage"})


def claimed(disease: frozenset[str], drug: frozenset[str]) -> tuple[str | None, tuple[ClaimWord, ...]]:
    """Return what the qualifiers of a disease and a drug say, in a word, and what a sentence may then claim.

    Nothing where they say both that the one treats and that it causes the other, or neither.
    """
    causes = _CAUSED in disease and bool(drug & _HARMS)
    treats = bool(disease & _TREATED and drug & _HELPS)
    if causes == treats:
        return None, ()
    return ("causes", ("causes",)) if causes else ("treats", ("treats", "studied", "no_effect"))


def read_headings(path: Path) -> dict[int, Headings]:
    """Return the qualified headings of the articles of a PubMed file; raises MalformedError for other files."""
    found: dict[int, Headings] = {}
    with open_source(path) as stream:
        try:
            for _, citation in etree.iterparse(stream, tag="MedlineCitation"):
                pmid = citation.findtext("PMID")
                headings = dict(_headings(citation))
                if pmid and headings:
                    found[int(pmid)] = headings
                citation.clear()
        except etree.XMLSyntaxError as error:
            raise MalformedError(f"{path} is no file of PubMed: {error}") from error
    return found


def _headings(citation: etree._Element) -> Iterator[tuple[str, frozenset[str]]]:
    for heading in citation.iterfind("MeshHeadingList/MeshHeading"):
        descriptor = heading.find("DescriptorName")
        names = frozenset(q.text or "" for q in heading.iterfind("QualifierName"))
        if descriptor is not None and names:
            yield f"MESH:{descriptor.get('UI')}", names


def read_indexed(path: Path, annotator: FastAnnotator) -> list[Related]:
    """Return the pairs of a disease and a drug in sentences of a PubMed file of which indexers say something."""
    headings = {
        pmid: held
        for pmid, held in read_headings(path).items()
        if any(_says(one, other) for one in held.values() for other in held.values())
    }

    def skip(_: Skipped) -> None:
        """A record that is not read says nothing."""

    found: list[Related] = []
    for named in read_documents([str(path)], skip):
        if isinstance(named.id, int) and (held := headings.get(named.id)):
            found += _related(named.id, named.document, held, annotator)
    return found


def _says(disease: frozenset[str], drug: frozenset[str]) -> bool:
    return bool(claimed(disease, drug)[1])


def _related(
    pmid: int, document: Document, headings: Headings, annotator: FastAnnotator
) -> Iterator[Related]:
    mentions = annotator.read(document).mentions
    title = title_of(document.text, document.sentences, mentions)
    nothing: frozenset[str] = frozenset()
    for sentence in document.sentences:
        inside = sorted(m for m in mentions if sentence.start <= m.start < sentence.end)
        pairs = [(a, b) for a, b in nearest(inside) if (a.entity_type, b.entity_type) == ("disease", "drug")]
        if pairs:
            layout = Layout(document.text, sentence, inside, title)
            for a, b in pairs:
                of_a, of_b = headings.get(a.concept_id, nothing), headings.get(b.concept_id, nothing)
                relation, claims = claimed(of_a, of_b)
                if claims:
                    yield Related(pmid, layout, a, b, relation, claims)
