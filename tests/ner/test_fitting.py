"""Fitting: what crfsuite learns is what the model holds, and both mark the same."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from comention.errors import UsageError
from comention.ner.crf import INSIDE, LABELS, OUTSIDE
from comention.ner.features import sentences, spelled
from comention.ner.fitting import Example, Fitted, FittingSettings, fit
from comention.ner.model import Model
from tests.support.recogniser import clues, sentence, write_model

_STATISTICS = {"fever": "aD4C0Y03", "arthritis": "aD4C0Y02", "aspirin": "aD0C4Y01"}
_SETTINGS = FittingSettings(c1=0.01, c2=0.02, iterations=60)

# A text, and the words in it that are marked.
_GOLD = [
    ("Yellow fever after aspirin.", ["Yellow fever"]),
    ("Severe rheumatoid arthritis and fever.", ["rheumatoid arthritis", "fever"]),
    ("Aspirin did not help.", []),
    ("Acute yellow fever, rheumatoid-like arthritis.", ["yellow fever", "rheumatoid-like arthritis"]),
    ("Of aspirin --> (p: 0.05) = { 12 }.", []),
    ("A:b --> c: +1.5 with fever.", ["fever"]),
    ("STATE_FEATURES = { \u201cµg\u201d ½ \U0001d6fe }", []),
    ("fever", ["fever"]),
]
_UNSEEN = [
    "Yellow fever and severe arthritis, not aspirin.",
    "No mild rheumatoid fever: 0.05 --> 12.",
    "What was never seen here at all",
    "fever fever fever fever",
    "-",
]


def labelled(text: str, marked: list[str]) -> Example:
    one = sentence(text)
    labels = ["O"] * len(one.words.surfaces)
    for name in marked:
        start = text.index(name)
        inside = [i for i, at in enumerate(one.words.starts) if start <= at < start + len(name)]
        for i in inside:
            labels[i] = "I" if i > inside[0] else "B"
    return Example(spelled(one, _STATISTICS), labels)


_EXAMPLES = [labelled(*item) for item in _GOLD]


def trained(path: Path, examples: list[Example], settings: FittingSettings) -> Any:
    """crfsuite's own tagger, trained on the same."""
    import pycrfsuite

    trainer = pycrfsuite.Trainer(verbose=False)
    for rows, labels, _ in examples:
        trainer.append(pycrfsuite.ItemSequence(rows), labels)
    trainer.set_params(
        {
            "c1": settings.c1,
            "c2": settings.c2,
            "max_iterations": settings.iterations,
            "feature.possible_transitions": True,
        }
    )
    trainer.train(str(path))
    tagger = pycrfsuite.Tagger()
    tagger.open(str(path))
    return tagger


def model_of(folder: Path, fitted: Fitted) -> Model:
    return Model(
        write_model(
            folder, fitted.weights, fitted.transitions[None], labels=("disease",), statistics=_STATISTICS
        )
    )


def assert_agree(model: Model, tagger: Any, texts: Iterable[str]) -> None:
    """The model finds the spans that crfsuite's labels say, and is as sure of each token."""
    for text in texts:
        given = clues(text)
        [one] = sentences(given)
        rows = spelled(one, _STATISTICS)
        labels = tagger.tag(rows)
        starts = [
            i for i, label in enumerate(labels) if label == "B" or (label == "I" and not _goes_on(labels, i))
        ]
        ends = [next((j for j in range(i + 1, len(labels)) if labels[j] != "I"), len(labels)) for i in starts]
        spans = [(one.words.starts[i], one.words.ends[j - 1]) for i, j in zip(starts, ends, strict=True)]
        tagged = model.tag(given)
        assert [span[:2] for span in tagged.spans] == spans
        known = set(tagger.labels())
        inside = [
            sum(tagger.marginal(label, i) for label in LABELS if label in known and label != "O")
            for i in range(len(labels))
        ]
        np.testing.assert_allclose(tagged.inside[:, 0], inside, atol=1e-4)


def _goes_on(labels: list[str], i: int) -> bool:
    return i > 0 and labels[i - 1] != "O"


