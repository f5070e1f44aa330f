"""Records whose values no column may be able to hold, and records with damage anywhere."""

from __future__ import annotations

import random
from collections.abc import Mapping

_BITS = (7, 8, 15, 16, 31, 32, 53, 63, 64)
_ENDS = (sign * (2**bits + step) for bits in _BITS for step in (-1, 0, 1) for sign in (1, -1))
#: Numbers as text, at both ends of every width of integer, and what only looks like one.
NUMBERS = (
    *map(str, _ENDS),
    *("0", "-0", "1", "999999999999999999", "1000000000000000000", "9" * 5000, "0" * 5000, "00000000007"),
    *("1e400", "nan", "inf", "1_000", "+5", "0x10", "٧", "²", " 7 ", "7.0", ""),
    *("1699", "1700", "2100", "2101"),
)
#: Bytes inside an element or an attribute: what XML or UTF-8 does not allow, and what it just allows.
TEXTS = (
    *(b"&#xD800;", b"&#xDFFF;", b"&#0;", b"&#x110000;", b"&#xFFFE;", b"&#xFFFF;", b"&#99999999999999999999;"),
    *(b"\x00", b"\x01", b"\x1f", b"\x7f", b"\xff", b"\xc0\x80", b"\xed\xa0\x80", b"\xf4\x90\x80\x80"),
    *(
        b"\xe2\x82",
        "\U0010ffff".encode(),
        "\ufffd\ufeff\u2028".encode(),
        b"&#x85;&#x9;",
        b"&nope;",
        b"&amp;#0;",
    ),
    *(b"", b" ", b"1998 Dec-99999 Jan", b"99999 Spring", b"-1998", b"IL-12" * 1000),
)
#: Too long for a parser with limits (10 MB in one text).
HUGE = b"x" * 10_000_001

#: The places of a record, by the column of `articles` that they feed.
PLACES: Mapping[str, tuple[str, ...]] = {
    "pmid": ("pmid",),
    "version": ("version",),
    "title": ("title",),
    "abstract": ("abstract",),
    "sections": ("label", "category"),
    "vernacular_title": ("vernacular",),
    "abstract_truncated": ("abstract",),
    "journal": ("journal",),
    "pub_date": ("year", "month", "day", "season", "medline_date"),
    "pub_date_precision": ("month", "medline_date"),
    "year": ("year", "medline_date"),
    "language": ("language",),
    "languages": ("language",),
    "authors": ("last_name", "fore_name", "group"),
    "publication_types": ("type",),
    "mesh": ("mesh_ui", "mesh"),
    "chemicals": ("chemical_ui", "chemical", "registry_number"),
    "keywords": ("keyword",),
    "doi": ("doi",),
    "pmcid": ("pmc",),
    "corrections": ("ref_type", "other_pmid"),
    "species": ("mesh_ui",),
    "retracted": ("ref_type", "type_ui"),
    "review": ("type_ui",),
}
NAMES = tuple(dict.fromkeys(name for names in PLACES.values() for name in names))

_DEFAULT: dict[str, bytes] = {
    "version": b"1",
    "title": b"IL-12 in psoriasis.",
    "abstract": b"IL-12 rose.",
    "year": b"2001",
    "language": b"eng",
    "ref_type": b"CommentIn",
    "other_pmid": b"8",
}
_RECORD = (
    b'<PubmedArticle><MedlineCitation><PMID Version="%(version)s">%(pmid)s</PMID><Article>'
    b"<Journal><JournalIssue><PubDate>%(date)s</PubDate></JournalIssue><Title>%(journal)s</Title></Journal>"
    b"<ArticleTitle>%(title)s</ArticleTitle>"
    b'<ELocationID EIdType="doi">%(doi)s</ELocationID>'
    b'<Abstract><AbstractText Label="%(label)s" NlmCategory="%(category)s">%(abstract)s</AbstractText>'
    b"</Abstract>"
    b"<AuthorList><Author><LastName>%(last_name)s</LastName><ForeName>%(fore_name)s</ForeName></Author>"
    b"<Author><CollectiveName>%(group)s</CollectiveName></Author></AuthorList><Language>%(language)s</Language>"
    b'<PublicationTypeList><PublicationType UI="%(type_ui)s">%(type)s</PublicationType></PublicationTypeList>'
    b"<VernacularTitle>%(vernacular)s</VernacularTitle></Article><ChemicalList><Chemical>"
    b"<RegistryNumber>%(registry_number)s</RegistryNumber>"
    b'<NameOfSubstance UI="%(chemical_ui)s">%(chemical)s</NameOfSubstance></Chemical></ChemicalList>'
    b'<CommentsCorrectionsList><CommentsCorrections RefType="%(ref_type)s"><PMID>%(other_pmid)s</PMID>'
    b"</CommentsCorrections></CommentsCorrectionsList>"
    b'<MeshHeadingList><MeshHeading><DescriptorName UI="%(mesh_ui)s">%(mesh)s</DescriptorName></MeshHeading>'
    b"</MeshHeadingList><KeywordList><Keyword>%(keyword)s</Keyword></KeywordList></MedlineCitation>"
    b'<PubmedData><ArticleIdList><ArticleId IdType="pmc">%(pmc)s</ArticleId></ArticleIdList></PubmedData>'
    b"</PubmedArticle>"
)


