"""A user's settings with the ids and headings of MeSH as they are now.

MeSH replaces ids (a supplementary record becomes a descriptor) and renames headings. PubMed no longer finds
what is named so, and a run that asks for it at night would stop. What the lexicon knows of it is put right,
and said once, at the beginning of a run.
"""

from __future__ import annotations

import re

from comention.config import Settings
from comention.lexicon.naming import replacement_notice
from comention.lexicon.store import Lexicon, open_lexicon

_HEADING = re.compile(
    r'"(?P<name>[^"/]+)(?P<rest>/[^"]*)?"\s*\[(?P<tag>mesh terms?|mesh|mh|mesh major topic|majr|mj)'
    r"(?P<more>:[^\]]*)?\]",
    re.IGNORECASE,
)
_SUBSTANCE = re.compile(r'"(?P<name>[^"]+)"\s*\[(?:supplementary concept|substance name|nm)\]', re.IGNORECASE)


def renewed(settings: Settings) -> Settings:
    """Return settings whose topic and own names have the ids and headings of today.

    `topic.mesh` keeps the id that was replaced beside the new one: citations that are held may have it.
    """
    topic, lexicon = settings.topic, open_lexicon()
    query, _ = _query(topic.query, lexicon)
    mesh = [
        ui for given in topic.mesh for ui in (given, lexicon.current(f"MESH:{given}").removeprefix("MESH:"))
    ]
    changed = topic.model_copy(
        update={
            "concepts": tuple(dict.fromkeys(map(lexicon.current, topic.concepts))),
            "mesh": tuple(dict.fromkeys(mesh)),
            "query": query,
        }
    )
    own = {name: lexicon.current(i) for name, i in settings.names.add.items()}
    if (changed, own) == (topic, settings.names.add):
        return settings
    names = settings.names.model_copy(update={"add": own})
    return settings.model_copy(update={"topic": changed, "names": names})


def notices(settings: Settings) -> list[str]:
    """Return what is said of the settings that :func:`renewed`, or the matcher, takes for another one."""
    topic, lexicon = settings.topic, open_lexicon()
    given = [("topic.concepts", i) for i in topic.concepts]
    given += [("topic.mesh", f"MESH:{ui}") for ui in topic.mesh]
    given += [("names.add", i) for i in settings.names.add.values()]
    replaced = [(where, i) for where, i in dict.fromkeys(given) if lexicon.current(i) != i]
    told = [replacement_notice(where, i, lexicon) for where, i in replaced]
    _, names = _query(topic.query, lexicon)
    return [
        *told,
        *(
            f"topic.query: MeSH calls {old!r} {new!r} now; that is asked for, write it so"
            for old, new in names
        ),
    ]


def _query(query: str, lexicon: Lexicon) -> tuple[str, list[tuple[str, str]]]:
    """Return a query with the headings of today, and the old and new name of each that was another."""
    if "[" not in query or not (_HEADING.search(query) or _SUBSTANCE.search(query)):
        return query, []
    renamed = {one.name_before.casefold(): one.name for one in lexicon.replaced if one.old == one.new}
    replaced = {one.name_before.casefold(): one.name for one in lexicon.replaced if one.old != one.new}
    told: dict[tuple[str, str], None] = {}

    def heading(found: re.Match[str]) -> str:
        if (new := renamed.get(found["name"].casefold())) is None:
            return found[0]
        told[found["name"], new] = None
        return f'"{new}{found["rest"] or ""}"[{found["tag"]}{found["more"] or ""}]'

    def substance(found: re.Match[str]) -> str:
        if (new := replaced.get(found["name"].casefold())) is None:
            return found[0]
        told[found["name"], new] = None
        return f'"{new}"[MeSH Terms]'

    return _SUBSTANCE.sub(substance, _HEADING.sub(heading, query)), list(told)
