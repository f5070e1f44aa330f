"""What a run's inputs mean: files of citations, or lists of PMIDs, which narrow the run or are fetched."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from comention.config import Settings, variable
from comention.errors import ComentionError, UsageError
from comention.pubmed.formats import NAMES, STDIN, check_stdin, file_kind
from comention.stages.job import Job


def with_lists(job: Job) -> Job:
    """Return a run whose inputs are citations alone: lists of PMIDs among them narrow it, as `pmids` does.

    Where files are read and lists are all there is, PubMed is asked for them. Raises UsageError for other
    inputs of a run that asks PubMed, for any of one over the sample, and for standard input that is named
    twice; what else is wrong with a file is said where it is read.
    """
    source = job.settings.source
    if source.kind == "sample" and source.input:  # the sample's results would be taken for those of the files
        raise UsageError(
            f"source.input names {source.input[0]}, and source.kind is sample: set files, bulk or pubmed "
            f"(environment: {variable('source.kind')})"
        )
    check_stdin([*source.input, *([] if job.pmids is None else [str(job.pmids)])])
    if source.kind not in {"files", "pubmed"} or not source.input:
        return job
    lists = tuple(name for name in source.input if _is_list(name, asks_pubmed=source.kind == "pubmed"))
    if not lists:
        return job
    rest = tuple(name for name in source.input if name not in lists)
    kind = "files" if rest else "pubmed"
    return replace(job, settings=_with_source(job.settings, kind=kind, input=rest), lists=lists)


def _is_list(name: str, *, asks_pubmed: bool) -> bool:
    """Return whether an input is a list of PMIDs; of standard input, only where PubMed is asked."""
    path = Path(name)
    if name == STDIN or not path.is_file():
        if asks_pubmed and name != STDIN:
            raise UsageError(f"--input {name}: --source pubmed takes files with lists of PMIDs")
        return asks_pubmed
    try:
        kind = file_kind(path)
    except ComentionError:
        if asks_pubmed:
            raise
        return False
    if asks_pubmed and kind != "pmids":
        raise UsageError(f"{name} is {NAMES[kind]}, no list of PMIDs: read it with --source files")
    return kind == "pmids"


def _with_source(settings: Settings, **changes: object) -> Settings:
    return settings.model_copy(update={"source": settings.source.model_copy(update=changes)})
