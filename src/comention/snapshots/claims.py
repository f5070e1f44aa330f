"""What a snapshot's articles say of two concepts: for and against, each with its sentence."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from comention.claims.vocabulary import CONTRASTS, PASSIVE
from comention.schemas import SAID
from comention.snapshots import query
from comention.snapshots.snapshot import Snapshot
from comention.snapshots.tables import COUNTED, select
from comention.snapshots.texts import texts_of

#: How a sentence stands to the leading claim of its pair, in the order of a listing: it states the same, the
#: opposite, that there is none, something else, or holds something for possible.
STANCES = ("for", "against", "null", "other", "hedged")

#: Columns of a listing, and all that is known of a sentence.
COLUMNS = ("stance", "claim", "pmid", "year", "section", "retracted", "cue", "text")
DETAILS = (
    "stance",
    "a_id",
    "b_id",
    "claim",
    "direction",
    "certainty",
    "pmid",
    "year",
    "sentence",
    "section",
    "retracted",
    "a_start",
    "a_end",
    "b_start",
    "b_end",
    "cue_start",
    "cue_end",
    "cue",
    "method",
    "score",
    "text",
    "text_start",
    "title",
)

_CLAIMS = f"""
SELECT c.*, p.claim AS leading FROM claims c JOIN pairs p USING (a_id, b_id)
WHERE ((a_id = $one AND b_id = $other) OR (b_id = $one AND a_id = $other)) AND {COUNTED}
ORDER BY c.retracted, c.year DESC NULLS LAST, c.pmid DESC, c.sentence
"""  # noqa: S608 - what is put in is our own
_COUNTS = """
SELECT * FROM pairs WHERE (a_id = $one AND b_id = $other) OR (b_id = $one AND a_id = $other)
"""
_CONTRASTS = {contrast for contrasts in CONTRASTS.values() for contrast in contrasts}
_NULLS = {null for _, _, null in _CONTRASTS if null is not None}


def claims_for(snapshot: Snapshot, one: str, other: str, *, limit: int | None = None) -> list[dict[str, Any]]:
    """Return the sentences that say something of two concepts: as `claims`, with `stance` and the sentence.

    They come by STANCES, and of each the newest first, at most `limit`; retracted articles come last. `cue`
    are the words that decide, `text` is the sentence and `text_start` its first code point in the article.
    Sentences that only mention the two are left out, and claims that do not count (`schemas.SURE`). `one` and
    `other` are names, synonyms or ids. Raises UsageError for a name that the snapshot does not mention, with
    the nearest names.
    """
    ids = dict(zip(("one", "other"), query.resolve_two(snapshot, one, other), strict=True))
    found: dict[str, list[dict[str, Any]]] = {stance: [] for stance in STANCES}
    for row in select(snapshot, ("claims", "pairs"), _CLAIMS, ids):
        row["stance"] = _stance(row)
        found[row["stance"]].append(row)
    chosen = [row for rows in found.values() for row in rows[:limit]]
    return [_quoted(row | text) for row, text in zip(chosen, texts_of(snapshot, chosen), strict=True)]


def _quoted(row: Mapping[str, Any]) -> dict[str, Any]:
    """Return a claim with the words that decide."""
    start, end, at = row["cue_start"], row["cue_end"], row["text_start"]
    cue = None if start is None else row["text"][start - at : end - at]
    return {name: cue if name == "cue" else row[name] for name in DETAILS}


def counts_for(snapshot: Snapshot, one: str, other: str) -> dict[str, Any] | None:
    """Return the row of `pairs` of two concepts, None where no article mentions both; raises as above."""
    values = dict(zip(("one", "other"), query.resolve_two(snapshot, one, other), strict=True))
    rows = select(snapshot, ("pairs",), _COUNTS, values)
    return rows[0] if rows else None


def _stance(row: Mapping[str, Any]) -> str:
    return "hedged" if row["certainty"] == "hedged" else stance(row["claim"], row["leading"])


def stance(claim: str, leading: str | None) -> str:
    """Return how a stated claim stands to the leading one of its pair: one of STANCES but the last."""
    if claim == leading:
        return "for"
    for up, down, null in _CONTRASTS:
        if {claim, leading} == {up, down} or (leading == null and claim in (up, down)):
            return "against"
    return "null" if claim in _NULLS else "other"


def is_turned(claim: Mapping[str, Any]) -> bool:
    """Return whether "A claim B" is right with the second concept first: of a row with `direction`, `a_type`.

    What acts is named first, a drug before a disease; of a claim in the passive, what is acted on.
    """
    acts = claim["direction"] == "ba" or (claim["direction"] is None and claim["a_type"] == "disease")
    return bool(acts) != (claim["claim"] in PASSIVE)


def words(pair: Mapping[str, Any]) -> str:
    """Return what articles say of a pair: "treats 33 · no effect 1 · mentioned 7", most articles first.

    Those are articles that are not retracted; one may say several things. `hedged` are articles that only
    hold something for possible, `mentioned` those that only mention the two. Nothing where the types have no
    claims, or the row does not tell.
    """
    claimed = pair.get("articles_claimed")
    if claimed is None:
        return ""
    return " · ".join(f"{word} {n}" for word, n in _counts(pair))


def told(pair: Mapping[str, Any]) -> str:
    """Return what articles say of a pair, in a line with its names."""
    names = f"{pair['a_name']} and {pair['b_name']}"
    if pair["articles_claimed"] is None:
        return f"{names}: of these types no claims are read"
    said = words(pair) or "nothing that is not retracted"
    doubt = f"; {_doubt(pair)}" if pair["contradicted"] else ""
    support = pair.get("support") or ""  # a snapshot of an older version has none
    doubt += f"; {support}" if support.endswith(" only") else ""
    return f"{names}: {said} of {pair['articles_not_retracted']} articles{doubt}"


def history(pair: Mapping[str, Any]) -> str:
    """Return what articles say of a pair since when: "treats since 2019, before studied".

    "; contradicted since 2020" follows where it is. Each year is told by the articles up to it.
    Nothing where no article states a claim.
    """
    if not pair["claim"]:
        return ""
    since = f" since {pair['claim_since']}" if pair["claim_since"] is not None else ""
    before = f", before {pair['claim_before']}" if pair["claim_before"] else ""
    doubt = f"; {_doubt(pair)}" if pair["contradicted"] else ""
    return f"{pair['claim']}{since}{before}{doubt}".replace("_", " ")


def _doubt(pair: Mapping[str, Any]) -> str:
    since = pair.get("contradicted_since")  # a snapshot of an older version has none
    return "contradicted" if since is None else f"contradicted since {since}"


def _counts(pair: Mapping[str, Any]) -> Iterator[tuple[str, int]]:
    said = [(word, pair[f"articles_{word}"] or 0) for word in SAID]
    for word, n in sorted(said, key=lambda one: -one[1]):
        if n:
            yield word.replace("_", " "), n
    hedged = pair["articles_hedged"]
    if hedged:
        yield "hedged", hedged
    mentioned = pair["articles_not_retracted"] - pair["articles_claimed"] - hedged
    if mentioned:
        yield "mentioned", mentioned


def chain_words(triple: Mapping[str, Any]) -> str:
    """Return the chain of a triple: "lowers · promotes · treats" (drug, cytokine, drug), or nothing."""
    if not triple.get("chain"):
        return ""
    sides = ("cytokine_drug", "cytokine_disease", "disease_drug")
    return " · ".join(triple[f"claim_{side}"].replace("_", " ") for side in sides)
