"""Small files of the shape of NLM's MeSH XML, with ids that MeSH does not have."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

#: A term: its text and its lexical tag.
Terms = Sequence[tuple[str, str]]


def concept(terms: Terms, *, preferred: bool = True) -> str:
    listed = "".join(
        f'<Term IsPermutedTermYN="N" LexicalTag="{tag}"><String>{text}</String></Term>' for text, tag in terms
    )
    flag = "Y" if preferred else "N"
    return f'<Concept PreferredConceptYN="{flag}"><TermList>{listed}</TermList></Concept>'


def descriptor(ui: str, name: str, trees: Iterable[str] = (), concepts: Sequence[str] = ()) -> str:
    numbers = "".join(f"<TreeNumber>{tree}</TreeNumber>" for tree in trees)
    return (
        f"<DescriptorRecord><DescriptorUI>{ui}</DescriptorUI>"
        f"<DescriptorName><String>{name}</String></DescriptorName><TreeNumberList>{numbers}</TreeNumberList>"
        f"<ConceptList>{''.join(concepts or [concept([(name, 'NON')])])}</ConceptList></DescriptorRecord>"
    )


def supplement(
    ui: str, name: str, mapped_to: Iterable[str], scr_class: str = "1", concepts: Sequence[str] = ()
) -> str:
    headings = "".join(
        f"<HeadingMappedTo><DescriptorReferredTo><DescriptorUI>{heading}</DescriptorUI></DescriptorReferredTo>"
        "</HeadingMappedTo>"
        for heading in mapped_to
    )
    return (
        f'<SupplementalRecord SCRClass="{scr_class}"><SupplementalRecordUI>{ui}</SupplementalRecordUI>'
        f"<SupplementalRecordName><String>{name}</String></SupplementalRecordName>"
        f"<HeadingMappedToList>{headings}</HeadingMappedToList>"
        f"<ConceptList>{''.join(concepts or [concept([(name, 'NON')])])}</ConceptList></SupplementalRecord>"
    )


def action(ui: str, name: str, substances: Iterable[str]) -> str:
    listed = "".join(f"<Substance><RecordUI>{substance}</RecordUI></Substance>" for substance in substances)
    return (
        f"<PharmacologicalAction><DescriptorReferredTo><DescriptorUI>{ui}</DescriptorUI>"
        f"<DescriptorName><String>{name}</String></DescriptorName></DescriptorReferredTo>"
        f"<PharmacologicalActionSubstanceList>{listed}</PharmacologicalActionSubstanceList>"
        "</PharmacologicalAction>"
    )


def _file(root: str, records: Iterable[str], dtd: str) -> str:
    doctype = f'<!DOCTYPE {root} SYSTEM "https://nowhere.invalid/{dtd}">\n' if dtd else ""
    return f'<?xml version="1.0"?>\n{doctype}<{root}>\n' + "\n".join(records) + f"\n</{root}>\n"


def descriptors(*records: str, dtd: str = "") -> str:
    return _file("DescriptorRecordSet", records, dtd)


def supplements(*records: str, dtd: str = "") -> str:
    return _file("SupplementalRecordSet", records, dtd)


def actions(*records: str, dtd: str = "") -> str:
    return _file("PharmacologicalActionSet", records, dtd)
