"""Small snapshots by hand: texts and names in, all published datasets out, counted as the pipeline counts."""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pyarrow as pa

from comention import schemas
from comention.cooccur.count import count
from comention.cooccur.enrichment import Background
from comention.files.atomic import read_parquet, write_parquet
from comention.schemas import Dataset, conform
from comention.snapshots.publish import Keep, publish, staging
from comention.snapshots.snapshot import Snapshot

RUN_ID = "20260102T030405Z-abcd"

#: surface: (concept id, preferred name, entity type)
NAMES: Mapping[str, tuple[str, str, str]] = {
    "IL-12": ("COMENTION:IL-12", "interleukin-12", "cytokine"),
    "p40": ("HGNC:5970", "IL-12 p40", "cytokine"),
    "IFN-γ": ("HGNC:5438", "interferon-γ", "cytokine"),
    "IL-23": ("COMENTION:IL-23", "interleukin-23", "cytokine"),
    "psoriasis": ("MESH:D011565", "psoriasis", "disease"),
    "asthma": ("MESH:D001249", "asthma", "disease"),
    "ustekinumab": ("MESH:D000069549", "ustekinumab", "drug"),
}
TOPIC = ("COMENTION:IL-12", "HGNC:5970")


@dataclass(frozen=True)
class Text:
    """An article: its sentences are what lies between `. `. The drugs of one that is `measured` are that."""

    pmid: int
    title: str
    abstract: str | None = None
    year: int | None = 2020
    retracted: bool = False
    review: bool = False
    story: int | None = None
    denied: bool | None = None
    measured: bool = False
    species: tuple[str, ...] = ()
    study: tuple[str, ...] = ()
    publication_types: tuple[str, ...] = ()


#: A corpus small enough to be counted by hand: the topic is IL-12 with its subunit p40.
TEXTS = (
    Text(1, "IL-12 in psoriasis.", "IL-12 and p40 rise in psoriasis. IFN-γ rises.", 2010),
    Text(2, "Trial of ustekinumab.", "ustekinumab blocks p40. psoriasis and IFN-γ wane.", 2012, review=True),
    Text(3, "p40 and psoriasis.", None, 2012, retracted=True),
    Text(4, "IL-12 again.", "IFN-γ follows. ustekinumab in psoriasis.", None),
    Text(5, "On asthma.", "asthma and IL-23 differ.", 2015),
    Text(99_000_006, "IL-12 here.", "IL-23 is there. asthma too.", 2016),
)


def make(
    workdir: Path,
    texts: Sequence[Text],
    names: Mapping[str, tuple[str, str, str]] = NAMES,
    topic: Mapping[str, Any] | None = None,
    ledger: Mapping[str, Any] | None = None,
    hierarchy: Sequence[Mapping[str, Any]] = (),
    model: Mapping[str, Any] | None = None,
    background: Mapping[str, int] | None = None,
    of_topic: Mapping[str, int] | None = None,
    run_id: str = RUN_ID,
    keep: Keep = Keep(1),  # noqa: B008 - it cannot be changed
    said: Callable[[list[dict[str, Any]]], list[dict[str, Any]]] = lambda _mentions: [],
) -> Snapshot:
    """Publish a snapshot of the texts, every occurrence of a name being a mention.

    `background` is how many articles outside the topic mention each concept, and in `*` all; `of_topic` those
    of the topic among them, as another annotator reads them. `said` makes the rows of claims of those of
    mentions.
    """
    out = staging(workdir, run_id)
    out.mkdir(parents=True)
    mentions = [row for text in texts for row in _mentions(text, names)]
    put(out, schemas.ARTICLES, [_article(text) for text in texts])
    put(out, schemas.SENTENCES, [row for text in texts for row in _sentences(text)])
    put(out, schemas.MENTIONS, mentions)
    found = {row["concept_id"] for row in mentions}
    put(
        out,
        schemas.CONCEPTS,
        [
            {"concept_id": i, "name": n, "entity_type": t}
            for i, n, t in dict.fromkeys(names.values())
            if i in found
        ],
    )
    put(out, schemas.HIERARCHY, hierarchy)
    put(out, schemas.CLAIMS, said(mentions))
    put(out, schemas.LEDGER, [_ledger(len(texts)) | {"run_id": run_id} | dict(ledger or {})])
    count(
        mentions=[out / "mentions.parquet"],
        articles=[out / "articles.parquet"],
        sentences=[out / "sentences.parquet"],
        said=[out / "claims.parquet"],
        hierarchy=out / "hierarchy.parquet",
        out=out,
        topic_ids=frozenset((topic or {}).get("concepts", TOPIC)),
        pair_types=("disease", "drug", "cytokine"),
        threads=1,
        background=_background(background, of_topic or {}, names) if background else None,
    )
    about = {
        "created_at": "2026-01-02T03:04:05+00:00",
        "comention": "9.8.7",
        "topic": {"name": "interleukin-12", "concepts": TOPIC, "match": "concepts", "query": "il12[tiab]"}
        | dict(topic or {}),
        "annotator": {"name": "fast", "fingerprint": "f00d"},
        "background": {
            "kind": "table",
            "source": "some records",
            "annotator": "fast",
            "articles": background["*"],
            "years": {"2019": 1, "2021": 2},
        }
        if background
        else None,
        "model": model,
        "lexicon": {
            "names": 1234,
            "fingerprint": "beef",
            "sources": {
                "sources": [{"title": "A vocabulary", "version": "2024", "licence": "CC0 1.0"}],
            },
        },
        "versions": {"python": "3.11.7"},
    }
    return publish(workdir, run_id, about, keep)


