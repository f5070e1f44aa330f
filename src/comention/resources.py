"""What is shipped with the package: configurations and the sample."""

from __future__ import annotations

from pathlib import Path

from comention.errors import UsageError

_PACKAGE = Path(__file__).parent


def _bundled(part: str) -> Path:
    """Return a folder of the wheel, or the same folder of a checkout."""
    for root in (_PACKAGE / "_bundled", _PACKAGE.parent.parent):
        if (root / part).is_dir():
            return root / part
    raise UsageError(f"this installation lacks {part}: reinstall comention")


def bundled_config(name: str) -> Path:
    """Return the path of a shipped configuration.

    `sample`, `interleukin-12` and `interleukin-23` are topics, `ner/standard` is the plan of the recogniser.
    """
    return _bundled("config") / f"{name}.toml"


def background_table(annotator: str) -> Path:
    """Return the path of the shipped background that an annotator read; there may be none."""
    return _bundled("data") / "background" / f"{annotator}.parquet"


def sample_files() -> list[Path]:
    """Return the files of the sample, in the order in which they apply."""
    return sorted(_bundled("data/sample").glob("*.xml"))
