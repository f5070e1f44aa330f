"""Small corpora for the co-occurrence stage: random and fixed ones, saved, counted and read back."""

from __future__ import annotations

import random
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
from hypothesis import strategies as st

from comention.cooccur.count import DATASETS, CountReceipt, count
from comention.schemas import ARTICLES, CLAIMS, HIERARCHY, MENTIONS, SENTENCES, Dataset
from tests.cooccur.naive import Row, context, section
from tests.support.claims import by_chance

OUTPUTS = tuple(dataset.name for dataset in DATASETS)
TYPES = ("disease", "drug", "cytokine")
TOPIC = frozenset({"B:1"})

# ids whose order is not that of their types, upper and lower case, and one beyond ASCII
CONCEPTS = {
    "Z:1": "cytokine",
    "B:1": "cytokine",
    "Y:1": "chemical",
    "b:2": "disease",
    "C:3": "disease",
    "É:4": "drug",
    "A:5": "drug",
    "K:7": "cytokine",
    "text:il": "cytokine",
    "text:flu": "disease",
}

# two that share no parent and are of one name: with a Greek letter, and with a Latin one behind a number
FAMILIES = {"É:4": "sulfa-α", "A:5": "sulfa-β", "Z:1": "kine-9A", "B:1": "kine-9F"}

COLLECTIVE = frozenset({"K:7"})
#: Of claims: those below 0.4 do not count.
SCORES = (0.375, 0.4375, 0.5, 0.875)

# what is above what: one mentioned itself, one by two ways, one of another type, one above all
_ABOVE = {
    "b:2": {"C:3": 1, "W:1": 1, "W:2": 2},
    "C:3": {"W:1": 1},
    "É:4": {"V:1": 1, "Y:1": 1, "b:2": 1},
    "A:5": {"V:1": 2},
    "Q:9": {"W:2": 1},
}
_BROAD_TYPES = {"V:1": "drug", "W:1": "disease", "W:2": "disease"}
PARENTS: list[Row] = [
    {
        "concept_id": concept,
        "ancestor_id": ancestor,
        "ancestor_name": f"name of {ancestor}",
        "ancestor_type": _BROAD_TYPES.get(ancestor) or CONCEPTS[ancestor],
        "steps": steps,
    }
    for concept, ancestors in _ABOVE.items()
    for ancestor, steps in ancestors.items()
]

ROLE = st.sampled_from([None, "given", "measured", "unknown"])
STUDY = st.sampled_from(
    [
        (),
        ("review",),
        ("case report",),
        ("randomised trial", "in vitro"),
        ("other trial",),
        ("human observational", "animal"),
        ("animal",),
        ("animal", "in vitro", "computational"),
        ("in vitro",),
    ]
)
FLAG = st.sampled_from([None, False, True])


@st.composite
def corpora(draw: st.DrawFn) -> tuple[list[Row], list[Row]]:
    """Mentions and articles; few places and few concepts, so that they meet in every way."""
    pmids = draw(st.lists(st.integers(1, 60), max_size=8, unique=True))
    year = st.sampled_from([None, -5, 1998, 1999, 2000, 2001, 2002])
    journal = st.sampled_from([None, "J", "K"])
    # many are a story of their own, others about one of two works, which need not be in the corpus
    story = st.sampled_from([None, None, 7, 61])
    flag = st.booleans()
    articles = [
        article(p, draw(year), draw(flag), draw(flag), draw(story), journal=draw(journal), study=draw(STUDY))
        for p in pmids
    ]
    mentions = []
    everywhere = draw(st.sampled_from([None, "b:2", "Z:1"]))
    for pmid in pmids:
        # place 3 is in another sentence than place 2, and so on; the title is sentence 0
        chosen = draw(st.sets(st.tuples(st.integers(0, 6), st.sampled_from(sorted(CONCEPTS))), max_size=9))
        if everywhere:
            chosen.add((draw(st.integers(0, 6)), everywhere))
        for place, concept in sorted(chosen):
            mentions.append(mention(pmid, place, concept, draw(FLAG), draw(FLAG), draw(ROLE)))
    return mentions, articles


def mention(
    pmid: int,
    place: int,
    concept: str,
    negated: bool | None = None,
    speculative: bool | None = None,
    role: str | None = None,
) -> Row:
    start = 10 * place + 2
    return {
        "pmid": pmid,
        "start": start,
        "end": start + 1 + place,
        "entity_type": CONCEPTS[concept],
        "concept_id": concept,
        "sentence": place // 3,
        "text": "x",
        "concept_name": FAMILIES.get(concept, f"name of {concept}"),
        "method": "lexicon",
        "negated": negated,
        "denied": ("thing" if place % 2 else "effect") if negated else None,
        "speculative": speculative,
        "role": role,
    }


def article(
    pmid: int,
    year: int | None = 2000,
    retracted: bool = False,
    review: bool = False,
    story: int | None = None,
    *,
    journal: str | None = None,
    study: tuple[str, ...] = (),
) -> Row:
    about: Row = {"pmid": pmid, "year": year, "retracted": retracted, "review": review, "journal": journal}
    about |= {"study": list(study)}
    return about | {"story": pmid if story is None else story}


def save(rows: list[Row], dataset: Dataset, path: Path) -> Path:
    names = [n for n in dataset.schema.names if rows and n in rows[0]] or dataset.schema.names
    schema = pa.schema([dataset.schema.field(n) for n in names])
    pq.write_table(pa.Table.from_pylist(rows, schema=schema), path)
    return path


def sentences_of(mentions: list[Row]) -> list[Row]:
    return [
        {"pmid": pmid, "sentence": sentence, "section": section(sentence), "context": context(sentence)}
        for pmid, sentence in sorted({(m["pmid"], m["sentence"]) for m in mentions})
    ]


def run(
    directory: Path,
    mentions: list[Row],
    articles: list[Row],
    *,
    pair_types: tuple[str, ...] = TYPES,
    threads: int = 2,
) -> CountReceipt:
    return count(
        sentences=[save(sentences_of(mentions), SENTENCES, directory / "sentences.parquet")],
        hierarchy=save(PARENTS, HIERARCHY, directory / "hierarchy.parquet"),
        said=[save(by_chance(mentions, SCORES), CLAIMS, directory / "claims.parquet")],
        mentions=[save(mentions, MENTIONS, directory / "mentions.parquet")],
        articles=[save(articles, ARTICLES, directory / "articles.parquet")],
        out=directory / "out",
        topic_ids=TOPIC,
        collective=COLLECTIVE,
        pair_types=pair_types,
        threads=threads,
    )


def read(directory: Path, name: str) -> list[Row]:
    rows: list[Row] = pq.read_table(directory / "out" / f"{name}.parquet").to_pylist()
    return rows


def large_corpus() -> tuple[list[Row], list[Row]]:
    chooser = random.Random(7)
    kinds = [k for k in sorted(CONCEPTS) if not k.startswith("text:")]
    articles = [article(p, chooser.choice([None, *range(1990, 2020)])) for p in range(1, 401)]
    mentions = []
    for row in articles:
        for place in range(12):
            names = chooser.sample(kinds, chooser.choice([1, 1, 2]))
            mentions += [mention(row["pmid"], place, n, chooser.choice([None, True, False])) for n in names]
    return mentions, articles
