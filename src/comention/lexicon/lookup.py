"""What a name or a text means to the lexicon, why, and who else claims the name."""

from __future__ import annotations

import functools
import logging
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from comention.errors import UsageError
from comention.lexicon import naming
from comention.lexicon.compiler.cytokine_names import spellings
from comention.lexicon.compiler.tables import CURATED, read_names
from comention.lexicon.folding import fold_name, tokens
from comention.lexicon.matcher import Additions, Match, Matcher
from comention.lexicon.model import BY_RULE, Rank
from comention.lexicon.store import Claim, Lexicon

_log = logging.getLogger(__name__)

#: Columns of :func:`cards`.
CARD_COLUMNS = ("name", "what", "value")

_SETTINGS = "names.add of your settings"
#: A rank as its source names it: an ontology has one rank, and two sources.
_ORIGINS = {
    "MeSH": "MeSH",
    "MeSH SCR": "MeSH's supplementary list",
    "UNII": "FDA's list",
    "MONDO": "Mondo",
    "DOID": "DOID",
}
_USUAL = {
    Rank.MESH_HEADING: "MeSH",
    Rank.MESH_SYNONYM: "MeSH",
    Rank.VARIANT: BY_RULE,
    Rank.SCR_NAME: "MeSH SCR",
    Rank.SCR_SYNONYM: "MeSH SCR",
    Rank.UNII_NAME: "UNII",
    Rank.UNII_CODE: "UNII",
}
_BY_RULE_BLOCKER = (
    "blocker made by rule: a CD antigen, or a receptor, binding protein or family of a cytokine"
)
_LISTED = 12


def lookup(text: str, lexicon: Lexicon, additions: Additions | None = None) -> list[dict[str, Any]]:
    """Return a row for each name in a text and each concept of it: what it is, why, and its rivals.

    `status` is "counts", "needs definition", "blocker" (matched so that nothing inside it is), or, for a
    text that is one name and does not count, "too few capitals", "refused" (by the stop list) or "taken
    out" (by the user). A text that is no name and lacks only "disease" or "syndrome" behind it, or is turned
    round ("Crohns", "Dermatitis, Atopic"), is taken for the name that it means; so is the id of a concept,
    one of MeSH without "MESH:" before it, too, and one that another id has replaced, which is warned of.

    Raises UsageError, with the nearest names, where there is none.
    """
    additions = additions or Additions()
    asked = naming.as_id(text.strip())
    if (row := lexicon.row_of.get(lexicon.current(asked))) is not None:
        if asked not in lexicon.row_of:
            _log.warning("%s", naming.replacement_notice("the concept", asked, lexicon))
        text = lexicon.concepts[row].name
    if ", " in text and (turned := naming.completed(text, lexicon)) is not None:
        text = turned
    matcher = Matcher(lexicon, additions)
    matches = _with_cells(*matcher.find_apart([(text, 0, len(text))])[0])
    explainer = _Explainer(lexicon, additions, matcher)
    rows = explainer.rows(text, matches) if matches else list(explainer.uncounted(text))
    if rows:
        return rows
    if (meant := naming.completed(text, lexicon)) is not None:
        return lookup(meant, lexicon, additions)
    near = naming.near_names(text, lexicon)
    names = ", ".join(f"{one.text} ({one.concept.concept_id})" for one in near)
    hint = f"nearest: {names}" if near else "nor one like it; names.add of the configuration adds one"
    raise UsageError(f"the lexicon knows no name in {text!r}; {hint}")


def _with_cells(names: list[Match], cells: list[Match]) -> list[Match]:
    """Return the names of a text in order: what a cell's name holds gives way to it, and it to all others."""
    others = [
        n for n in names if not any(c.start <= n.start and n.end <= c.end and c[:2] != n[:2] for c in cells)
    ]
    standing = [c for c in cells if not any(n.start < c.end and c.start < n.end for n in others)]
    return sorted([*others, *standing], key=lambda match: match[:2])


