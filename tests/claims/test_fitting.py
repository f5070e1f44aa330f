"""The fit of claims: what it learns, in the same bytes each time."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from comention.claims import features
from comention.claims.fitting import Example, Settings, fit, solve
from comention.claims.model import Model, Pair, Weights, read_weights, write_weights
from comention.claims.vocabulary import CLAIMS
from comention.errors import MalformedError
from comention.files.atomic import sha256, write_json

_EXAMPLES = [
    Example(("disease", "drug"), ["bias", "m:relieve"], ("treats",)),
    Example(("disease", "drug"), ["bias", "m:harm"], ("causes",)),
    Example(("cytokine", "drug"), ["bias", "m:lower"], ("lowers",)),
    Example(("cytokine", "disease"), ["bias", "m:raise"], ("promotes", "raised_in")),
] * 3
_SETTINGS = Settings(strength=10.0, least=1, iterations=30)


def test_it_learns_what_it_is_shown() -> None:
    model = Model(fit(_EXAMPLES, _SETTINGS))
    assert model.judge(("disease", "drug"), ["bias", "m:relieve"]).claim == "treats"
    assert model.judge(("disease", "drug"), ["bias", "m:harm"]).claim == "causes"
    assert model.judge(("cytokine", "disease"), ["bias", "m:raise"]).claim in {"promotes", "raised_in"}


def test_unknown_features_change_nothing() -> None:
    model = Model(fit(_EXAMPLES, _SETTINGS))
    known = model.judge(("disease", "drug"), ["bias", "m:harm"])
    assert model.judge(("disease", "drug"), ["bias", "m:harm", "never seen"]) == known
    assert 0 < model.judge(("disease", "drug"), ["never seen"]).score < 1


def test_where_the_opposite_is_nearly_as_likely_a_claim_without_sign_is_told() -> None:
    pair: Pair = ("disease", "drug")
    chances = np.array([[0.45, 0.05, 0.05, 0.25, 0.2], [0.45, 0.28, 0.01, 0.26, 0.0]])
    names = ("sure", "torn")
    arrays = {p: np.zeros((2, len(claims))) for p, claims in CLAIMS.items()} | {pair: np.log(chances + 1e-9)}
    margins = {p: (0.0,) * len(claims) for p, claims in CLAIMS.items()}
    model = Model(Weights(names, arrays, dict.fromkeys(CLAIMS, 1.0), margins))
    assert model.judge(pair, ["sure"]).claim == "treats"
    assert model.judge(pair, ["torn"]).claim == "studied"


def test_twice_trained_is_the_same_bytes_and_reads_back(tmp_path: Path) -> None:
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        write_weights(tmp_path / name, fit(_EXAMPLES, _SETTINGS))
    one, two = (tmp_path / name / "weights.npz" for name in ("one", "two"))
    assert one.read_bytes() == two.read_bytes()
    write_json(tmp_path / "one" / "model.json", {"features": features.VERSION, "sha256": sha256(one)})
    read = read_weights(tmp_path / "one")
    assert read.features == fit(_EXAMPLES, _SETTINGS).features


@pytest.mark.parametrize(
    ("freer", "held"),
    [
        ("disease tumour", "m:harm"),
        ("adrug words 1", "a under of"),
        ("m:harm", "b:harm"),
        ("else a:harm", "title harm"),
        ("first>harm", "fharm"),
    ],
)
def test_what_is_said_of_the_names_weighs_more_than_words_and_the_title_less(freer: str, held: str) -> None:
    pair: Pair = ("disease", "drug")
    weights = fit(
        [Example(pair, [freer, held], ("causes",)), Example(pair, ["other"], ("treats",))] * 3, _SETTINGS
    )
    of = dict(zip(weights.features, weights.arrays[pair][:, 1], strict=True))
    assert of[freer] > 1.3 * of[held] > 0


def test_what_another_fit_found_stays_where_the_examples_tell_nothing_of_it() -> None:
    others = [Example(("disease", "drug"), ["bias", "m:harm", "elsewhere"], ("causes",))] * 5
    near = solve(others, _SETTINGS)
    found = solve([_EXAMPLES[0]] * 3, _SETTINGS, near)
    assert found.features == ("bias", "elsewhere", "m:harm", "m:relieve")
    np.testing.assert_array_equal(found.values[1], near.values[1])
    model = Model(fit([_EXAMPLES[0]] * 3, _SETTINGS, near))
    assert model.judge(("disease", "drug"), ["bias", "m:relieve"]).claim == "treats"
    assert model.judge(("disease", "drug"), ["m:harm", "elsewhere"]).claim == "causes"


def test_a_damaged_model_says_what_to_do(tmp_path: Path) -> None:
    write_weights(tmp_path, fit(_EXAMPLES, _SETTINGS))
    write_json(tmp_path / "model.json", {"features": features.VERSION, "sha256": "another"})
    with pytest.raises(MalformedError, match="reinstall comention"):
        read_weights(tmp_path)
