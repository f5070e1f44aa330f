"""`pip install` is enough: the wheel by itself does the main job."""

import json
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]


@pytest.mark.slow
def test_the_wheel_holds_all_that_the_main_job_needs(tmp_path: Path) -> None:
    command = [
        sys.executable,
        "-m",
        "pip",
        "wheel",
        "--quiet",
        "--no-deps",
        "--no-build-isolation",
        "--no-index",
    ]
    subprocess.run([*command, "--wheel-dir", str(tmp_path), str(ROOT)], check=True)
    [wheel] = tmp_path.glob("comention-*.whl")
    assert wheel.stat().st_size < 16_000_000  # lexicon 12, models and backgrounds 2, the rest is code
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(tmp_path / "site")
    # The unpacked wheel stands before the checkout; nothing of the checkout is within reach.
    code = (
        f"import sys; sys.path.insert(0, {str(tmp_path / 'site')!r}); import comention.cli as cli; "
        f"assert cli.__file__.startswith({str(tmp_path)!r}); "
        "sys.argv = ['comention', 'run', '--json']; cli.main()"
    )
    work = tmp_path / "work"
    work.mkdir()
    command = [sys.executable, "-c", code]
    done = subprocess.run(command, cwd=work, capture_output=True, text=True, check=True)
    assert json.loads(done.stdout)["articles"] == 77
    assert (work / "work" / "sample" / "latest" / "pairs.parquet").exists()
