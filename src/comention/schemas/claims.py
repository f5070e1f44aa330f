"""The dataset of claims, and the columns by which other datasets tell what is said of two concepts."""

from __future__ import annotations

from typing import get_args

import pyarrow as pa

from comention.records import Certainty, ClaimMethod, ClaimWord, Direction
from comention.schemas.corpus import PMID, RETRACTED, SENTENCE
from comention.schemas.model import Column, Dataset, Reference, listed

_WORDS = get_args(ClaimWord)
#: Says that a sentence only mentions two concepts together.
NO_CLAIM = "none"
#: Chance below which a claim counts nowhere: about a third of those were right in the folds of the gold
#: (docs/accuracy.md). They stay in `claims`.
SURE = 0.4
#: What may be said of two concepts; of claims that as many articles make, the first leads.
SAID: tuple[str, ...] = tuple(word for word in _WORDS if word != NO_CLAIM)

#: What the words mean; a is the first concept of the pair, b the second.
MEANINGS = {
    "treats": "the drug treats, prevents or relieves the disease",
    "causes": "the drug causes or worsens the disease",
    "no_effect": "the drug was tested, and had no effect on the disease or the cytokine",
    "studied": "the drug was given or tried for the disease, the outcome not told",
    "resistant": "the disease is told as resistant to the drug, which is no test of it",
    "raised_in": "the cytokine is raised in the disease",
    "lowered_in": "the cytokine is lowered in the disease",
    "promotes": "the cytokine causes, worsens or mediates the disease",
    "protects": "the cytokine prevents or relieves the disease",
    "no_difference": "the cytokine was measured, and is neither different in the disease nor associated",
    "raises": "the drug or cytokine raises the cytokine",
    "lowers": "the drug or cytokine lowers or blocks the cytokine",
    "made_by": "the cell makes, expresses or releases the cytokine",
    "acts_on": "the cytokine acts on the cell: activates, inhibits, attracts it or is given to it",
    "associated": "the two are linked, with no direction told",
}
_DIRECTION = "which acts on the other: ab (the first on the second) or ba; null where neither does"
_WHERE = "null for types that cannot have it"

CLAIMS = Dataset(
    "claims",
    "What each sentence says of two concepts, of the types cell–cytokine, cytokine–cytokine, "
    "cytokine–disease, cytokine–drug and disease–drug: a row for each row of `evidence` that was judged.",
    ("a_id", "b_id", "pmid", "sentence"),
    (
        Column("a_id", pa.string(), "first concept (order: entity type, then id)"),
        Column("b_id", pa.string(), "second concept (order: entity type, then id)"),
        PMID,
        SENTENCE,
        Column("a_start", pa.int32(), "span of the first concept that was judged: start"),
        Column("a_end", pa.int32(), "span of the first concept that was judged: end"),
        Column("b_start", pa.int32(), "span of the second concept that was judged: start"),
        Column("b_end", pa.int32(), "span of the second concept that was judged: end"),
        Column("claim", pa.string(), f"{listed(SAID)}; or none: only mentioned together", values=_WORDS),
        Column("direction", pa.string(), _DIRECTION, True, get_args(Direction)),
        Column(
            "certainty",
            pa.string(),
            "stated; or hedged: said as possible, supposed, aimed at or asked",
            values=get_args(Certainty),
        ),
        Column("cue_start", pa.int32(), "first code point of the words that decide, if any do", True),
        Column("cue_end", pa.int32(), "code point after these words", True),
        Column("method", pa.string(), "rule, or model: what told it", values=get_args(ClaimMethod)),
        Column(
            "score",
            pa.float32(),
            f"how sure that is of the claim, 0–1; one below {SURE} stands here alone, and counts nowhere",
        ),
        Column("year", pa.int16(), "year of publication", True),
        RETRACTED,
    ),
    references=(
        Reference(("a_id", "b_id"), "pairs"),
        Reference(("a_id", "b_id", "pmid", "sentence"), "evidence"),
        Reference(("pmid", "sentence"), "sentences"),
    ),
)

#: What a place of evidence says.
OF_PLACES = (
    Column(
        "claim",
        pa.string(),
        f"what the sentence says of the two, as in `claims`; null where that was not judged, or is told with "
        f"a score below {SURE}",
        True,
        _WORDS,
    ),
    Column("certainty", pa.string(), "stated or hedged; null where claim is", True, get_args(Certainty)),
)

#: What the articles of a pair say of it.
OF_PAIRS = (
    *(
        Column(
            f"articles_{word}",
            pa.int64(),
            f"articles, without the retracted ones, that state: {MEANINGS[word]}; {_WHERE}",
            True,
        )
        for word in SAID
    ),
    Column(
        "articles_claimed",
        pa.int64(),
        "articles, without the retracted ones, that state any of these; one may state several; null for "
        "types without claims",
        True,
    ),
    Column(
        "articles_hedged",
        pa.int64(),
        "further articles, without the retracted ones, that only hold one of these for possible; all others "
        "only mention the two; null for types without claims",
        True,
    ),
    Column(
        "articles_null",
        pa.int64(),
        "articles_no_effect or articles_no_difference, whichever the types may have; null for others",
        True,
    ),
    Column(
        "claim",
        pa.string(),
        "the leading claim, null where no article states any: the one that most articles state, where claims "
        "with an outcome come before studied and associated if 2 articles or more (of treats: one), and a "
        "quarter or more of those that state anything but resistant, state them; resistant leads where it "
        "alone is stated; of equals the first in the order of the columns above",
        True,
        SAID,
    ),
    Column("claim_share", pa.float64(), "its articles over articles_claimed, 0–1; null where it is", True),
    Column(
        "claim_direction",
        pa.string(),
        f"{_DIRECTION}: by most articles of the leading claim",
        True,
        get_args(Direction),
    ),
    Column(
        "claim_since",
        pa.int16(),
        "the year since which it leads, each year told by the articles up to it; null where claim is, and "
        "where it leads by articles without a year alone",
        True,
    ),
    Column(
        "claim_before",
        pa.string(),
        "the claim that led before claim_since; null where none did",
        True,
        SAID,
    ),
    Column(
        "contradicted",
        pa.bool_(),
        "2 independent articles or more state a claim, and as many its opposite (treats and causes, raises "
        "and lowers, raised_in and lowered_in, promotes and protects), or that there is no effect or no "
        "difference; of two cytokines in one direction; null for types without claims",
        True,
    ),
    Column(
        "contradicted_since",
        pa.int16(),
        "the first year up to which that holds; null where it does not, or by articles without a year alone",
        True,
    ),
)

_SIDES = {"cytokine_drug": "cytokine and drug", "cytokine_disease": "cytokine and disease"}
_SIDES |= {"disease_drug": "disease and drug"}

#: What is said of the three of a triple, two by two.
OF_TRIPLES = (
    *(
        Column(f"claim_{side}", pa.string(), f"leading claim of {words} in `pairs`, if any", True, SAID)
        for side, words in _SIDES.items()
    ),
    Column(
        "chain",
        pa.bool_(),
        "the three leading claims fit: the drug lowers what promotes or is raised in the disease, and treats "
        "it; or with other signs, an even number of them turned. False where they do not fit; null where one "
        "of the three has no sign",
        True,
    ),
    Column(
        "articles_chain",
        pa.int64(),
        "articles, without the retracted ones, that state all three leading claims; null where chain is",
        True,
    ),
)
