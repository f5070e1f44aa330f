"""NLM's bulk files in the order in which they apply: a baseline once a year, then update files every day.

Numbers go on from the baseline to the updates. The store remembers which files it has read, as ranges of
numbers of a year, so that a file read before is not read again, a gap or a file that comes too late stops the
run, and the first file of a new year's baseline replaces all that older years brought.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from comention.errors import ContractError, UsageError
from comention.pubmed.sources import bulk_number, local_files

_FOLDERS = ("baseline", "updatefiles")


class BulkFile(NamedTuple):
    """A bulk file by its number; sorts in the order in which files apply."""

    year: int
    number: int
    name: str

    @property
    def label(self) -> str:
        """Year and number as NLM writes them: 26n0001."""
        return f"{self.year:02}n{self.number:04}"


def bulk_file(name: str) -> BulkFile:
    """Return a bulk file by its name; raises UsageError for one that is not named as NLM names them."""
    numbered = bulk_number(name)
    if numbered is None:
        raise UsageError(f"{name} is no bulk file (pubmed26n0001.xml.gz): read it with --source files")
    return BulkFile(*numbered, name)


def local_bulk_files(inputs: Iterable[str]) -> list[Path]:
    """Return the bulk files that inputs name; a folder may hold `baseline` and `updatefiles`, as at NLM."""
    places: list[str] = []
    for name in inputs:
        inside = [str(Path(name) / folder) for folder in _FOLDERS if (Path(name) / folder).is_dir()]
        beside = not inside or any(bulk_number(path.name) for path in Path(name).iterdir())
        places += [*inside, name] if beside else inside
    return local_files(places)


@dataclass(frozen=True, slots=True)
class Applied:
    """The bulk files that a store has read: (year, first number, last number), ascending."""

    ranges: tuple[tuple[int, int, int], ...] = ()

    def __contains__(self, file: BulkFile) -> bool:
        """Return whether a file has been read."""
        return any(year == file.year and low <= file.number <= high for year, low, high in self.ranges)

    @property
    def _whole(self) -> bool:
        """Whether the store began with the first file of a baseline, so that it lacks nothing since."""
        return bool(self.ranges) and self.ranges[0][1] == 1

    def to_read(self, files: Sequence[BulkFile]) -> list[BulkFile]:
        """Return the files that are still to be read, in the order in which they apply.

        Files of a year that a newer baseline replaces are left out. Raises ContractError for a file before
        the last one read, a gap in the numbers of a year, and a new year without the beginning of its
        baseline where the store began with one; UsageError for two files of one number.
        """
        newest = max((file.year for file in files if file.number == 1), default=0)
        if self._whole:
            newest = max(newest, self.ranges[-1][0])
        waiting = sorted(file for file in files if file not in self and file.year >= newest)
        state = self
        for before, file in zip([None, *waiting], waiting, strict=False):
            if before is not None and before[:2] == file[:2]:
                raise UsageError(f"{before.name} and {file.name} are the same bulk file: give one of them")
            state._check_next(file)
            state = state.after(file)
        return waiting

    def _check_next(self, file: BulkFile) -> None:
        if not self.ranges:
            return
        year, _, last = self.ranges[-1]
        if (file.year, file.number) < (year, last):
            raise ContractError(
                f"{file.name} comes too late: {year:02}n{last:04} has been read, and older files must not "
                "undo newer ones. Read all files anew with --full"
            )
        if file.year == year and file.number != last + 1:
            raise ContractError(
                f"bulk files {last + 1} to {file.number - 1} of 20{year:02} are missing before {file.name}: "
                "add them"
            )
        if file.year != year and self._whole and file.number != 1:
            raise ContractError(
                f"{file.name} is of another year than {year:02}n{last:04}, and a year begins with its "
                f"baseline: add 20{file.year:02}'s baseline from file 0001"
            )

    def begins_anew(self, file: BulkFile) -> bool:
        """Return whether a file is the first of a newer year's baseline, which replaces all before."""
        return bool(self.ranges) and file.number == 1 and file.year > self.ranges[-1][0]

    def after(self, file: BulkFile) -> Applied:
        """Return what has been read when this file has been, too."""
        if self.begins_anew(file) or not self.ranges:
            return Applied(((file.year, file.number, file.number),))
        *rest, (year, first, last) = self.ranges
        if (file.year, file.number) == (year, last + 1):
            return Applied((*rest, (year, first, file.number)))
        return Applied((*self.ranges, (file.year, file.number, file.number)))