def _background(
    counts: Mapping[str, int], own: Mapping[str, int], names: Mapping[str, tuple[str, str, str]]
) -> Background:
    types = {concept: kind for concept, _, kind in names.values()}
    rows = [
        {"concept_id": i, "articles": n + own.get(i, 0), "articles_topic": own.get(i, 0)}
        for i, n in counts.items()
    ]
    table = pa.Table.from_pylist(rows, schema=schemas.FREQUENCIES.schema)
    of_types = pa.array([types.get(i) for i in counts], pa.string())
    return Background(table, of_types, "bulk" if own else "table", holds_topic=bool(own))


#: Twenty more concepts of each type.
LEXICON = {**NAMES} | {
    f"{kind}{i:02}": (f"MESH:{kind}{i:02}", f"{kind} number {i}", kind)
    for kind in ("disease", "drug", "cytokine")
    for i in range(20)
}


def many(articles: int, seed: int, filler: int = 3) -> list[Text]:
    """Texts that name concepts of LEXICON at random, three or more in each of three sentences."""
    chance = random.Random(seed)
    surfaces = [*LEXICON]
    return [
        Text(
            pmid,
            f"IL-12 with {chance.choice(surfaces[1:])}.",
            " ".join(
                ("word " * filler).join(f"{name} " for name in chance.sample(surfaces, 6)) + "end."
                for _ in range(3)
            ),
            chance.choice([None, *range(1990, 2026)]),
            retracted=chance.random() < 0.1,
            review=chance.random() < 0.2,
        )
        for pmid in range(1, articles + 1)
    ]


def table(snapshot: Snapshot, name: str) -> list[dict[str, Any]]:
    """Return the rows of a dataset of the snapshot."""
    rows: list[dict[str, Any]] = read_parquet(snapshot.path / f"{name}.parquet").to_pylist()
    return rows


def put(folder: Path, dataset: Dataset, rows: Sequence[Mapping[str, Any]]) -> None:
    """Write rows as a dataset; what a row leaves out is null, or what stands for nothing in its type."""
    full = [
        {c.name: row.get(c.name, None if c.nullable else _nothing(c.type)) for c in dataset.columns}
        for row in rows
    ]
    table = conform(pa.Table.from_pylist(full, schema=dataset.schema), dataset)
    write_parquet(folder / f"{dataset.name}.parquet", table)


def _nothing(kind: pa.DataType) -> Any:
    if pa.types.is_list(kind):
        return []
    if pa.types.is_string(kind):
        return ""
    return False if pa.types.is_boolean(kind) else 0


def _whole(text: Text) -> str:
    return text.title if text.abstract is None else f"{text.title} {text.abstract}"


def _article(text: Text) -> dict[str, Any]:
    names = (
        "pmid",
        "title",
        "abstract",
        "year",
        "retracted",
        "review",
        "species",
        "publication_types",
        "study",
    )
    return {name: getattr(text, name) for name in names} | {"story": text.story or text.pmid}


def _sentences(text: Text) -> Iterator[dict[str, Any]]:
    yield {"pmid": text.pmid, "end": len(text.title), "in_title": True, "text": text.title}
    start = len(text.title) + 1
    for number, sentence in enumerate(re.findall(r"\S.*?(?:\.(?= )|$)", text.abstract or ""), start=1):
        at = _whole(text).index(sentence, start)
        start = at + len(sentence)
        yield {
            "pmid": text.pmid,
            "sentence": number,
            "start": at,
            "end": start,
            "section": "RESULTS",
            "text": sentence,
        }


def _mentions(text: Text, names: Mapping[str, tuple[str, str, str]]) -> Iterator[dict[str, Any]]:
    sentences, whole = list(_sentences(text)), _whole(text)
    for surface, (concept_id, name, entity_type) in names.items():
        for found in re.finditer(re.escape(surface), whole):
            (sentence,) = (
                s.get("sentence", 0)
                for s in sentences
                if s.get("start", 0) <= found.start() and found.end() <= s["end"]
            )
            yield {
                "pmid": text.pmid,
                "start": found.start(),
                "end": found.end(),
                "entity_type": entity_type,
                "concept_id": concept_id,
                "sentence": sentence,
                "text": surface,
                "concept_name": name,
                "method": "lexicon",
                "negated": text.denied,
                "role": "measured" if text.measured and entity_type == "drug" else None,
            }


def _ledger(articles: int) -> dict[str, Any]:
    counts = dict.fromkeys(("expected", "fetched", "parsed", "kept", "articles"), articles)
    when = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
    return {"stage": "fetch", "source": "files", "fetched_at": when, **counts}
