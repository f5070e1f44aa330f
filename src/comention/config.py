"""Settings: command line > environment > TOML file > default. An unknown key is an error.

The environment spells `pubmed.email` as `COMENTION_PUBMED__EMAIL`.
"""

from __future__ import annotations

import difflib
import os
import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, SecretStr, ValidationError
from pydantic_core import PydanticCustomError
from pydantic_settings import (
    BaseSettings,
    InitSettingsSource,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
)

from comention import topics
from comention.errors import ConfigError
from comention.records import EntityType, SourceKind

#: Settings that are never taken from `--set`, where every user of the machine could read them.
SECRETS = frozenset({"pubmed.api_key"})

_ENV_PREFIX = "COMENTION_"

#: Not a setting: where the tests find real corpora.
CORPORA = "COMENTION_CORPORA"
_MANY = 1_000_000_000  # more than PubMed has citations
_LONGEST = 80  # characters of a name or a value in a message
_TOLD = 10  # errors of a file in one message
# Settings whose keys are a user's own.
_TABLES = ("names.add", "annotate.labels")
# A size as DuckDB reads it.
_SIZE = re.compile(r"([0-9]+(?:\.[0-9]+)?) ?[KMGT]i?B", re.IGNORECASE)


def _at_home(name: str) -> str:
    """Return the name of a file with `~` replaced, as a shell does where it is asked to."""
    return os.path.expanduser(name)  # noqa: PTH111 - an address is no path


_Name = Annotated[str, AfterValidator(_at_home)]


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Topic(_Part):
    """What the corpus is about."""

    name: str = Field("", description="title of the topic in reports; by default what it is made of")
    match: Literal["concepts", "all"] = Field(
        "concepts", description="keep citations on the topic, or all of them (local sources)"
    )
    concepts: tuple[str, ...] = Field((), description="CURIEs; a text that mentions one is on the topic")
    mesh: tuple[str, ...] = Field(
        (), description="MeSH UIs; a citation with one among headings or chemicals is too"
    )
    query: str = Field("", description="the same in PubMed's query language")


class Source(_Part):
    """Where citations come from."""

    kind: SourceKind = "sample"
    input: tuple[_Name, ...] = Field(
        (), description="files or folders; - is standard input; bulk: or addresses"
    )
    limit: int | None = Field(None, ge=1, le=_MANY, description="read at most so many citations")
    keep_downloads: bool = Field(False, description="keep bulk files that were downloaded and read")


class PubMed(_Part):
    """NCBI's E-utilities."""

    base_url: str = "https://eutils.ncbi.nlm.nih.gov/entrez/eutils/"
    email: str | None = Field(None, description="NCBI asks for it")
    api_key: SecretStr | None = Field(None, description="raises the quota from 3 to 10 requests a second")
    tool: str = "comention"
    plausible_loss: float = Field(
        0.05,
        ge=0,
        le=1,
        description="share of what is held that may vanish from PubMed between two runs, or with a new year",
    )


class Names(_Part):
    """A user's own names, on top of the lexicon."""

    add: dict[str, str] = Field(default_factory=dict, description="name = CURIE of a concept")
    stop: tuple[str, ...] = Field((), description="names that never count")


class Annotate(_Part):
    """How mentions are found."""

    annotator: str = Field("standard", description="standard, fast or scispacy:MODEL")
    labels: dict[str, EntityType] = Field(
        default_factory=lambda: dict(_LABELS), description="label of a spaCy model = entity type"
    )


_LABELS: dict[str, EntityType] = {
    "DISEASE": "disease",
    "CHEMICAL": "chemical",
    "SIMPLE_CHEMICAL": "chemical",
    "CANCER": "disease",
    "PROTEIN": "cytokine",
    "GENE_OR_GENE_PRODUCT": "cytokine",
}


