"""Make the golden files and the generated parts of the docs anew, and show what changed: `make golden`."""

from __future__ import annotations

import difflib
import sys
import tempfile
from pathlib import Path

from tests.golden.sample import GOLDEN, measured, pages


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        fresh = {GOLDEN: measured(Path(folder)), **pages()}
    for path, text in fresh.items():
        old = path.read_text("utf-8") if path.exists() else ""
        sys.stdout.writelines(
            difflib.unified_diff(old.splitlines(True), text.splitlines(True), path.name, path.name)
        )
        path.write_text(text, "utf-8")


if __name__ == "__main__":
    main()
