"""Checks of what is held: lexicon, model, sample, and the work directory."""

from __future__ import annotations

import os
import shlex
import tempfile
from pathlib import Path

from comention.config import Settings
from comention.doctor.finding import Finding, error, ok, warning
from comention.errors import LockedError
from comention.files.atomic import sha256
from comention.files.lock import locked
from comention.files.opening import is_there
from comention.pubmed.state import damage, read_state, repair, way_out
from comention.pubmed.store import live_rows
from comention.snapshots import publish
from comention.snapshots.snapshot import latest

_AGAIN = "reinstall comention, or build it again: make lexicon"


def lexicon(settings: Settings) -> Finding:
    """Check that the lexicon can be read and is what was compiled."""
    del settings
    from comention.lexicon.store import open_lexicon

    found = open_lexicon()
    for name, expected in found.summary["sha256"].items():
        path = found.directory / name
        if not path.is_file() or sha256(path) != expected:
            return error("lexicon", f"{path} is damaged: its checksum is not lexicon.json's", _AGAIN)
    return ok("lexicon", f"{found.summary['names']:,} names, fingerprint {found.fingerprint}")


def model(settings: Settings) -> Finding:
    """Check that the trained recogniser can be read, is what was trained, and was with this lexicon."""
    del settings
    from comention.annotation.annotators import disagreement
    from comention.lexicon.store import open_lexicon
    from comention.ner.model import open_model

    found = open_model()  # opening compares the checksums
    if said := disagreement(open_lexicon(), found):
        return warning("model", said, "train it with this lexicon: comention train --gold DIR")
    return ok("model", f"fingerprint {found.fingerprint}")


def annotator(settings: Settings) -> Finding:
    """Check that the configured annotator is there."""
    from comention.annotation.annotators import annotator_of

    found = annotator_of(settings)
    return ok("annotator", f"{found.name}, fingerprint {found.fingerprint}")


def sample(settings: Settings) -> Finding:
    """Check that the sample was installed."""
    del settings
    from comention.resources import sample_files

    files = sample_files()
    if not files:
        return error("sample", "no files", "reinstall comention")
    return ok("sample", f"{len(files)} files")


def work_directory(settings: Settings) -> Finding:
    """Check that the work directory can be written and that no run holds it."""
    try:
        with locked(settings.workdir):
            return ok("work directory", f"{settings.workdir} can be written and is free")
    except LockedError as busy:
        detail, _, fix = str(busy).partition(": ")
        return error("work directory", detail, fix)


def permissions(settings: Settings) -> Finding:
    """Check that what the work directory holds, and the folder of temporary files, can be used."""
    folder = settings.workdir
    for path in (folder, folder / "store", folder / "snapshots", *sorted((folder / "store").glob("*"))):
        needed = os.R_OK | (os.W_OK if path.is_dir() else 0)
        if path.exists() and not os.access(path, needed):
            what = "written" if os.access(path, os.R_OK) else "read"
            return error(
                "permissions",
                f"{path} cannot be {what}",
                f"make it yours (chown -R {os.getuid()} {folder}), or name another --workdir",
            )
    try:
        with tempfile.TemporaryFile():
            pass
    except OSError as failure:
        where = os.environ.get("TMPDIR", "/tmp")  # noqa: S108 - told, not used
        return error(
            "permissions",
            f"no temporary files at {where} ({failure.strerror})",
            "set TMPDIR to a folder of yours",
        )
    return ok("permissions", f"{folder} and {Path(tempfile.gettempdir())} can be written")


def store(settings: Settings) -> Finding:
    """Check that all that the store names is there as it was written; every file of it is read."""
    root = settings.workdir / "store"
    state = read_state(root)
    if state.index is None:
        return ok("store", f"none yet in {settings.workdir}")
    if bad := damage(root, state):
        more = f", and {len(bad) - 1} more" if len(bad) > 1 else ""
        return error("store", f"{bad[0]} is damaged or gone{more}", way_out(root))
    return ok("store", f"{len(live := live_rows(root))} shards, {sum(live.values()):,} articles")


def repaired(settings: Settings) -> Finding:
    """Bring a damaged store back to its last commit that is whole, and return what was done.

    Raises MalformedError where there is none, LockedError where a run holds the work directory.
    """
    root = settings.workdir / "store"
    if not root.is_dir():
        return ok("repair", f"no store in {settings.workdir}: nothing to repair")
    with locked(settings.workdir):
        state = repair(root)
    if state is None:
        return ok("repair", "the store is whole: nothing to repair")
    at = str(state.index).removeprefix("index-").removesuffix(".parquet")
    return warning(
        "repair", f"the store is as commit {at} left it", "run again: what came since is fetched again"
    )


def snapshot(settings: Settings) -> Finding:
    """Check that the latest snapshot is whole and was read with the lexicon that is installed."""
    from comention.lexicon.store import open_lexicon

    folder = settings.workdir
    again = f"run again: comention run --workdir {shlex.quote(str(folder))}"
    publish.check_latest(folder)
    if not (folder / "latest").is_symlink():
        return ok("snapshot", f"none yet in {folder}")
    if not is_there(folder / "latest"):
        return error("snapshot", f"{folder / 'latest'} points at nothing", again)
    found = latest(folder)
    for entry in found.manifest.datasets.values():
        path = found.path / entry.file
        if not path.is_file() or path.stat().st_size != entry.bytes:
            return error("snapshot", f"{path} is missing or cut short", again)
        if sha256(path) != entry.sha256:
            return error("snapshot", f"{path} is damaged: its checksum is not the manifest's", again)
    used = found.manifest.lexicon and found.manifest.lexicon.fingerprint
    if used != open_lexicon().fingerprint:
        return warning("snapshot", f"{found.path.name} was read with another lexicon ({used})", again)
    return ok("snapshot", found.path.name)