class _Explainer:
    """Puts what the lexicon, the curated tables and the user's settings say of a name into rows."""

    def __init__(self, lexicon: Lexicon, additions: Additions, matcher: Matcher) -> None:
        self._lexicon = lexicon
        self._matcher = matcher
        self._added = {fold_name(name): name for name in additions.names}
        self._stopped = {fold_name(name) for name in additions.stop}

    def rows(self, text: str, matches: Sequence[Match]) -> list[dict[str, Any]]:
        entries = self._details({c.concept_id for match in matches for c in match.concepts})
        return [row for match in matches for row in self._matched(text, match, entries)]

    def uncounted(self, text: str) -> Iterator[dict[str, Any]]:
        """Yield why a text that is a name, or would be one, does not count."""
        folded = fold_name(text)
        claims = self._lexicon.claims(folded)
        row = _row(0, len(text), text, folded)
        if claims:
            status = "taken out" if folded in self._stopped else "too few capitals"
            ids = {self._lexicon.concepts[c.concept].concept_id for c in claims if c.concept is not None}
            entries = self._details(ids)
            for claim in _by_concept(claims).values():
                yield row | self._explained(text, folded, claim, entries) | {"status": status}
        elif (rivals := self._rivals(folded, None)) or folded in _reasons("stop_names.tsv"):
            why = f"the stop list refuses it: {_reasons('stop_names.tsv').get(folded, 'no reason given')}"
            yield row | {"status": "refused", "why": why, "rivals": rivals}

    def _details(self, concept_ids: set[str]) -> dict[int, dict[str, Any]]:
        entries = self._lexicon.details(concept_ids)
        return {self._lexicon.row_of[entry["concept_id"]]: entry for entry in entries}

    def _matched(
        self, text: str, match: Match, entries: Mapping[int, dict[str, Any]]
    ) -> Iterator[dict[str, Any]]:
        name = text[match.start : match.end]
        folded = fold_name(name)
        row = _row(match.start, match.end, name, folded)
        claims = _by_concept(self._lexicon.claims(folded))
        if folded in self._added:
            own = self._lexicon.row_of[match.concepts[0].concept_id]
            claims = {own: Claim(own, _SETTINGS, None, self._added[folded], refused=False)}
        for claim in claims.values():
            status = "needs definition" if match.needs_definition else "counts"
            status = "blocker" if claim.concept is None else status
            yield row | self._explained(name, folded, claim, entries) | {"status": status}

    def _explained(
        self, name: str, folded: str, claim: Claim, entries: Mapping[int, dict[str, Any]]
    ) -> dict[str, Any]:
        found: dict[str, Any] = {
            "name_source": claim.source,
            "rank": claim.rank.label if claim.rank is not None else None,
            "written": claim.text,
            "difference": _difference(name, claim.text),
            "rivals": self._rivals(folded, claim),
        }
        if claim.source != _SETTINGS:
            meaning = self._lexicon.meaning(self._lexicon.trie[folded])
            found |= {"capitals": meaning.capitals, "needs_definition": meaning.needs_definition}
        if claim.concept is None:
            return found | {"why": _why(claim, folded), "blocks": self._blocked(name)}
        entry = entries[claim.concept]
        origin = _origin(folded, entry) if claim.source == BY_RULE else None
        found |= {"why": _why(claim, folded, origin), "by_rule_of": origin}
        kept = ("concept_id", "entity_type", "level", "source", "synonyms", "xrefs")
        found |= {key: entry[key] for key in kept}
        if entry["level"] == "class":
            found["members"] = self._named(self._lexicon.children.get(entry["concept_id"], ()))
        return found | {"concept_name": entry["name"], "parents": self._named(entry["parents"])}

    def _named(self, concept_ids: Sequence[str]) -> list[dict[str, str]]:
        rows = [self._lexicon.concepts[self._lexicon.row_of[i]] for i in concept_ids]
        return [{"concept_id": concept.concept_id, "concept_name": concept.name} for concept in rows]

    def _blocked(self, name: str) -> list[dict[str, Any]]:
        """Names inside a blocker: those that end before its last token, or begin behind its first."""
        pieces = tokens(name)
        if len(pieces) < 2:
            return []
        found = [*self._matcher.find(name, 0, pieces[-1][1]), *self._matcher.find(name, pieces[1][1])]
        inside = {(m.start, m.end): m for m in found if m.concepts}
        return [
            {"name": name[start:end], "concept_ids": [c.concept_id for c in match.concepts]}
            for (start, end), match in sorted(inside.items())
            if not (name[start - 1 : start].isalnum() or name[end : end + 1].isalnum())
        ]

    def _rivals(self, folded: str, winner: Claim | None) -> list[dict[str, Any]]:
        claims = self._lexicon.rivals(folded)
        if winner is not None and winner.source == _SETTINGS:
            held = _by_concept(self._lexicon.claims(folded))
            claims = [c for row, c in held.items() if row != winner.concept] + claims
        rows = []
        for claim in claims:
            concept = self._lexicon.concepts[claim.concept] if claim.concept is not None else None
            rows.append(
                {
                    "concept_id": concept.concept_id if concept else None,
                    "concept_name": concept.name if concept else None,
                    "entity_type": concept.entity_type if concept else None,
                    "source": claim.source,
                    "rank": claim.rank.label if claim.rank is not None else None,
                    "written": claim.text,
                    "why": _lost(claim, winner, folded),
                }
            )
        return rows


def _row(start: int, end: int, name: str, folded: str) -> dict[str, Any]:
    """A row of which nothing is known but its place; every row has these keys."""
    row: dict[str, Any] = {"start": start, "end": end, "name": name, "folded": folded, "status": None}
    row |= dict.fromkeys(("concept_id", "concept_name", "entity_type", "level", "source"))
    row |= {"why": "", "name_source": None, "rank": None, "written": None, "by_rule_of": None}
    row |= {"difference": None, "capitals": 0, "needs_definition": False}
    return row | {"synonyms": [], "parents": [], "members": [], "xrefs": [], "blocks": [], "rivals": []}


