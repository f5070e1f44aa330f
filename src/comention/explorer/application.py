"""The addresses of the explorer, and what answers at each."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from http import HTTPStatus
from typing import Any

import duckdb
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import FileResponse, JSONResponse, RedirectResponse, Response
from starlette.routing import Route
from starlette.types import Receive, Scope, Send

from comention.errors import ComentionError, UsageError
from comention.explorer import articles, concepts, listing, pairs, searching, showing, sql, terms
from comention.explorer.asked import Asked, address, concept_path
from comention.explorer.concept_filter import MOST_CONCEPTS
from comention.explorer.guarding import LOOPBACK, Guard
from comention.explorer.kinds import EVIDENCE, KINDS, Kind
from comention.explorer.library import INDEX, Library
from comention.snapshots.names import UnclearNameError
from comention.snapshots.tables import TooLongError

_log = logging.getLogger(__name__)

_Answer = Callable[[Library, Asked, Request], Response]

#: The report's page has a script and a style of its own, known by what stands in the page itself.
_REPORT_POLICY = "frame-ancestors 'none'; base-uri 'none'; form-action 'none'; object-src 'none'"
_ADVICE = {
    400: "Correct the address, or go back and choose anew.",
    403: "This server answers to this machine alone: open it as http://127.0.0.1 with its port.",
    404: "Look at the address, or search for what you need.",
    405: "Pages are read with GET alone.",
    500: "The other pages are still there; `comention -v explore` shows what went wrong.",
    503: "Ask for less: more words, a narrower choice, fewer years.",
}


def application(library: Library, hosts: frozenset[str] = LOOPBACK) -> Starlette:
    """Return the explorer of a snapshot as an ASGI application; `hosts` are names it may be asked by."""

    def route(path: str, answer: _Answer) -> Route:
        def endpoint(request: Request) -> Response:
            return _answered(library, answer, request)

        return Route(path, endpoint, methods=["GET"], name=path)

    async def refuse(scope: Scope, receive: Receive, send: Send) -> None:
        await _failure(library, 403, "asked by another name or from another site")(scope, receive, send)

    def failed(request: Request, error: Exception) -> Response:
        status = error.status_code if isinstance(error, HTTPException) else 500
        what = {
            404: f"there is no page {request.url.path[:80]}",
            405: f"{request.method} is not answered here",
        }
        return _failure(library, status, what.get(status, HTTPStatus(status).phrase.lower()))

    app = Starlette(
        routes=[
            route("/", _start),
            route("/search", _search),
            *(route(f"/{kind.name}", _lists(kind)) for kind in KINDS.values()),
            route("/concept/{id:path}", _concept),
            route("/concept", _named_concept),
            route("/pair", _pair),
            route("/article/{pmid}", _article),
            route("/evidence", _evidence),
            route("/sql", _sql),
            route("/help", _help),
            route("/report", lambda *_: RedirectResponse("/report/", 302)),
            route("/report/{path:path}", _report),
            route("/names", _names),
            route("/names.js", lambda *_: Response(showing.script(), media_type="text/javascript")),
            route("/style.css", lambda *_: Response(showing.style(), media_type="text/css")),
        ],
        middleware=[Middleware(Guard, hosts=hosts, refuse=refuse)],
        exception_handlers={HTTPException: failed},
    )
    app.router.redirect_slashes = False
    return app


def _answered(library: Library, answer: _Answer, request: Request) -> Response:
    """Answer a request; what cannot be answered is a page that says what to do."""
    try:
        asked = Asked.of(request.url.path, request.query_params.multi_items())
        return answer(library, asked, request)
    except HTTPException as error:
        return _failure(library, error.status_code, error.detail)
    except UnclearNameError as error:
        # a page of one concept or two is not there; a listing was asked for wrongly
        status = 400 if request.url.path.strip("/") in KINDS else 404
        near = [(name, _with(request, error.name, concept_id)) for concept_id, name in error.near]
        return _failure(library, status, error.what, near, error.name)
    except UsageError as error:
        return _failure(library, 400, str(error))
    except TooLongError as error:
        return _failure(library, 503, str(error))
    except Exception as error:
        _log.info("%s was not answered", request.url.path, exc_info=True)
        known = isinstance(error, ComentionError)
        return _failure(library, 500, str(error) if known else f"unexpected {type(error).__name__}")


def _with(request: Request, name: str, concept_id: str) -> str:
    """Return the address with the id of a concept in the place of a name that is not clear."""
    asked = Asked.of(request.url.path, request.query_params.multi_items())
    anew = {
        key: [concept_id if text == name else text for text in asked.every(key)]
        for key in ("name", "a", "b", "with", "not")
        if name in asked.every(key)
    }
    return asked.url(**anew)


def _failure(
    library: Library, status: int, message: str, near: Sequence[tuple[str, str]] = (), name: str = ""
) -> Response:
    return showing.page(
        library,
        "failure.html.j2",
        status,
        title=HTTPStatus(status).phrase,
        message=message,
        near=near,
        name=name,
        advice=_ADVICE.get(status, _ADVICE[400]),
    )


def _absent(error: UsageError) -> HTTPException:
    return HTTPException(404, str(error))


def _start(library: Library, asked: Asked, _: Request) -> Response:
    with library.asking() as connection:
        return showing.page(library, "start.html.j2", **searching.start(library, connection), asked=asked)


def _search(library: Library, asked: Asked, _: Request) -> Response:
    if not asked.search:
        return RedirectResponse("/", 302)
    return showing.page(library, "search.html.j2", asked=asked, **searching.everywhere(library, asked))


def _lists(kind: Kind) -> _Answer:
    def answer(library: Library, asked: Asked, _: Request) -> Response:
        return _listing(library, asked, kind, {})

    return answer


def _connected(
    library: Library, asked: Asked, kind: Kind
) -> AbstractContextManager[duckdb.DuckDBPyConnection]:
    """Return a connection for a listing, which has what is searched for where there are words."""
    return library.searching(asked.search, kind.tables) if asked.search else library.asking()


def _listing(library: Library, asked: Asked, kind: Kind, fixed: dict[str, str], **more: Any) -> Response:
    form = asked.one("format", showing.FORMS)
    with _connected(library, asked, kind) as connection:
        if form != "html":
            found = listing.every(library, connection, kind, asked, fixed)
            return showing.file_of(found, kind.columns, form, kind.name)
        listed = listing.listed(library, connection, kind, asked, fixed)
        shown = searching.with_sentences(connection, kind, listed)
        return showing.page(library, "listing.html.j2", asked=asked, listed=listed, shown=shown, **more)


def _concept(library: Library, asked: Asked, request: Request) -> Response:
    concept_id = request.path_params["id"]
    with library.asking() as connection:
        try:
            found = concepts.known(connection, concept_id)
        except UsageError as error:
            raise _absent(error) from None
        return showing.page(
            library,
            "concept.html.j2",
            asked=asked,
            **concepts.concept_page(library, connection, found, asked),
        )


def _named_concept(library: Library, asked: Asked, _: Request) -> Response:
    path = concept_path(library.resolve(asked.text("name")))
    return RedirectResponse(address(path, asked.but("name")), 302)


def _both(library: Library, asked: Asked) -> tuple[str, str]:
    """Return the ids of the two concepts of an address."""
    if not (asked.text("a") and asked.text("b")):
        raise UsageError("a pair needs two concepts: /pair?a=NAME&b=NAME")
    return library.resolve(asked.text("a")), library.resolve(asked.text("b"))


def _pair(library: Library, asked: Asked, _: Request) -> Response:
    one, other = _both(library, asked)
    if (one, other) != (asked.text("a"), asked.text("b")):
        ids = (("a", one), ("b", other))
        return RedirectResponse(address("/pair", (*ids, *asked.but("a", "b"))), 302)
    if one == other:
        return RedirectResponse(concept_path(one), 302)
    with _connected(library, asked, EVIDENCE) as connection:
        found = pairs.found_pair(connection, one, other)
        if found is None:
            apart = pairs.apart_page(connection, one, other)
            return showing.page(library, "apart.html.j2", asked=asked, **apart)
        shown = pairs.pair_page(library, connection, found, asked)
        return showing.page(library, "pair.html.j2", asked=asked, **shown)


def _evidence(library: Library, asked: Asked, _: Request) -> Response:
    one, other = _both(library, asked)
    with library.asking() as connection:
        found = pairs.found_pair(connection, one, other)
        if found is None:
            raise _absent(pairs.absent(one, other))
    return _listing(library, asked, EVIDENCE, pairs.fixed_of(found), pair=found)


def _article(library: Library, asked: Asked, request: Request) -> Response:
    text = request.path_params["pmid"]
    if not (text.isascii() and text.isdigit() and len(text) < 12):
        raise HTTPException(404, f"{text[:20]!r} is no PMID: a PMID is a number")
    with library.asking() as connection:
        try:
            found = articles.article_page(connection, int(text))
        except UsageError as error:
            raise _absent(error) from None
    return showing.page(library, "article.html.j2", asked=asked, **found)


def _sql(library: Library, asked: Asked, request: Request) -> Response:
    statement = asked.text("query")
    if statement and request.headers.get("sec-fetch-site", "none") not in {"none", "same-origin"}:
        raise HTTPException(403, "a query is only taken from this page itself: write it here")
    form = asked.one("format", showing.FORMS)
    answer, error = None, ""
    if statement:
        try:
            answer = sql.ask(library.snapshot, statement, sql.ROWS if form == "html" else sql.DOWNLOADED)
        except (UsageError, TooLongError) as failure:
            if form != "html":
                raise
            error = str(failure)
    if answer is not None and form != "html":
        return showing.file_of(answer.dicts(), answer.columns, form, "query")
    status = 400 if error else 200
    return showing.page(
        library, "sql.html.j2", status, asked=asked, statement=statement, answer=answer, error=error, sql=sql
    )


def _help(library: Library, asked: Asked, _: Request) -> Response:
    kinds = (*KINDS.values(), EVIDENCE)
    return showing.page(
        library,
        "help.html.j2",
        asked=asked,
        terms=terms.TERMS,
        claimed=terms.CLAIMED,
        kinds=kinds,
        columns={kind.name: terms.columns_of(kind) for kind in kinds},
        most_concepts=MOST_CONCEPTS,
    )


def _names(library: Library, asked: Asked, _: Request) -> Response:
    """Answer what may be meant by what is typed; nothing while words are still being indexed."""
    return JSONResponse(searching.offered(library, asked))


def _report(library: Library, asked: Asked, request: Request) -> Response:
    folder = library.report
    name = request.path_params["path"] or INDEX
    try:
        path = (folder / name).resolve()
        found = path.is_relative_to(folder.resolve()) and path.is_file()
    except (OSError, ValueError, RuntimeError):  # a name that no file can have
        found = False
    if not found:
        raise HTTPException(404, "the report has no such file")
    return FileResponse(path, headers={"Content-Security-Policy": _REPORT_POLICY})
