"""What a run's topic is called where nobody says so, what it leaves of a file's, and where its results go."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Mapping
from pathlib import Path
from typing import Any

#: The name of a corpus that claims no topic.
EVERYTHING = "all articles"
# A name that is made of a query, and one of a folder, are cut to so many characters.
_LONGEST_NAME, _LONGEST_SLUG = 120, 60


class Given:
    """What overrides and environment say, by section."""

    def __init__(self, *sources: Mapping[str, Any]) -> None:
        self._sources = sources

    def value(self, section: str, key: str) -> Any:
        """Return what is given for a key of a section, None where nothing is."""
        parts = [source.get(section) for source in self._sources]
        return next((part[key] for part in parts if isinstance(part, Mapping) and key in part), None)

    def any(self, section: str, *keys: str) -> bool:
        """Return whether one of the keys of a section is given."""
        return any(self.value(section, key) is not None for key in keys)


def without_stale(read: Mapping[str, Any], given: Given, *, is_sample: bool) -> dict[str, Any]:
    """Return what a file says, without what the topic that was asked for makes untrue.

    The sample's topic gives way as a whole to one of overrides and environment, and its folder to one that is
    named for the topic, which a user's own citations also ask for. In a file of a user a narrower query
    belongs to the topic; other concepts or descriptors are another one, which has another name.
    """
    kept = dict(read)
    topic = dict(kept["topic"]) if isinstance(kept.get("topic"), Mapping) else {}
    if (given.value("topic", "match") or topic.get("match")) == "all":
        if topic.get("match") != "all" or topic.get("concepts") or topic.get("mesh"):
            topic.pop("name", None)
        topic = {key: value for key, value in topic.items() if key not in {"concepts", "mesh"}}
    if is_sample:
        replaced = given.any("topic", "concepts", "mesh", "query")
        topic = {} if replaced else topic
        if replaced or given.any("topic", "match", "name") or _reads_own(given):
            kept.pop("workdir", None)
    elif given.any("topic", "concepts", "mesh"):
        topic.pop("name", None)
    return kept | ({"topic": topic} if isinstance(kept.get("topic"), Mapping) else {})


def _reads_own(given: Given) -> bool:
    return given.value("source", "kind") not in {None, "sample"}


def settled(topic: Mapping[str, Any]) -> dict[str, Any]:
    """Return what changes in a topic so that it has a name, and claims nothing where all is kept."""
    if topic["match"] == "all":
        return {"concepts": (), "mesh": (), "name": topic["name"] or EVERYTHING}
    if topic["name"].strip():
        return {}
    made_of = ", ".join(topic["concepts"] or topic["mesh"]) or " ".join(topic["query"].split())
    return {"name": _shortened(made_of) or "no topic"}


def _shortened(text: str) -> str:
    return text if len(text) <= _LONGEST_NAME else f"{text[: _LONGEST_NAME - 1].rstrip()}…"


def folder_of(topic: str) -> Path:
    """Return the work directory of a topic where none is named."""
    return Path("work") / slug(topic)


def slug(name: str) -> str:
    """Return a name as lower-case ASCII letters, digits and dashes, at most 60 of them, for files and keys.

    A Greek letter is spelled out. Where letters are lost or the name is cut, eight digits of its checksum
    tell it from others.
    """
    spelled = re.sub("[\u0370-\u03ff]", lambda m: unicodedata.name(m[0], "").split(" ")[-1], name)
    bare = "".join(c for c in unicodedata.normalize("NFKD", spelled) if not unicodedata.combining(c))
    made = re.sub("[^a-z0-9]+", "-", re.sub("['’]", "", bare).lower()).strip("-")
    if made and len(made) <= _LONGEST_SLUG and not any(c.isalnum() and not c.isascii() for c in bare):
        return made
    digest = hashlib.sha256(name.encode()).hexdigest()[:8]
    return f"{made[: _LONGEST_SLUG - 9].strip('-') or 'topic'}-{digest}"
