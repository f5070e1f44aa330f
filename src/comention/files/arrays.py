"""Arrays in one file, in numpy's format; and numbers between numpy and Arrow, as they lie in memory.

Arrow loads pandas for whatever it converts from numpy or Python, and to numpy: a quarter of a second, which
commands that answer at once are spared.
"""

from __future__ import annotations

import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray


def write_arrays(path: Path, arrays: Mapping[str, NDArray[Any]]) -> None:
    """Write named arrays as an `.npz` that `numpy.load` reads; equal ones give equal bytes.

    Compressed by LZMA, a fifth smaller than what `numpy.savez_compressed` makes of a model's weights.
    """
    with zipfile.ZipFile(path, "w") as archive:
        for name, array in arrays.items():
            entry = zipfile.ZipInfo(f"{name}.npy")  # of 1980, whenever it is written
            entry.compress_type = zipfile.ZIP_LZMA
            with archive.open(entry, "w") as stream:
                np.save(stream, array, allow_pickle=False)


def numbers(column: pa.ChunkedArray[Any]) -> NDArray[Any]:
    """Return a column of numbers, of which none is null."""
    return np.from_dlpack(column.combine_chunks())


def taken(table: pa.Table, rows: NDArray[np.int64]) -> pa.Table:
    """Return rows of a table by their numbers."""
    indices = pa.Array.from_buffers(pa.int64(), len(rows), [None, pa.py_buffer(rows)])
    return table.take(indices)
