"""Any installed spaCy package as an annotator: here one that is made, and installed, by the test."""

from __future__ import annotations

import importlib.util
import json
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest

from comention.annotation import spacy_model
from comention.annotation.annotator import Annotator
from comention.annotation.annotators import make_annotator
from comention.annotation.bindings import long_forms
from comention.annotation.document import from_text
from comention.api import load
from comention.config import load_settings
from comention.errors import UsageError
from comention.lexicon.matcher import Additions
from comention.stages import walk
from comention.stages.job import Job
from tests.support.medline import article, write_set

pytestmark = pytest.mark.filterwarnings(
    "ignore::FutureWarning", "ignore::DeprecationWarning", "ignore::UserWarning"
)

_PATTERNS = {
    "DISEASE": ["psoriasis", "hypothetical fever", "Hypothetical fever", "multiple sclerosis", "MS", "IL-12"],
    "CHEMICAL": ["ustekinumab", "lipopolysaccharide", "hypothetical fever acid"],
    "PROTEIN": ["IFN-gamma", "STAT4", "interleukin-12", "IL-23", "IL23"],
    "ORGANISM": ["mice"],
}
_LABELS = load_settings(None).annotate.labels


@pytest.fixture
def scispacy() -> None:
    if importlib.util.find_spec("scispacy") is None:
        pytest.skip("scispaCy has no release for this Python")


@pytest.fixture
def package(scispacy: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """A spaCy package that finds the patterns, importable as `tiny_ner`."""
    del scispacy
    import spacy

    nlp = spacy.blank("en", meta={"name": "tiny_ner", "version": "0.0.1"})
    ruler = nlp.add_pipe("entity_ruler", name="ner")
    ruler.add_patterns(  # type: ignore[attr-defined]  # what the factory "entity_ruler" makes
        [{"label": label, "pattern": text} for label, texts in _PATTERNS.items() for text in texts]
    )
    folder = tmp_path / "site" / "tiny_ner"
    folder.mkdir(parents=True)
    nlp.to_disk(folder / "model")
    (folder / "__init__.py").write_text(
        "from pathlib import Path\nimport spacy\n"
        "def load(**options):\n    return spacy.load(Path(__file__).parent / 'model', **options)\n"
    )
    info = tmp_path / "site" / "tiny_ner-0.0.1.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: tiny_ner\nVersion: 0.0.1\n")
    monkeypatch.syspath_prepend(str(tmp_path / "site"))
    monkeypatch.delitem(sys.modules, "tiny_ner", raising=False)
    return "tiny_ner"


def annotator(package: str, **labels: str) -> Annotator:
    return make_annotator(f"scispacy:{package}", Additions(), labels or _LABELS)  # type: ignore[arg-type]


def test_spans_are_the_models_and_meanings_the_lexicons(package: str) -> None:
    text = "Ustekinumab, ustekinumab and IFN-gamma in psoriasis of mice; STAT4, lipopolysaccharide."
    found = annotator(package).mentions(from_text(text))
    assert [(m.text, m.entity_type, m.concept_id) for m in found] == [
        ("ustekinumab", "drug", "MESH:D000069549"),
        ("IFN-gamma", "cytokine", "HGNC:5438"),
        ("psoriasis", "disease", "MESH:D011565"),
        ("lipopolysaccharide", "chemical", "MESH:D008070"),
    ]
    assert {m.method for m in found} == {"scispacy:tiny_ner"}
    assert all(text[m.start : m.end] == m.text for m in found)


def test_what_the_lexicon_lacks_keeps_its_surface_and_a_wrong_type_goes(package: str) -> None:
    found = annotator(package).mentions(from_text("A hypothetical fever, not IL-12."))
    assert [(m.text, m.concept_id) for m in found] == [("hypothetical fever", "text:hypothetical fever")]


def test_a_short_form_means_its_long_form(package: str) -> None:
    found = annotator(package).mentions(from_text("They had multiple sclerosis (MS). Early MS was mild."))
    assert [(m.text, m.concept_id, m.abbreviation_of) for m in found] == [
        ("multiple sclerosis", "MESH:D009103", None),
        ("MS", "MESH:D009103", "multiple sclerosis"),
        ("MS", "MESH:D009103", "multiple sclerosis"),
    ]


def test_short_forms_are_those_of_our_own_resolver(package: str) -> None:
    """Most of IL-23 is no letters, and Th1 behind commas and brackets is no "helper 1"."""
    text = "Monocytes, B cells (all), interleukin-23 (IL-23) and multiple sclerosis (MS). IL-23 rose in MS."
    found = annotator(package).mentions(from_text(text))
    assert [(m.start, m.text, m.concept_id, m.abbreviation_of) for m in found] == [
        (text.index("IL-23"), "IL-23", "COMENTION:IL-23", "interleukin-23"),
        (text.index("multiple"), "multiple sclerosis", "MESH:D009103", None),
        (text.index("MS)"), "MS", "MESH:D009103", "multiple sclerosis"),
        (text.rindex("IL-23"), "IL-23", "COMENTION:IL-23", "interleukin-23"),
        (text.rindex("MS"), "MS", "MESH:D009103", "multiple sclerosis"),
    ]
    tell = long_forms("Monocytes, B cells (all), T helper 1 (Th1) cells.")["Th1"]
    assert [(d.long_start, d.long_end) for d in tell] == [(26, 36)]


