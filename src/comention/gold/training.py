"""From gold to the recogniser's model: trained without held-out texts and measured on them, then on all.

Nothing is drawn at random, so that equal gold, plan and lexicon give an equal model.
"""

from __future__ import annotations

import hashlib
import tomllib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any, Literal, NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from comention.annotation.document import from_text
from comention.annotation.fast import FastAnnotator
from comention.annotation.linking import TYPES
from comention.annotation.standard import StandardAnnotator
from comention.annotation.tagging import clues, definitions
from comention.documents.pubtator import Annotation, GoldDocument, Problem, check_fit, read
from comention.documents.reading import of_gold
from comention.errors import ConfigError, MalformedError, UsageError
from comention.files.atomic import remove_tree, sha256, write_json, write_text, writing
from comention.gold.evaluate import evaluate, normal_id
from comention.gold.model_card import card
from comention.gold.places import SUFFIX, read_places
from comention.gold.retired import known_today
from comention.gold.rules import rules_of
from comention.gold.scores import Evaluation
from comention.gold.seen import write_seen
from comention.lexicon.short_forms import is_ambiguous
from comention.lexicon.store import Lexicon
from comention.ner import features
from comention.ner.crf import BEGIN, INSIDE, LABELS, OUTSIDE
from comention.ner.features import TokenSentence, sentences, spelled
from comention.ner.fitting import Example, Fitted, FittingSettings, crf_library, fit
from comention.ner.model import FORMAT, Model, checksums, write_weights
from comention.ner.names import Use, learnt
from comention.ner.statistics import word_statistics
from comention.version import __version__

#: The parts of 1 that a weight of a trained model is told in.
STEPS = 256