class Pairs(_Part):
    """Which concepts are paired."""

    types: tuple[EntityType, ...] = Field(
        ("disease", "drug", "cytokine", "cell"), description="cells pair with cytokines alone"
    )
    collective: bool = Field(
        False, description='pair collective names of cytokines too ("cytokines", "chemokines")'
    )


class Background(_Part):
    """What the topic is compared with."""

    kind: Literal["auto", "sample", "table", "none"] = Field(
        "auto",
        description="sample: random PMIDs of the topic's years, asked of PubMed; table: counts in a file; "
        "auto: a bulk run's other records, else the table",
    )
    table: _Name = Field(
        "", description="file that `comention background` wrote; the shipped one where absent"
    )
    size: int = Field(20_000, ge=200, le=1_000_000, description="articles of the random sample")


def _size(text: str) -> str:
    found = _SIZE.fullmatch(text)
    if found is None or not float(found[1]):
        raise PydanticCustomError("size", 'write a size as "4GB" or "512MiB"')
    return text


class Run(_Part):
    """How the work is done; none of this changes a dataset."""

    executor: Literal["local", "dask"] = Field(
        "local", description="annotate in processes of this machine, or on the Dask cluster of dask.address"
    )
    processes: int = Field(default_factory=lambda: os.cpu_count() or 1, ge=1, le=10_000)
    memory_limit: Annotated[str, AfterValidator(_size)] | None = Field(
        None,
        description='memory of DuckDB for counting, as "4GB"; as little as does where absent',
    )
    shard_size: int = Field(2000, ge=1, le=1_000_000, description="articles in a shard")
    part_size: int = Field(
        250_000, ge=1, le=_MANY, description="citations of bulk files that are committed at once"
    )
    merge_shards: int = Field(
        8,
        ge=2,
        le=_MANY,
        description="shards less than half full at which their articles are put together anew",
    )
    keep_snapshots: int = Field(5, ge=1, le=_MANY, description="snapshots to keep beside the latest")
    keep_days: int | None = Field(
        None,
        ge=0,
        le=36_500,
        description="days after which these go too, but for the latest and the one before",
    )


class Dask(_Part):
    """An existing Dask cluster, all of whose machines see the work directory under one path."""

    address: str | None = Field(None, description="its scheduler, as tcp://host:8786")
    timeout: float = Field(
        30, gt=0, le=86_400, description="seconds for scheduler and first worker to answer"
    )


class Settings(BaseSettings):
    """All settings of a run. Frozen; build it with :func:`load_settings`."""

    model_config = SettingsConfigDict(
        frozen=True,
        extra="forbid",
        env_prefix=_ENV_PREFIX,
        env_nested_delimiter="__",
        nested_model_default_partial_update=True,
    )

    workdir: Annotated[Path, AfterValidator(lambda path: Path(_at_home(str(path))))] = Path("work")
    topic: Topic = Topic()
    source: Source = Source()
    pubmed: PubMed = PubMed()
    names: Names = Names()
    annotate: Annotate = Annotate()
    pairs: Pairs = Pairs()
    background: Background = Background()
    run: Run = Run()
    dask: Dask = Dask()


