"""A snapshot for language models and their agents: read-only tools over the Model Context Protocol (MCP).

Every answer carries the id of its snapshot, and PMIDs and counts beside what it says. The protocol is the
official SDK's (https://modelcontextprotocol.io), which the extra `mcp` installs.
"""

from __future__ import annotations

import functools
import json
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Annotated, Any

from pydantic import Field, create_model

from comention.errors import ComentionError, UsageError
from comention.files.atomic import json_text
from comention.records import ENTITY_TYPES
from comention.snapshots import claims, frames, query
from comention.snapshots.snapshot import Snapshot
from comention.snapshots.tables import select
from comention.version import __version__

if TYPE_CHECKING:
    from mcp.server import MCPServer
    from mcp.server.mcpserver.tools import Tool

#: Rows of an answer at most: what a model can read, not what there is.
MOST = 100
INSTRUCTIONS = (
    "Which diseases, drugs, cytokines and cells PubMed abstracts mention together, read from one snapshot. "
    "Being mentioned together is not interacting: `grade` says how surely two concepts meet more often than "
    "chance, `claim` what sentences say of them, read by rules and a small model that err. Quote sentences "
    "with their PMID. Names, synonyms and ids are taken; find_concept tells what a name may mean."
)

Name = Annotated[str, Field(description="Name, synonym or id of a concept: IL-12, psoriasis, MESH:D011565")]
Kind = Annotated[str | None, Field(description=f"Only concepts of this type: {', '.join(ENTITY_TYPES)}")]
Limit = Annotated[int, Field(ge=1, le=MOST, description="Rows at most")]

_PAIR = (
    "partner_id",
    "partner_name",
    "partner_type",
    "articles",
    "articles_independent",
    "sentences",
    "articles_asserted",
    "articles_negated",
    "lift",
    "log_odds_low",
    "q_value",
    "q_richness",
    "grade",
    "claim",
    "contradicted",
    "support",
    "first_year",
    "last_year",
    "top_pmids",
)
_PLACE = (
    "pmid",
    "year",
    "level",
    "section",
    "context",
    "negated",
    "denied",
    "speculative",
    "retracted",
    "claim",
    "certainty",
    "text",
    "title",
)
_CLAIM = (
    "stance",
    "claim",
    "direction",
    "certainty",
    "pmid",
    "year",
    "section",
    "retracted",
    "cue",
    "method",
    "score",
    "text",
    "title",
)
_ENRICHED = (*query.COLUMNS["enrichment"], "concept_id", "articles_total", "background_total")


class Desk:
    """The questions that an agent may ask of a snapshot; each method is a tool and its docstring its help."""

    def __init__(self, snapshot: Snapshot) -> None:
        self._snapshot = snapshot

    def about(self) -> dict[str, Any]:
        """Tell what the snapshot holds: topic, query, date, years, and how much of everything."""
        counts = {
            name: self._select((name,), f"SELECT count(*) AS n FROM {name}")[0]["n"]  # noqa: S608 - own words
            for name in ("articles", "concepts", "pairs", "triples", "evidence", "claims", "enrichment")
        }
        years = self._select(("articles",), "SELECT min(year) AS first, max(year) AS last FROM articles")[0]
        manifest = self._snapshot.manifest
        return self._answer(
            topic=manifest.topic.model_dump(),
            published=manifest.created_at,
            counts=counts,
            years=years,
            grades=self._select(
                ("pairs",), "SELECT grade, count(*) AS pairs FROM pairs GROUP BY grade ORDER BY 2 DESC"
            ),
            attribution=manifest.attribution,
        )

    def find_concept(self, name: Name, limit: Limit = 10) -> dict[str, Any]:
        """Find the concept that a name means here, and others whose name or synonym holds it."""
        found = self._select(("concepts", "entities"), _FIND, {"name": name.strip(), "limit": limit})
        try:
            meant = query.resolve(self._snapshot, name)
        except UsageError as error:
            return self._answer(meant=None, hint=str(error), concepts=found)
        return self._answer(meant=meant, concepts=found)

    def topic_enrichment(self, entity_type: Kind = None, limit: Limit = 60) -> dict[str, Any]:
        """List what goes with the topic more often than with other articles, surest first, of each type.

        `compared_with` says which articles these are. Where it is null nothing was compared: that there are
        no rows then says nothing of the topic.
        """
        narrowed: dict[str, Any] = {"with_name": None, "limit": limit}
        if entity_type is None:
            shown = query.enriched(self._snapshot, **narrowed)
        else:
            shown = query.show(self._snapshot, "enrichment", entity_type=entity_type, **narrowed)
        rows = _shared(shown.rows, "entity_type", limit)
        about = self._snapshot.manifest.background
        is_compared = query.first_table(self._snapshot) == "enrichment"
        return self._answer(
            compared_with=about.words if about and is_compared else None,
            rows=_only(rows, _ENRICHED),
            left_out=shown.rarer,
        )

    def pairs_of(
        self,
        concept: Name,
        entity_type: Kind = None,
        limit: Limit = 20,
        min_articles: Annotated[int, Field(ge=1, description="Independent articles at least")] = 2,
    ) -> dict[str, Any]:
        """List what a concept is mentioned with, surest first, with counts, claim and the best PMIDs."""
        everything = frames.pairs(self._snapshot, concept, entity_type=entity_type, min_articles=min_articles)
        return self._answer(
            concept_id=query.resolve(self._snapshot, concept),
            found=len(everything),
            rows=_only(everything[:limit], _PAIR),
        )

    def evidence(self, one: Name, other: Name, limit: Limit = 10) -> dict[str, Any]:
        """Quote where two concepts were read together, best places first: PMID, year, sentence."""
        places = frames.evidence(self._snapshot, one, other)
        return self._answer(
            articles=len({row["pmid"] for row in places}),
            found=len(places),
            rows=_only(places[:limit], _PLACE),
        )

    def claims(self, one: Name, other: Name, limit: Limit = 30) -> dict[str, Any]:
        """Quote what sentences say of two concepts: for and against the leading claim, null results, more."""
        pair = claims.counts_for(self._snapshot, one, other)
        said = claims.claims_for(self._snapshot, one, other, limit=limit)
        return self._answer(
            told="no article mentions both" if pair is None else claims.told(pair),
            leading=pair and pair["claim"],
            contradicted=pair and pair["contradicted"],
            articles=pair["articles"] if pair else 0,
            rows=_only(_shared(said, "stance", limit), _CLAIM),
        )

    def trends(self, one: Name, other: Name) -> dict[str, Any]:
        """Give the articles of each year that mention both, 0 too, beside all articles of the year."""
        found = frames.trends(self._snapshot, one, other)
        pmids = [row["pmid"] for row in frames.evidence(self._snapshot, one, other, limit=MOST)]
        kept = ("year", "articles", "articles_year", "share", "emerging")
        return self._answer(rows=_only(found[-MOST:], kept), top_pmids=list(dict.fromkeys(pmids))[:5])

    def article(self, pmid: Annotated[int, Field(ge=1, description="PubMed id")]) -> dict[str, Any]:
        """Give title, abstract, journal, year and kind of study of an article, and what it mentions."""
        found = frames.article(self._snapshot, pmid)
        if found is None:
            raise UsageError(f"the snapshot has no article {pmid}")
        return self._answer(**found | {"mentions": found["mentions"][:MOST]})

    def _answer(self, **told: Any) -> dict[str, Any]:
        answer: dict[str, Any] = json.loads(json_text({"snapshot": self._snapshot.manifest.run_id, **told}))
        return answer

    def _select(
        self, names: tuple[str, ...], statement: str, values: Mapping[str, Any] | None = None
    ) -> list[dict[str, Any]]:
        return select(self._snapshot, names, statement, values)


