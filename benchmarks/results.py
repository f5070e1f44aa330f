"""What a benchmark found, as it is kept in JSON: rates, figures and curves of each stage, and their origin.

A stage's part carries the machine, the commit and the sizes that it was measured with, since a long benchmark
can be done in parts (`--only`). Nothing here is dated: the commit says what was measured.
"""

from __future__ import annotations

import statistics
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Self

from pydantic import AfterValidator, BaseModel, ConfigDict


def _rounded(value: float) -> float:
    return float(f"{value:.8g}")


#: Eight digits: enough for whole numbers here, more than any measure is sure of.
Number = Annotated[float, AfterValidator(_rounded)]


class _Kept(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Spread(_Kept):
    """Median, least and largest over rounds."""

    median: Number
    low: Number
    high: Number

    @classmethod
    def of(cls, values: Sequence[float]) -> Self:
        """Return the spread of one value or more."""
        return cls(median=statistics.median(values), low=min(values), high=max(values))


class Rate(_Kept):
    """Items per CPU-second of one contestant, and how many times that comention does in the same round.

    `rate` is None, and `skipped` says why, where the contestant could not run; `ratio` is None for our own.
    """

    who: str
    rate: Spread | None = None
    ratio: Spread | None = None
    skipped: str | None = None


class BenchFigure(_Kept):
    """One quantity: `value` in `unit`."""

    what: str
    value: Spread
    unit: str


class Curve(_Kept):
    """A quantity by size: points by the number of articles, and the exponents fitted to them.

    `exponent` is the slope of log value on log size by least squares over all sizes, `last` that of the last
    two sizes alone, where what does not depend on size weighs less; None where there are too few points.
    """

    what: str
    unit: str
    points: dict[int, Number]
    exponent: Number | None = None
    last: Number | None = None


class Findings(_Kept):
    """What a stage found; rates are of `per` per CPU-second."""

    per: str = ""
    rates: tuple[Rate, ...] = ()
    figures: tuple[BenchFigure, ...] = ()
    curves: tuple[Curve, ...] = ()


class Machine(_Kept):
    """A machine in words: `memory_gib` is what the system has, `cores` what it may use."""

    cpu: str
    cores: int
    memory_gib: float
    system: str
    python: str


class BenchPart(_Kept):
    """One stage: where and how it was measured, and what was found; `error` where it failed.

    `others` is how many cores other processes of the machine used meanwhile, on average.
    """

    machine: Machine
    version: str
    commit: str
    packages: dict[str, str]
    rounds: int
    records: int | None
    most: int
    others: Number | None = None
    findings: Findings = Findings()
    error: str | None = None


class _File(_Kept):
    @classmethod
    def read(cls, path: Path) -> Self:
        """Return what a file holds, nothing where it is not there; raises ValidationError for another."""
        return cls.model_validate_json(path.read_text("utf-8")) if path.exists() else cls()

    def write(self, path: Path) -> None:
        """Write it as JSON, the whole file in one step."""
        path.parent.mkdir(parents=True, exist_ok=True)
        temporary = path.with_name(f".{path.name}.new")
        temporary.write_text(self.model_dump_json(indent=1, exclude_defaults=True) + "\n", "utf-8")
        temporary.replace(path)


class Bench(_File):
    """The parts of a benchmark by the names of their stages."""

    parts: dict[str, BenchPart] = {}


class Point(_Kept):
    """What one size took: wall seconds and peak MiB by name, CPU seconds of some, and seconds of commands."""

    costs: dict[str, tuple[Number, Number]]
    cpu: dict[str, Number] = {}
    commands: dict[str, Number] = {}


class Points(_File):
    """What was measured so far of `commit`, by what it is and of which size."""

    commit: str = ""
    points: dict[str, Point] = {}


@dataclass(frozen=True, slots=True)
class BenchOrder:
    """How much to measure: rounds of turns, records at most (None: all), articles of the largest scale.

    `kept` is the file of what a long stage has measured so far, if it shall go on from there.
    """

    rounds: int
    records: int | None = None
    most: int = 200_000
    kept: Path | None = None
