"""A minimal Debian in a folder, made by debootstrap, in which commands run as on a new machine.

It has the packages that the README asks for and no others. Where packages come from is what is set for apt
and pip on the machine that makes it. Only /proc and /dev are mounted, and only while a command runs.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]

#: What the README asks for, and certificates, which a minimal Debian lacks.
PACKAGES = ("ca-certificates", "git", "make", "python3", "python3-venv")

_SCRIPTS = Path("/usr/share/debootstrap/scripts")
_ENTER = (
    'mount -t proc proc "$0/proc" && mount --rbind /dev "$0/dev" && exec chroot "$0" sh -c "cd /root && $1"'
)
_CERTIFICATES = ("SSL_CERT_FILE", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE")


def missing() -> str | None:
    """Return why no Debian can be made here, or None where one can."""
    if os.geteuid() != 0:
        return "needs root, to change into the new Debian"
    for program in ("debootstrap", "unshare", "git"):
        if shutil.which(program) is None:
            return f"needs {program}: apt-get install {program}"
    entered = subprocess.run(
        ("unshare", "--mount", "--pid", "--fork", "true"), check=False, stderr=subprocess.DEVNULL
    )
    return None if entered.returncode == 0 else "needs leave to mount, which this container does not give"


@dataclass(frozen=True)
class Debian:
    """A Debian in the folder `root`, with a clone of this checkout's last commit in /root/comention."""

    root: Path
    environment: dict[str, str]

    def run(self, command: str, seconds: float) -> subprocess.CompletedProcess[str]:
        """Run a command of the shell in /root; its output is one text, and what it started ends with it."""
        words = (
            "unshare",
            "--mount",
            "--pid",
            "--fork",
            "--kill-child",
            "sh",
            "-c",
            _ENTER,
            str(self.root),
            command,
        )
        return subprocess.run(
            words,
            env=self.environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
            timeout=seconds,
        )


def make(root: Path, suite: str) -> Debian:
    """Make a Debian of that suite in an empty folder and clone this checkout into it.

    Raise CalledProcessError where debootstrap, git or the clone fails.
    """
    script = _SCRIPTS / suite
    # In a mount namespace of its own, so that an end in the midst of it leaves nothing mounted.
    words = ["unshare", "--mount", "debootstrap", "--variant=minbase"]
    words += [f"--include={','.join(PACKAGES)}", suite, str(root)]
    if mirror := _mirror():
        # A suite that is younger than debootstrap is made as the newest that it knows.
        words += [mirror, str(script if script.exists() else _SCRIPTS / "sid")]
    subprocess.run(words, check=True, stdout=subprocess.DEVNULL, env=os.environ | _proxies())
    variables = dict(_variables())
    for path in _files(variables):
        there = root / path.relative_to("/")
        there.parent.mkdir(parents=True, exist_ok=True)
        there.unlink(missing_ok=True)
        shutil.copyfile(path, there)
    bundle = root / "root" / "comention.bundle"
    subprocess.run(("git", "bundle", "create", "--quiet", str(bundle), "HEAD"), cwd=ROOT, check=True)
    places = {"PATH": "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", "HOME": "/root"}
    debian = Debian(root, variables | places)
    debian.run("git clone --quiet comention.bundle comention", 120).check_returncode()
    return debian


def _mirror() -> str | None:
    """Return where apt takes Debian's packages from on this machine."""
    words = ("apt-get", "indextargets", "--format", "$(REPO_URI)", "Created-By: Packages", "Origin: Debian")
    found = subprocess.run(words, capture_output=True, text=True, check=False).stdout.split()
    return next((uri for uri in found if "security" not in uri), None)


def _proxies() -> dict[str, str]:
    """Return the proxy that apt is set to use, as debootstrap's downloads read it."""
    words = ("apt-config", "shell", "http_proxy", "Acquire::http::Proxy")
    found = subprocess.run(words, capture_output=True, text=True, check=False).stdout.strip()
    name, _, value = found.partition("=")
    return {name: value.strip("'")} if value else {}


def _variables() -> Iterator[tuple[str, str]]:
    """Yield pip's settings, certificates and proxies as environment variables.

    Folders of this machine are left out: the new one has none of them.
    """
    words = (sys.executable, "-m", "pip", "config", "list")
    listed = subprocess.run(words, capture_output=True, text=True, check=True).stdout.splitlines()
    for section in ("global.", "install.", ":env:."):  # the later one counts
        for line in listed:
            name, _, value = line.partition("=")
            kept = [word for word in value.strip("'").split() if not _is_here_only(word)]
            if name.startswith(section) and kept:
                yield f"PIP_{name.removeprefix(section).upper().replace('-', '_')}", " ".join(kept)
    for name, value in os.environ.items():
        if name in _CERTIFICATES or name.lower().endswith("_proxy"):
            yield name, value


def _is_here_only(word: str) -> bool:
    return word.startswith("file:") or Path(word).is_dir()


def _files(variables: dict[str, str]) -> set[Path]:
    """Return the files that the settings name, and those by which this machine finds others."""
    named = {Path(word) for value in variables.values() for word in value.split()}
    named |= {Path("/etc/hosts"), Path("/etc/resolv.conf")}
    return {path for path in named if path.is_absolute() and path.is_file()}


def timed(debian: Debian, command: str, seconds: float) -> tuple[float, subprocess.CompletedProcess[str]]:
    """Run a command and return how many seconds it took with what it returned."""
    began = time.monotonic()
    done = debian.run(command, seconds)
    return time.monotonic() - began, done