#: The tools, in the order in which a client lists them.
TOOLS = ("about", "find_concept", "topic_enrichment", "pairs_of", "evidence", "claims", "trends", "article")

_FIND = """
SELECT concept_id, name, entity_type, coalesce(articles, 0) AS articles, synonyms[1:10] AS synonyms
FROM concepts LEFT JOIN (SELECT concept_id, articles FROM entities) e USING (concept_id)
WHERE lower(concept_id) = lower($name) OR contains(lower(name), lower($name))
   OR len(list_filter(synonyms, lambda one: contains(lower(one), lower($name)))) > 0
ORDER BY lower(name) = lower($name) DESC, articles DESC NULLS LAST, concept_id LIMIT $limit
"""


def server(snapshot: Snapshot) -> MCPServer:
    """Return the server of a snapshot's tools, which `run()` serves on standard input and output.

    Raises UsageError where the SDK is not installed.
    """
    try:
        from mcp.server import MCPServer
        from mcp.server.mcpserver.tools import Tool
        from mcp_types import ToolAnnotations
    except ImportError as error:
        raise UsageError("comention mcp needs the MCP SDK: pip install 'comention[mcp]'") from error

    desk = Desk(snapshot)
    hints = ToolAnnotations(read_only_hint=True, idempotent_hint=True, open_world_hint=False)
    tools = [Tool.from_function(_told(getattr(desk, name)), name=name, annotations=hints) for name in TOOLS]
    for tool in tools:
        _take_no_other(tool)
    return MCPServer(
        "comention", instructions=INSTRUCTIONS, version=__version__, tools=tools, log_level="WARNING"
    )


def _take_no_other(tool: Tool) -> None:
    """Let a tool refuse arguments that it has not: the SDK leaves them out, and answers something else."""
    told = tool.fn_metadata
    told.arg_model = create_model(
        told.arg_model.__name__, __base__=told.arg_model, __cls_kwargs__={"extra": "forbid"}
    )
    tool.parameters = told.arg_model.model_json_schema(by_alias=True)


def _told(method: Callable[..., dict[str, Any]]) -> Callable[..., dict[str, Any]]:
    """Return the method with its errors as answers that the model can read."""

    @functools.wraps(method)
    def told(*args: Any, **kwargs: Any) -> dict[str, Any]:
        from mcp.server.mcpserver.exceptions import ToolError

        try:
            return method(*args, **kwargs)
        except ComentionError as error:
            raise ToolError(str(error)) from error

    return told


def _shared(rows: Sequence[Mapping[str, Any]], kind: str, limit: int) -> list[Mapping[str, Any]]:
    """Return `limit` rows at most, in their order: the first of each kind, then the second of each."""
    seen = Counter[Any]()
    turns = list[tuple[int, int]]()
    for place, row in enumerate(rows):
        turns.append((seen[row[kind]], place))
        seen[row[kind]] += 1
    return [rows[place] for place in sorted(place for _, place in sorted(turns)[:limit])]


def _only(rows: Sequence[Mapping[str, Any]], names: Sequence[str]) -> list[dict[str, Any]]:
    return [{name: row[name] for name in names} for row in rows]
