"""Speed as ratios against peers, interleaved in one run: `make bench`, in parts `--only STAGE`.

Real records are read from the corpora that COMENTION_CORPORA names (see tests/conftest.py). Contestants of a
stage take turns; what counts are items per CPU-second on one core, medians over rounds, and the ratios, of
which the spread over rounds is told. Peers get the same bytes, the same texts and the same names. The result
is kept as JSON after every stage; a stage that fails leaves the others as they are. Nothing here is a test:
the ratio is what counts, the seconds are this machine's.
"""

from __future__ import annotations

import argparse
import sys
import time
import traceback
from collections.abc import Callable, Sequence
from pathlib import Path

from benchmarks import (
    annotating,
    counting,
    exploring,
    machine,
    networks,
    parsing,
    recognising,
    refreshing,
    running,
    scale,
    table,
)
from benchmarks.measures import ROOT
from benchmarks.results import Bench, BenchOrder, BenchPart, Findings
from comention.version import __version__

#: What is measured, in this order.
STAGES: dict[str, Callable[[BenchOrder], Findings]] = {
    "parsing": parsing.measure,
    "annotating": annotating.measure,
    "recognising": recognising.measure,
    "counting": counting.measure,
    "networks": networks.measure,
    "running": running.measure,
    "refreshing": refreshing.measure,
    "exploring": exploring.measure,
    "scale": scale.measure,
}
_PAGE = ROOT / "docs" / "benchmarks.md"


def parse(words: Sequence[str] | None) -> argparse.Namespace:
    """Return the options of a command line."""
    options = argparse.ArgumentParser(
        prog="python -m benchmarks",
        description="Speed as ratios against peers.",
        formatter_class=argparse.RawDescriptionHelpFormatter,
        epilog="stages:\n" + "\n".join(f"  {name:11} {_heading(name)}" for name in STAGES),
    )
    options.add_argument("--rounds", type=int, default=5, help="turns that contestants take (5)")
    options.add_argument(
        "--only",
        nargs="*",
        choices=STAGES,
        metavar="STAGE",
        help="these stages, see below; without any, what was kept is shown and nothing measured",
    )
    options.add_argument("--records", type=int, help="so many records of the file; targets are not judged")
    options.add_argument("--most", type=int, default=200_000, help="articles of the largest scale (200000)")
    options.add_argument(
        "--out", type=Path, default=Path("build/bench.json"), help="JSON; the parts that it holds stay"
    )
    options.add_argument("--markdown", type=Path, help="file for the tables, beside standard output")
    options.add_argument(
        "--page",
        action="store_true",
        help="put the tables into docs/benchmarks.md, the JSON into benchmarks/",
    )
    given = options.parse_args(words)
    if given.rounds < 1 or (given.records is not None and given.records < 1):
        options.error("--rounds and --records are 1 or more")
    return given


def _heading(stage: str) -> str:
    module = sys.modules[STAGES[stage].__module__]
    return (module.__doc__ or "").split("\n", 1)[0]


def main(words: Sequence[str] | None = None) -> int:
    """Measure, keep, and show; return 1 where a stage failed."""
    given = parse(words)
    kept = given.out.with_name(f"{given.out.stem}-so-far.json")
    order = BenchOrder(given.rounds, given.records, given.most, kept)
    bench, failed = Bench.read(given.out), False
    for stage in STAGES if given.only is None else given.only:
        part = measured(stage, order)
        failed |= part.error is not None
        bench = merged(bench, stage, part)
        bench.write(given.out)
    made = table.markdown(bench)
    print(made)
    if given.markdown:
        given.markdown.write_text(made + "\n", "utf-8")
    if given.page:
        bench.write(table.MEASURED)
        _PAGE.write_text(table.placed(_PAGE.read_text("utf-8"), table.NAME, made), "utf-8")
    return int(failed)


def measured(stage: str, order: BenchOrder) -> BenchPart:
    """Measure a stage; what goes wrong in it is told, and becomes the part's error."""
    print(f"{stage} …", file=sys.stderr, flush=True)
    began, others = time.monotonic(), machine.Others()
    part = BenchPart(
        machine=machine.describe(),
        version=__version__,
        commit=machine.commit(),
        packages=machine.packages(),
        rounds=order.rounds,
        records=order.records,
        most=order.most,
    )
    try:
        findings = STAGES[stage](order)
        part = part.model_copy(update={"findings": findings, "others": round(others.cores(), 2)})
    except Exception as error:
        traceback.print_exc()
        part = part.model_copy(update={"error": f"{type(error).__name__}: {error}"})
    print(f"{stage} took {time.monotonic() - began:.0f} s", file=sys.stderr, flush=True)
    return part


def merged(bench: Bench, stage: str, part: BenchPart) -> Bench:
    """Return a benchmark with a part of it measured anew; a failure replaces no earlier result."""
    held = bench.parts.get(stage)
    kept = held if part.error is not None and held is not None else part
    parts = bench.parts | {stage: kept}
    return Bench(parts={name: parts[name] for name in STAGES if name in parts})


if __name__ == "__main__":
    sys.exit(main())
