from __future__ import annotations

import time
from pathlib import Path

import numpy as np
import pytest

from comention.files.arrays import write_arrays


def test_numpy_reads_what_was_written_and_equal_arrays_are_equal_bytes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    arrays = {"weights": np.linspace(-1, 1, 60).reshape(20, 3).astype(np.float16), "names": np.arange(5)}
    one, other = tmp_path / "one.npz", tmp_path / "other.npz"
    write_arrays(one, arrays)
    monkeypatch.setattr(time, "time", lambda: 2_000_000_000.0)
    write_arrays(other, arrays)
    assert one.read_bytes() == other.read_bytes()
    with np.load(one, allow_pickle=False) as held:
        assert sorted(held) == ["names", "weights"]
        for name, array in arrays.items():
            assert held[name].dtype == array.dtype
            np.testing.assert_array_equal(held[name], array)