class _CorpusPart(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Crf(_CorpusPart):
    """What crfsuite is asked for; see :class:`comention.ner.fitting.FittingSettings`."""

    c1: float = Field(0.05, ge=0)
    c2: float = Field(0.05, ge=0)
    iterations: int = Field(150, ge=1)


class TrainingPlan(_CorpusPart):
    """What a model is trained on: for each label the gold files, and in each the types that count as it.

    Files whose names end in `.jsonl` are gold of places (:mod:`comention.gold.places`), the others PubTator.
    A file in `apart` marks a label by another guideline than the label's other files: it teaches the tagger
    only what holds for all of them (:mod:`comention.ner.fitting`). The sentences of a file in `twice` count
    twice: those of the guideline that readers of many more texts followed. `names` are further files that
    names are learnt from, and nothing else. Of the files in `held_out`, all documents or a fifth of them
    (those whose PMID's SHA-256 is divisible by five) are measured on; `sources` credits the files.
    """

    crf: Crf = Crf()
    taggers: dict[str, dict[str, tuple[str, ...]]]
    apart: dict[str, tuple[str, ...]] = Field(default_factory=dict)
    twice: dict[str, tuple[str, ...]] = Field(default_factory=dict)
    names: dict[str, dict[str, tuple[str, ...]]] = Field(default_factory=dict)
    held_out: dict[str, Literal["all", "fifth"]] = Field(default_factory=dict)
    sources: dict[str, str] = Field(default_factory=dict)

    @property
    def files(self) -> list[str]:
        """All gold files, in order."""
        used = {file for part in (self.taggers, self.names) for files in part.values() for file in files}
        return sorted(used | set(self.held_out))


def load_plan(path: Path) -> TrainingPlan:
    """Return the plan in a TOML file; raises ConfigError with one line for all that is wrong with it."""
    try:
        plan = TrainingPlan.model_validate(tomllib.loads(path.read_text(encoding="utf-8")))
    except OSError as error:
        raise ConfigError(f"{path} cannot be read: {error.strerror}") from None
    except ValidationError as error:
        wrong = "; ".join(f"{'.'.join(map(str, e['loc']))}: {e['msg']}" for e in error.errors())
        raise ConfigError(f"{path}: {wrong}") from None
    except (ValueError, RecursionError) as error:
        raise ConfigError(f"{path} is not TOML: {error}") from None
    wanted = {*TYPES, "gene"}
    if set(plan.taggers) != wanted:
        raise ConfigError(f"{path}: taggers: there must be {', '.join(sorted(wanted))}, and no others")
    for part, of_labels in (("apart", plan.apart), ("twice", plan.twice)):
        for label, files in of_labels.items():
            if unknown := set(files) - set(plan.taggers.get(label, ())):
                raise ConfigError(f"{path}: {part}: {label} is not trained on {', '.join(sorted(unknown))}")
    if unknown := set(plan.names) - set(TYPES):
        raise ConfigError(f"{path}: names: there are {', '.join(TYPES)}, and no {', '.join(sorted(unknown))}")
    return plan


def is_held_out(pmid: int | str) -> bool:
    """Return whether a document is in the fifth that is measured on."""
    return int(hashlib.sha256(str(pmid).encode()).hexdigest(), 16) % 5 == 0


class Gold(NamedTuple):
    """The gold files of a plan: their documents, and what could not be read of each."""

    documents: Mapping[str, Sequence[GoldDocument]]
    problems: Mapping[str, Sequence[Problem]]
    checksums: Mapping[str, str]


def read_gold(plan: TrainingPlan, folders: Sequence[Path], texts: Sequence[Path] = ()) -> Gold:
    """Read the gold files of a plan, each from the first folder that has it.

    `texts` are PubMed files or folders with the texts of gold that holds none (`.jsonl`). Raises UsageError
    that names every file that is not there, and for gold without texts where none are named;
    MalformedError for one most of whose annotations do not fit its texts.
    """
    there = {
        name: next((folder / name for folder in folders if (folder / name).is_file()), None)
        for name in plan.files
    }
    paths = {name: path for name, path in there.items() if path is not None}
    if missing := sorted(there.keys() - paths.keys()):
        where = ", ".join(map(str, folders))
        raise UsageError(
            f"{where} lacks {', '.join(missing)}: give the folders of the gold files with --gold"
        )
    found = {name: _read(path, texts) for name, path in paths.items()}
    return Gold(
        {name: documents for name, (documents, _) in found.items()},
        {name: problems for name, (_, problems) in found.items()},
        {name: sha256(path) for name, path in paths.items()},
    )


def _read(path: Path, texts: Sequence[Path]) -> tuple[list[GoldDocument], list[Problem]]:
    if path.suffix == SUFFIX:
        return read_places(path, texts)
    documents, problems = read(path)
    check_fit(documents, problems, str(path))
    return documents, problems


@dataclass(frozen=True, slots=True)
class Trainer:
    """Trains models of a plan over a lexicon; `say` is told what is being done."""

    plan: TrainingPlan
    gold: Gold
    lexicon: Lexicon
    say: Callable[[str], Any]

    def train(self, out: Path, today: str, *, final: bool = True) -> list[dict[str, Any]]:
        """Write a model to a folder, and return what was measured on the held-out documents.

        Without `final`, the model is the one that was measured; with it, one trained on all documents. A
        folder that is there is replaced when the new one is whole. Raises UsageError where crfsuite is not
        installed, MalformedError where a label has no annotation, StorageError where the disk refuses.
        """
        crf_library()
        self._check()
        out = out.resolve()
        if out.exists() and not (out / "model.json").is_file() and (out.is_file() or any(out.iterdir())):
            raise UsageError(f"{out} is there and is no model: name another folder with --out")
        staged = out.parent / f".{out.name}.new"
        with writing(out, "name another folder with --out"):
            return self._replace(out, staged, today, final=final)

    def _replace(self, out: Path, staged: Path, today: str, *, final: bool) -> list[dict[str, Any]]:
        remove_tree(staged)
        staged.mkdir(parents=True)
        try:
            self._write(staged, self._held_out(), today, [])
            figures = self._measured(staged)
            if final:
                self._write(staged, frozenset(), today, figures)
            else:
                self._write_about(staged, self._held_out(), today, figures)
            _put(staged, out)
        finally:
            remove_tree(staged)
        return figures

    def _check(self) -> None:
        """Refuse, before the work, a file that nothing can be measured on."""
        for file, part in self.plan.held_out.items():
            if not any(document.annotations for document in self._measured_documents(file)):
                raise MalformedError(f"{file}: of {part} of its documents none has annotations to measure on")

    def _held_out(self) -> frozenset[int | str]:
        return frozenset(d.pmid for file in self.plan.held_out for d in self._measured_documents(file))

    def _measured_documents(self, file: str) -> list[GoldDocument]:
        every = self.plan.held_out[file] == "all"
        return [d for d in self.gold.documents[file] if every or is_held_out(d.pmid)]

    def _training(
        self, label: str, without: frozenset[int | str], *, for_names: bool = False
    ) -> Iterator[tuple[str, GoldDocument, list[Annotation]]]:
        """Yield the documents that a label is trained on, each PMID once, with their file and annotations.

        With `for_names` those that names are learnt from: gold of places says nothing of concepts.
        """
        seen = set(without)
        files = self.plan.taggers[label] | (self.plan.names.get(label, {}) if for_names else {})
        for file, types in files.items():
            if for_names and file.endswith(SUFFIX):
                continue
            for document in self.gold.documents[file]:
                if document.pmid not in seen:
                    seen.add(document.pmid)
                    yield file, document, [a for a in document.annotations if a.type in types]

    def _write(
        self, out: Path, without: frozenset[int | str], today: str, figures: Sequence[Mapping[str, Any]]
    ) -> None:
        statistics = self._statistics()
        words = {"word": list(statistics), "statistics": list(statistics.values())}
        _save(pa.table(words), out / "words.parquet")
        _save(learnt(self._uses(without)), out / "names.parquet")
        labels = sorted(self.plan.taggers)
        annotator = FastAnnotator(self.lexicon)
        fitted = [self._fitted(label, without, statistics, annotator) for label in labels]
        outputs = 3 * len(labels)
        weights: dict[str, list[float]] = {}
        for column, tagger in enumerate(fitted):
            for name, values in tagger.weights.items():
                weights.setdefault(name, [0.0] * outputs)[3 * column : 3 * column + 3] = values
        transitions = np.stack([tagger.transitions for tagger in fitted])
        write_weights(out, _rounded(weights), transitions, outputs)
        taught = (
            self._training(label, without, for_names=named) for label in labels for named in (False, True)
        )
        write_seen(out, (document for documents in taught for _, document, _ in documents))
        self._write_about(out, without, today, figures)

    def _statistics(self) -> dict[str, str]:
        # names of cells are matched apart, and the recogniser has no type for them
        kinds = [concept.entity_type for concept in self.lexicon.concepts]
        return word_statistics(
            (name, kinds[row] if row >= 0 else None)
            for name, row in self.lexicon.names()
            if row < 0 or kinds[row] != "cell"
        )

    def _fitted(
        self,
        label: str,
        without: frozenset[int | str],
        statistics: Mapping[str, str],
        annotator: FastAnnotator,
    ) -> Fitted:
        examples: list[Example] = []
        spans = 0
        apart, twice = self.plan.apart.get(label, ()), self.plan.twice.get(label, ())
        for file, document, marked in self._training(label, without):
            spans += len(marked)
            guideline = file if file in apart else ""
            of_document = [
                Example(spelled(sentence, statistics), tags(sentence, marked), guideline)
                for sentence in _sentences(document, annotator)
                if sentence.words.surfaces
            ]
            examples += of_document * (2 if file in twice else 1)
        if not spans:
            raise MalformedError(f"{label}: no annotation in its gold files is of a type that the plan names")
        self.say(f"{label}: {len(examples)} sentences with {spans} annotations")
        crf = self.plan.crf
        return fit(examples, FittingSettings(crf.c1, crf.c2, crf.iterations))

    def _uses(self, without: frozenset[int | str]) -> Iterator[Use]:
        """Yield how gold names concepts; what the lexicon has no concept for is a use without one.

        Left out are short forms that mean many things: what a text does not define is not for names to say.
        """
        omim = self.lexicon.cross_references("OMIM")
        today = known_today(self.lexicon)
        for label in TYPES:
            for _, _, marked in self._training(label, without, for_names=True):
                for a in (a for a in marked if not is_ambiguous(a.text)):
                    ids = [omim.get(i.removeprefix("OMIM:"), i) for i in map(normal_id, a.ids)]
                    if len(ids) == 1 and not today.holds(ids[0]):
                        ids = [found] if (found := today.named(a.text, label)) else []
                    known = all(i in self.lexicon.row_of for i in ids)
                    yield Use(label, a.text, tuple(dict.fromkeys(ids)) if known else ())

    def _measured(self, model: Path) -> list[dict[str, Any]]:
        annotator = StandardAnnotator(self.lexicon, Model(model))
        rows = []
        for file in self.plan.held_out:
            self.say(f"measuring on {file}")
            documents = self._measured_documents(file)
            result = measured(documents, annotator, self.lexicon, file)
            rows += [{"gold": file, "documents": len(documents), **row} for row in result.rows()]
        return rows

    def _write_about(
        self, out: Path, without: frozenset[int | str], today: str, figures: Sequence[Mapping[str, Any]]
    ) -> None:
        used = {label: sum(1 for _ in self._training(label, without)) for label in sorted(self.plan.taggers)}
        about = {
            "format": FORMAT,
            "features": features.VERSION,
            "labels": sorted(self.plan.taggers),
            "made_by": {
                "comention": __version__,
                "python-crfsuite": version("python-crfsuite"),
                "date": today,
            },
            "lexicon": self.lexicon.fingerprint,
            "plan": self.plan.model_dump(mode="json"),
            "gold": {
                name: {
                    "sha256": self.gold.checksums[name],
                    "documents": len(self.gold.documents[name]),
                    "lines left out": [str(problem) for problem in self.gold.problems[name]],
                }
                for name in self.plan.files
            },
            "documents": used,
            "held out": len(without) > 0,
            "figures": list(figures),
            "sha256": checksums(out),
        }
        write_json(out / "model.json", about)
        write_text(out / "MODEL_CARD.md", card(about))


def _rounded(weights: Mapping[str, Sequence[float]]) -> dict[str, list[float]]:
    """Return weights in parts of `STEPS`, without features that then say nothing.

    The file has half the size, and what is found is the same but for one name in some thousands.
    """
    steps = {name: np.round(np.multiply(values, STEPS)) / STEPS for name, values in weights.items()}
    return {name: values.tolist() for name, values in steps.items() if values.any()}


def _put(staged: Path, out: Path) -> None:
    """Put a new model in the place of an old one, which stays where that cannot be done."""
    old = out.parent / f".{out.name}.old"
    remove_tree(old)
    if out.exists():
        out.rename(old)
    try:
        staged.rename(out)
    except BaseException:
        if old.exists():
            old.rename(out)
        raise
    remove_tree(old)


def measured(
    documents: Iterable[GoldDocument], annotator: StandardAnnotator, lexicon: Lexicon, source: str
) -> Evaluation:
    """Return what an annotator reaches on gold documents, as `comention evaluate` does."""
    return evaluate(documents, annotator, rules_of(lexicon), source=source)


def _sentences(document: GoldDocument, annotator: FastAnnotator) -> list[TokenSentence]:
    # A document without an abstract is a passage of a full text: no title, and of several sentences.
    read_as = from_text(document.text) if document.abstract is None else of_gold(document)
    return sentences(clues(read_as, annotator.look(read_as), definitions(read_as.text)))


def tags(sentence: TokenSentence, annotations: Iterable[Annotation]) -> list[str]:
    """Return the label of each token: those that an annotation touches are its, the longest one's first."""
    _, starts, ends = sentence.words
    found = [LABELS[OUTSIDE]] * len(starts)
    for a in sorted(annotations, key=lambda a: (a.start - a.end, a.start)):
        touched = [i for i in range(len(starts)) if starts[i] < a.end and a.start < ends[i]]
        if touched and all(found[i] == LABELS[OUTSIDE] for i in touched):
            for i in touched:
                found[i] = LABELS[INSIDE]
            found[touched[0]] = LABELS[BEGIN]
    return found


def _save(table: pa.Table, path: Path) -> None:
    # of words and features nearly each comes once: a dictionary would hold them twice
    pq.write_table(table, path, compression="zstd", compression_level=19, use_dictionary=False)
