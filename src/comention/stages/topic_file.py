"""A draft of a topic as a configuration file: every choice with its reason beside it."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterator, Sequence
from pathlib import Path

from comention.errors import UsageError
from comention.files.opening import is_there
from comention.files.outputs import Output, is_stream, put
from comention.stages.draft import Draft
from comention.topics import folder_of

_WIDTH = 100
_NAMED = 3


def text_of(made: Draft) -> str:
    """Return a draft as TOML, which :func:`comention.config.load_settings` reads back as its topic."""
    topic = made.topic
    named = {concept.concept_id: concept.name for concept in made.concepts}
    lines = [
        f"# The topic {_comment(topic.name)}, drafted by comention: read it, and change what is not yours.",
        *(f"# Left out: {line}" for line in left_out(made)),
        "",
        f"workdir = {_string(folder_of(topic.name).as_posix())}",
        "",
        "[topic]",
        f"name = {_string(topic.name)}",
        'match = "concepts"',
        "concepts = [",
        *(f"  {_string(c.concept_id)},  # {_comment(c.name)}" for c in made.concepts),
        "]",
        "mesh = [",
        *(f"  {_string(h.ui)},  # {_comment(h.name)}" for h in made.headings),
        *(
            f"  {_string(ui)},  # {_comment(named[f'MESH:{ui}'])}, supplementary record"
            for ui in made.supplements
        ),
        "]",
        "query = '''",
        *_lines(made.query.split(" OR ")),
        "'''",
        "",
        "[source]",
        'kind = "pubmed"',
    ]
    return "\n".join(lines) + "\n"


def _lines(parts: Sequence[str]) -> Iterator[str]:
    """Yield the parts of a query, several on a line, none of them broken."""
    line = parts[0]
    for part in parts[1:]:
        if len(line) + len(part) > _WIDTH:
            yield line
            line = f"OR {part}"
        else:
            line += f" OR {part}"
    yield line


def left_out(made: Draft) -> Iterator[str]:
    """Yield what a draft does not take, a line for each reason."""
    by_reason: defaultdict[str, list[str]] = defaultdict(list)
    for one in made.left_out:
        by_reason[one.why].append(one.name)
    for why, names in by_reason.items():
        more = f" and {len(names) - _NAMED} more" if len(names) > _NAMED else ""
        yield f"{'; '.join(map(_comment, names[:_NAMED]))}{more} ({why})"


def check(out: Output, *, force: bool = False) -> None:
    """Raise UsageError for a file that exists, but for `force`; else what `is_stream` raises."""
    if not is_stream(out) and is_there(Path(out)) and not force:
        raise UsageError(f"{out} exists and stays as it is: name another file with -o, or give --force")


def write(made: Draft, out: Output, *, force: bool = False) -> None:
    """Write a draft as a configuration; raises what :func:`check` does, and what writing it raises."""
    check(out, force=force)
    put(out, lambda stream: stream.write(text_of(made).encode("utf-8")))


def _string(text: str) -> str:
    # A JSON string is a TOML string, but that TOML asks for U+007F to be escaped as well.
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007F")


def _comment(text: str) -> str:
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())