def load_settings(config: Path | None = None, overrides: Mapping[str, Any] | None = None) -> Settings:
    """Return the settings of a TOML file (the shipped sample's where None) under environment and overrides.

    `overrides` maps dotted keys to values (`{"topic.match": "all"}`). What they, or the environment, say of
    a topic takes the place of the sample's topic as a whole; so does `topic.match = "all"` of every topic.
    Raises ConfigError with one line for everything that is wrong, naming key, environment variable and file.
    """
    from comention.resources import bundled_config

    path = config or bundled_config("sample")
    read = _read_toml(path)
    _check_environment()

    class _Loaded(Settings):
        @classmethod
        def settings_customise_sources(
            cls,
            settings_cls: type[BaseSettings],
            init_settings: PydanticBaseSettingsSource,
            env_settings: PydanticBaseSettingsSource,
            dotenv_settings: PydanticBaseSettingsSource,
            file_secret_settings: PydanticBaseSettingsSource,
        ) -> tuple[PydanticBaseSettingsSource, ...]:
            del dotenv_settings, file_secret_settings
            given = topics.Given(init_settings(), env_settings())
            file = InitSettingsSource(
                settings_cls, topics.without_stale(read, given, is_sample=config is None)
            )
            return init_settings, env_settings, file

    try:
        loaded = _Loaded(**_nested(overrides or {}))
    except ValidationError as error:
        wrong = error.errors()
        told = [_explain(e) for e in wrong[:_TOLD]]
        told += [f"and {len(wrong) - _TOLD} more"] if len(wrong) > _TOLD else []
        raise ConfigError(f"{path}: {'; '.join(told)}") from None
    except (ValueError, RecursionError) as error:
        message = _short(" ".join(str(error).split()), 3 * _LONGEST)
        raise ConfigError(
            f"{message}: a list or a table in an environment variable is JSON, as "
            """COMENTION_SOURCE__INPUT='["a.xml"]'"""
        ) from None
    values = {name: getattr(loaded, name) for name in Settings.model_fields}
    for key, text in _texts("", values):
        if problem := _unwritable(text):
            raise ConfigError(f"{_short(key)} {problem} (environment: {_short(variable(key))})")
    topic = loaded.topic.model_copy(update=topics.settled(loaded.topic.model_dump()))
    folder = loaded.workdir if "workdir" in loaded.model_fields_set else topics.folder_of(topic.name)
    return Settings.model_construct(**values | {"topic": topic, "workdir": folder})


def _texts(key: str, value: Any) -> Iterator[tuple[str, str]]:
    """Yield every text among settings, the names of a user's own included, with its dotted key."""
    if isinstance(value, BaseModel):
        value = {name: getattr(value, name) for name in type(value).model_fields}
    if isinstance(value, dict):
        for name, part in value.items():
            inner = f"{key}.{name}".lstrip(".")
            yield from ((key, name), *_texts(inner, part))
    elif isinstance(value, tuple):
        for part in value:
            yield from _texts(key, part)
    elif isinstance(value, SecretStr):
        yield key, value.get_secret_value()
    elif isinstance(value, str | Path):
        yield key, str(value)


def _unwritable(text: str) -> str | None:
    """Why no file can hold a text or be named by it, None where it can."""
    if "\0" in text:
        return "has a null character: leave it out"
    try:
        text.encode()
    except UnicodeEncodeError:
        return "is not UTF-8: write it anew in that encoding"
    return None


def _short(text: str, most: int = _LONGEST) -> str:
    return text if len(text) <= most else f"{text[: most - 1]}…"


def parse_assignments(assignments: Iterable[str]) -> dict[str, Any]:
    """Return the dotted keys and values of `key=value` strings; a value is TOML, or else a string.

    Raises ConfigError for a string without `=`, and for a secret, which belongs in the environment.
    """
    values: dict[str, Any] = {}
    for assignment in assignments:
        key, equals, value = assignment.partition("=")
        key = key.strip()
        if not equals or not all(key.split(".")):
            raise ConfigError(
                f"--set {_short(assignment)!r}: write it as key=value, for example --set topic.match=all"
            )
        values[key] = _value(key, value)
        for secret in SECRETS.intersection(_leaves(key, values[key])):
            raise ConfigError(
                f"--set {key}: a secret is not taken from the command line, set {variable(secret)}"
            )
    return values


def _value(key: str, text: str) -> Any:
    """What a text says in TOML; itself where it is none, or more than one value."""
    try:
        read = tomllib.loads(f"value = {text}")
    except tomllib.TOMLDecodeError:
        return text
    except (ValueError, RecursionError) as error:  # a number of thousands of digits, or lists in lists
        raise ConfigError(f"--set {_short(key)}: {_too_much(error)}") from None
    return read["value"] if read.keys() == {"value"} else text