def test_of_two_definitions_the_one_before_a_place_holds(package: str) -> None:
    text = "Multiple sclerosis (MS) was mild. It was mass spectrometry (MS). So MS is another."
    found = annotator(package).mentions(from_text(text))
    assert [(m.concept_id, m.abbreviation_of) for m in found if m.text == "MS"] == [
        ("MESH:D009103", "Multiple sclerosis"),
        ("text:mass spectrometry", "mass spectrometry"),
        ("text:mass spectrometry", "mass spectrometry"),
    ]


def test_scispacys_own_components_of_a_package_are_loaded_and_not_run(package: str) -> None:
    import spacy
    from scispacy.abbreviation import AbbreviationDetector  # noqa: F401 - registers the component

    folder = Path(importlib.util.find_spec(package).origin or "").parent / "model"  # type: ignore[union-attr]
    nlp = spacy.load(folder)
    nlp.add_pipe("abbreviation_detector")
    nlp.to_disk(folder)
    found = annotator(package)
    assert found._pipeline.pipe_names == ["ner"]  # type: ignore[attr-defined]
    assert [m.text for m in found.mentions(from_text("Early psoriasis."))] == ["psoriasis"]


def test_a_whole_run_with_unlinked_names(package: str, tmp_path: Path) -> None:
    file = write_set(
        tmp_path / "1.xml",
        article(1, abstract="IL-12, hypothetical fever and psoriasis. Hypothetical fever again."),
        article(2, abstract="IL-12, hypothetical fever and psoriasis."),
    )
    given = {"workdir": tmp_path / "w", "source.kind": "files", "source.input": (str(file),)}
    settings = load_settings(None, given | {"annotate.annotator": f"scispacy:{package}"})
    from datetime import UTC, datetime

    walk.walk(Job(settings, "20260102T030405Z-0000", datetime(2026, 1, 2, tzinfo=UTC)))
    concepts = load("concepts", tmp_path / "w")
    assert dict(zip(concepts.concept_id, concepts.source, strict=True)) == {
        "MESH:D011565": "MESH",
        "text:hypothetical fever": "text",
    }
    assert load("pairs", tmp_path / "w").empty
    assert set(load("entities", tmp_path / "w").concept_id) == {"MESH:D011565"}


def test_a_package_whose_labels_are_not_mapped_is_refused(package: str) -> None:
    with pytest.raises(UsageError, match=r"tiny_ner finds .*DISEASE.* map one"):
        annotator(package, GENE="cytokine")


@pytest.mark.usefixtures("scispacy")
def test_a_package_that_is_not_installed_names_the_command() -> None:
    with pytest.raises(
        UsageError, match=r"en_ner_bc5cdr_md is not installed: pip install https://\S+\.gz, or"
    ):
        annotator("en_ner_bc5cdr_md")
    with pytest.raises(UsageError, match="not installed: python -m spacy download xx_no_such, or"):
        annotator("xx_no_such")


@pytest.mark.parametrize(
    ("python", "way_out"),
    [
        ((3, 12, 1), "is not installed: pip install scispacy, or use --annotator standard"),
        ((3, 13, 0), "has no release for Python 3.13: use Python 3.11 or 3.12, or use --annotator standard"),
        ((3, 14, 2), "has no release for Python 3.14: use Python 3.11 or 3.12, or use --annotator standard"),
    ],
)
def test_without_scispacy_the_way_out_fits_the_python(
    monkeypatch: pytest.MonkeyPatch, python: tuple[int, int, int], way_out: str
) -> None:
    find_spec = importlib.util.find_spec
    monkeypatch.setattr(
        importlib.util, "find_spec", lambda name: None if name == "scispacy" else find_spec(name)
    )
    monkeypatch.setattr(spacy_model, "sys", SimpleNamespace(version_info=python))
    with pytest.raises(UsageError) as raised:
        annotator("en_ner_bc5cdr_md")
    assert str(raised.value).startswith("the annotator scispacy:en_ner_bc5cdr_md needs scispaCy, which ")
    assert str(raised.value).endswith(way_out)


def _say_it_is_for(package: str, spacy_version: str) -> None:
    [path] = [p for f in sys.path if (p := Path(f) / package / "model" / "meta.json").is_file()]
    path.write_text(json.dumps(json.loads(path.read_text()) | {"spacy_version": spacy_version}))


def test_a_package_for_another_spacy_is_refused(package: str) -> None:
    _say_it_is_for(package, ">=2.3.0,<3.0.0")
    with pytest.raises(UsageError, match=r"tiny_ner 0\.0\.1 is made for spaCy >=2\.3.*: install a release"):
        annotator(package)


def test_a_package_for_an_earlier_spacy_works_with_a_warning(
    package: str, caplog: pytest.LogCaptureFixture
) -> None:
    _say_it_is_for(package, ">=3.4.0,<3.5.0")
    assert annotator(package).mentions(from_text("psoriasis"))
    assert "is made for spaCy >=3.4.0,<3.5.0" in caplog.text


def test_a_package_that_cannot_be_read_is_one_line(package: str) -> None:
    [path] = [p for f in sys.path if (p := Path(f) / package / "model" / "config.cfg").is_file()]
    path.write_text("[nlp]\nlang = 1\n[components.ner]\nfactory = 'nothing'\n")
    with pytest.raises(UsageError, match=r"the model tiny_ner cannot be loaded by spaCy 3") as raised:
        annotator(package)
    assert "\n" not in str(raised.value)


def test_equal_packages_have_equal_fingerprints(package: str) -> None:
    assert annotator(package).fingerprint == annotator(package).fingerprint
    assert annotator(package).fingerprint != annotator(package, DISEASE="disease").fingerprint
