"""The training of the model of claims: what each label counts, and how readily "none" is told."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np

from comention.claims.fitting import Settings
from comention.gold.claim_training import Measured, doubt
from comention.gold.claims import Labelled, read_claims
from tests.gold.test_claim_scores import fast_annotator

_SETTINGS = Settings(strength=10.0, least=1, iterations=30)


def row(pmid: int, claim: str, **further: Any) -> dict[str, Any]:
    return {
        "pmid": pmid,
        "title": "A title",
        "text": "Rats got zorimab for colitis.",
        "a": {"type": "drug", "surface": "zorimab", "start": 9, "id": "MESH:D1"},
        "b": {"type": "disease", "surface": "colitis", "start": 21, "id": "MESH:D2"},
        "claim": claim,
        "certain": None,
        "ner_ok": True,
        **further,
    }


def read(tmp_path: Path, rows: list[dict[str, Any]]) -> list[Labelled]:
    gold = tmp_path / "gold.jsonl"
    gold.write_text("".join(json.dumps(one) + "\n" for one in rows), "utf-8")
    return read_claims(gold, [], fast_annotator())[0]


def test_none_is_held_back_until_what_is_told_so_is_precise(tmp_path: Path) -> None:
    none, treats = (Measured.of(one) for one in read(tmp_path, [row(1, "none"), row(2, "treats")]))
    surely, hardly = np.array([0.1, 0, 0, 0, 0.9]), np.array([0.43, 0, 0, 0, 0.57])
    assert doubt([(none, surely)] * 17 + [(treats, surely)] * 3) == 0
    assert doubt([(none, surely)] * 17 + [(treats, surely)] * 3 + [(treats, hardly)]) == 0.15
    assert doubt([(treats, surely)]) == 0.4