def _too_much(error: Exception) -> str:
    if isinstance(error, RecursionError):
        return "it has values nested too deep, as no setting needs"
    return "it has a number that is too long" if "digits" in str(error) else _short(str(error))


def _leaves(key: str, value: Any) -> Iterator[str]:
    """Yield the dotted keys below a value."""
    if isinstance(value, dict):
        for name, part in value.items():
            yield from _leaves(f"{key}.{name}", part)
    else:
        yield key


def variable(key: str) -> str:
    """Return the name of the environment variable of a dotted key."""
    return _ENV_PREFIX + key.replace(".", "__").upper()


def _read_toml(path: Path) -> dict[str, Any]:
    try:
        text = path.read_bytes().decode("utf-8-sig")  # editors may put a mark before the first key
        return tomllib.loads(text)
    except FileNotFoundError:
        raise ConfigError(f"no configuration file {path}: name one with --config") from None
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(f"configuration file {path} cannot be read: {error}") from None
    except tomllib.TOMLDecodeError as error:
        raise ConfigError(f"{path} is not TOML: {_short(str(error), 3 * _LONGEST)}") from None
    except (ValueError, RecursionError) as error:
        raise ConfigError(f"{path} cannot be read: {_too_much(error)}") from None


def _check_environment() -> None:
    """Refuse a variable that names no setting: its value would be lost without a word."""
    known = {variable(key) for key in (*_keys(), *Settings.model_fields)}
    for name in sorted(os.environ):
        upper = name.upper()
        if not upper.startswith(_ENV_PREFIX) or upper in {*known, CORPORA}:
            continue
        if not any(upper.startswith(f"{variable(key)}__") for key in _TABLES):
            close = difflib.get_close_matches(upper, known, n=1)
            hint = f"did you mean {close[0]}?" if close else "unset it"
            raise ConfigError(f"the environment variable {name} is no setting: {hint}")


def _nested(overrides: Mapping[str, Any]) -> dict[str, Any]:
    tree: dict[str, Any] = {}
    for key, value in overrides.items():
        *parents, leaf = key.split(".")
        branch = tree
        for parent in parents:
            branch = branch.setdefault(parent, {})
            if not isinstance(branch, dict):
                raise ConfigError(f"{key}: {parent} is a value, not a section")
        if isinstance(branch.get(leaf), dict):
            raise ConfigError(f"{key} is given as a value and as a section: give one of them")
        branch[leaf] = value
    return tree


# What Pydantic says of Python's types, in the words of TOML.
_IN_TOML = {"tuple_type": "input should be a list", "dict_type": "input should be a table"}


def _explain(error: Any) -> str:
    key = _short(".".join(str(part) for part in error["loc"]))
    if error["type"] != "extra_forbidden":
        said = _IN_TOML.get(error["type"]) or f"{error['msg'][:1].lower()}{error['msg'][1:]}"
        return f"{key}: {said} (environment: {variable(key)})"
    return f"{key}: unknown key, {_known_near(key)}"


def _known_near(key: str) -> str:
    """Return what a key that is none may be: another one, else those of its section, else the sections."""
    section, _, leaf = key.rpartition(".")
    held = [one.removeprefix(f"{section}.") for one in _keys() if one.startswith(f"{section}.")]
    if close := difflib.get_close_matches(leaf, held, n=1):
        return f"did you mean {section}.{close[0]}?"
    if held:
        return f"[{section}] has {', '.join(held)}"
    close = difflib.get_close_matches(key, _keys(), n=1)
    return f"did you mean {close[0]}?" if close else "known sections: " + ", ".join(Settings.model_fields)


def _keys() -> list[str]:
    keys = []
    for name, field in Settings.model_fields.items():
        kind = field.annotation
        parts = kind.model_fields if isinstance(kind, type) and issubclass(kind, BaseModel) else {}
        keys += [f"{name}.{part}" for part in parts] or [name]
    return keys