def _by_concept(claims: Sequence[Claim]) -> dict[int | None, Claim]:
    first: dict[int | None, Claim] = {}
    for claim in claims:
        first.setdefault(claim.concept, claim)
    return first


@functools.cache
def _reasons(table: str) -> dict[str, str]:
    return {fold_name(name): reason for name, reason in read_names(CURATED / table).items()}


def _why(claim: Claim, folded: str, origin: str | None = None) -> str:
    if claim.source == _SETTINGS:
        return _SETTINGS
    if claim.rank is None:
        return f"name from {claim.source}"
    if claim.rank is Rank.CURATED_BLOCKER:
        reason = _reasons("blockers.tsv").get(folded)
        return f"{claim.rank.label}: {reason}" if reason else _BY_RULE_BLOCKER
    if origin is not None:
        return f"{claim.rank.label}, {origin}"
    if claim.rank is Rank.ONTOLOGY or _USUAL.get(claim.rank, claim.source) != claim.source:
        return f"{claim.rank.label}, as {_ORIGINS.get(claim.source, claim.source)} writes it"
    return claim.rank.label


def _lost(claim: Claim, winner: Claim | None, folded: str) -> str:
    if claim.refused:
        return f"the stop list refuses it: {_reasons('stop_names.tsv').get(folded, 'no reason given')}"
    if winner is None or winner.rank is None or claim.rank is None:
        return f"{_SETTINGS} come first"
    if winner.rank == claim.rank:
        return f"both claim it as {claim.rank.label}: the smaller id wins"
    return f"{winner.rank.label} before {claim.rank.label}"


def _origin(folded: str, entry: Mapping[str, Any]) -> str | None:
    """The curated name of a cytokine, the shortest, that a rule makes this spelling of."""
    names = sorted([entry["name"], *entry["synonyms"]], key=lambda name: (len(name), name))
    return next((name for name in names if folded in map(fold_name, spellings(name))), None)


def _difference(name: str, written: str) -> str:
    """How a text writes a name otherwise than its source does, where both fold to the same."""
    if name == written:
        return "none"
    if name.casefold() == written.casefold():
        return "case"
    bare, source = ("".join(filter(str.isalnum, s.casefold())) for s in (name, written))
    return "hyphens, spaces or brackets" if bare == source else "spelling"


def cards(rows: Sequence[Mapping[str, Any]]) -> list[dict[str, str]]:
    """Return the rows for people to read: a line for each thing that is known of a name."""
    seen = set()
    lines = []
    for row in rows:
        if (key := (row["name"], row["concept_id"])) not in seen:
            seen.add(key)
            said = [(what, value) for what, value in _said(row) if value]
            lines += [{"name": row["name"], "what": what, "value": value} for what, value in said]
    return lines


def _said(row: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    if row["concept_id"]:
        kind = row["entity_type"] if row["level"] == "concept" else f"{row['entity_type']} {row['level']}"
        yield "means", f"{row['concept_name']} ({row['concept_id']}), {kind}"
    yield "counts", _condition(row)
    yield "why", row["why"]
    if row["difference"] not in {None, "none"}:
        yield "written", f"{row['written']} in {row['name_source']}; differs in {row['difference']}"
    yield "blocks", _listed([f"{b['name']} ({', '.join(b['concept_ids'])})" for b in row["blocks"]])
    yield "other names", _listed([name for name in row["synonyms"] if name != row["name"]])
    yield "parents", _listed([f"{p['concept_name']} ({p['concept_id']})" for p in row["parents"]])
    yield "members", _listed([f"{p['concept_name']} ({p['concept_id']})" for p in row["members"]])
    yield "see also", _listed(row["xrefs"])
    for rival in row["rivals"]:
        who = f"{rival['concept_name']} ({rival['concept_id']})" if rival["concept_id"] else "a blocker"
        yield "rival", f"{who}, {rival['written']} in {rival['source']}: {rival['why']}"


def _condition(row: Mapping[str, Any]) -> str:
    if row["status"] == "blocker":
        return "never: it is matched so that no name inside it counts"
    if row["status"] == "refused":
        return "never"
    if row["status"] == "taken out":
        return "never: names.stop of your settings takes it out"
    conditions = []
    if row["capitals"]:
        conditions.append(
            f"written with {row['capitals']} capital{'s' if row['capitals'] > 1 else ''} or more"
        )
    if row["needs_definition"]:
        conditions.append("where the text defines it or says elsewhere what it means")
    asked = "only " + " and ".join(conditions) if conditions else "always"
    return f"not so: {asked}" if row["status"] == "too few capitals" else asked


def _listed(values: Sequence[str]) -> str:
    more = f" and {len(values) - _LISTED} more (--json lists them)" if len(values) > _LISTED else ""
    return "; ".join(values[:_LISTED]) + more