def test_the_model_marks_what_crfsuite_does(tmp_path: Path) -> None:
    model = model_of(tmp_path / "model", fit(_EXAMPLES, _SETTINGS))
    tagger = trained(tmp_path / "crfsuite", _EXAMPLES, _SETTINGS)
    texts = [text for text, _ in _GOLD] + _UNSEEN
    assert_agree(model, tagger, texts)
    found = [[text[s.start : s.end] for s in model.tag(clues(text)).spans] for text, _ in _GOLD]
    assert found == [marked for _, marked in _GOLD]  # it has learnt what it was shown


def test_every_feature_learnt_is_one_that_was_shown() -> None:
    # crfsuite's features are read from a listing, in which no name may be cut or changed.
    shown = {name for example in _EXAMPLES for row in example.rows for name in row}
    fitted = fit(_EXAMPLES, FittingSettings(c1=0.0, c2=0.1, iterations=20))  # without L1, every weight stays
    assert set(fitted.weights) == shown
    assert fitted.transitions.shape == (3, 3)
    assert fitted.transitions.any()
    assert fitted.weights["w=fever"][OUTSIDE] < fitted.weights["w=fever"][LABELS.index("B")]
    assert fitted.transitions[OUTSIDE, INSIDE] < 0


def test_the_same_examples_give_the_same_weights() -> None:
    first, second = fit(_EXAMPLES, _SETTINGS), fit(iter(_EXAMPLES), _SETTINGS)
    assert first.weights == second.weights
    assert (first.transitions == second.transitions).all()


def begins_by(fitted: Fitted, row: list[str]) -> float:
    """By how much a token's features speak for B rather than O."""
    known = [fitted.weights[name] for name in row if name in fitted.weights]
    return sum(begin - outside for outside, begin, _ in known)


def test_another_guideline_teaches_what_it_shares_and_nothing_against_the_others() -> None:
    other = [labelled("Aspirin and zorn.", ["Aspirin", "zorn"])._replace(guideline="other")] * 8
    apart = fit(_EXAMPLES + other, _SETTINGS)
    alike = fit(_EXAMPLES + [example._replace(guideline="") for example in other], _SETTINGS)
    assert not any(name.startswith("@") for name in apart.weights)
    aspirin, zorn = other[0].rows[0], other[0].rows[2]
    # The main examples leave aspirin unmarked, and do not know zorn.
    assert begins_by(alike, aspirin) > 0
    assert begins_by(apart, aspirin) < begins_by(alike, aspirin)
    assert begins_by(apart, zorn) > 0
    assert fit(_EXAMPLES + other, _SETTINGS).weights == apart.weights


def test_the_settings_are_heeded() -> None:
    many = fit(_EXAMPLES, FittingSettings(c1=0.0, c2=0.02, iterations=60))
    few = fit(_EXAMPLES, FittingSettings(c1=1.0, c2=0.02, iterations=60))
    assert len(few.weights) < len(many.weights) / 2
    small = fit(_EXAMPLES, FittingSettings(c1=0.0, c2=10.0, iterations=60))
    assert np.abs(small.transitions).max() < np.abs(many.transitions).max() / 2
    short = fit(_EXAMPLES, FittingSettings(c1=0.0, c2=0.02, iterations=1))
    assert short.weights != many.weights


def test_a_label_that_no_example_has_is_never_given(tmp_path: Path) -> None:
    # Every name is one token: crfsuite knows of no I, and so must the model.
    gold = [("fever", ["fever"]), ("A fever of aspirin.", ["fever"]), ("Aspirin did not help.", [])]
    examples = [labelled(*item) for item in gold]
    model = model_of(tmp_path / "model", fit(examples, _SETTINGS))
    tagger = trained(tmp_path / "crfsuite", examples, _SETTINGS)
    assert set(tagger.labels()) == {"O", "B"}
    assert_agree(model, tagger, [*(text for text, _ in gold), *_UNSEEN])


def test_crfsuite_that_is_not_installed_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pycrfsuite", None)
    with pytest.raises(
        UsageError, match=r"needs python-crfsuite, .* pip install 'comention\[train\]'"
    ) as raised:
        fit(_EXAMPLES, _SETTINGS)
    assert "\n" not in str(raised.value)