def record(pmid: int, values: Mapping[str, bytes]) -> bytes:
    """Return a `PubmedArticle` with these bytes in its places, and ordinary ones in all others."""
    filled = {"pmid": b"%d" % pmid} | {name: _DEFAULT.get(name, b"x") for name in NAMES if name != "pmid"}
    filled |= values
    if "medline_date" in values:
        date = b"<MedlineDate>%s</MedlineDate>" % values["medline_date"]
    else:
        date = b"".join(
            b"<%s>%s</%s>" % (tag, filled[tag.decode().lower()], tag)
            for tag in (b"Year", b"Month", b"Day", *((b"Season",) if "season" in values else ()))
        )
    return _RECORD % {name.encode(): value for name, value in (filled | {"date": date}).items()}


_TAGS = (
    *(b"<", b">", b"</", b"<!--", b"]]>", b"<![CDATA[", b"<?xml ?>", b"<!DOCTYPE a>"),
    *(b"</PubmedArticle>", b"<PubmedArticle>", b"</PubmedArticleSet>", b'<PMID Version="2">'),
)


def mutant(dice: random.Random, document: bytes) -> bytes:
    """Return a document with one to four mistakes in it: bytes changed, lost, repeated, moved or put in."""
    data = bytearray(document)
    for _ in range(dice.randint(1, 4)):
        at = dice.randrange(len(data) + 1)
        size = dice.choice((1, 1, 2, 8, 64))
        kind = dice.randrange(6)
        if kind == 0 and at < len(data):
            data[at] = dice.randrange(256)
        elif kind == 1:
            del data[at : at + size]
        elif kind == 2:
            data[at:at] = data[at : at + size]
        elif kind == 3:
            data[at:at] = dice.choice((*TEXTS, *(number.encode() for number in NUMBERS)))
        elif kind == 4:
            data[at:at] = dice.choice(_TAGS)
        else:
            moved = data[at : at + size]
            del data[at : at + size]
            other = dice.randrange(len(data) + 1)
            data[other:other] = moved
    return bytes(data)


_SECTIONS = (
    *("topic", "source", "pubmed", "names", "run", "annotate", "pairs", "dask"),
    *("nothing", "names.add", "annotate.labels", "topic.name"),
)
_KEYS = (
    *("workdir", "name", "match", "concepts", "mesh", "query", "kind", "input", "limit", "base_url", "email"),
    *("api_key", "tool", "plausible_loss", "add", "stop", "annotator", "labels", "types", "executor"),
    *("processes", "shard_size", "keep_days", "address", "timeout", "a.b.c", '""', '"\\u0000"', "é", '"k.e"'),
)
_VALUES = (
    *('""', '"a"', '"concepts"', '"all"', '"MESH:D011565"', '"a\\u0000b"', '"\\u0000"', '"\\uFFFF"', '"é"'),
    *('"\\n"', "'C:\\temp'", '"' + "x" * 10_000 + '"', '"=1+1"', '"12"', '"-1"', '"nan"', '"\\u202e"'),
    *("true", "false", "True", "nan", "-inf", "1979-05-27", "07:32:00", "1e999", "0o7", "''", "\udcff", "\0"),
    *("", "=", "bare words", '"open', "[1, ", "{a=1", '"""x', "[" * 3000, "[" * 10 + "]" * 10, "1\n[x]"),
    *("[" * 3000 + "]" * 3000, "{a=" * 3000 + "1" + "}" * 3000),
    *NUMBERS,
)
_MISTAKES = ("\0", "\x7f", "=", "[", '"', "'''", "\\", "é", "\ufeff", "#", "{")


def settings_text(dice: random.Random) -> str:
    """Return text for a file of settings: keys that are there or not, values of any kind, mistakes."""
    lines = []
    for _ in range(dice.randint(1, 4)):
        lines.append(dice.choice(("[{}]", "[{}]", "[{}]", "[[{}]]", "")).format(dice.choice(_SECTIONS)))
        lines += [f"{dice.choice(_KEYS)} = {value_text(dice)}" for _ in range(dice.randint(0, 2))]
    text = "\n".join(lines).replace("\udcff", "\\xff")
    at = dice.randrange(len(text) + 1)
    return text[:at] + dice.choice(_MISTAKES) + text[at:] if dice.random() < 0.2 else text


def value_text(dice: random.Random, depth: int = 0) -> str:
    """Return a TOML value, or what is nearly one."""
    if depth == 3 or dice.random() < 0.7:
        return dice.choice(_VALUES)
    inside = [value_text(dice, depth + 1) for _ in range(dice.randint(0, 3))]
    if dice.random() < 0.5:
        return f"[{', '.join(inside)}]"
    return "{" + ", ".join(f"k{number} = {value}" for number, value in enumerate(inside)) + "}"
