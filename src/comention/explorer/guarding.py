"""What comes before any page: who may ask, and what every answer says to a browser."""

from __future__ import annotations

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

#: Names by which a browser may reach a server of the loopback interface.
LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})
#: Nothing but what this server sends: one script, no address elsewhere, in no frame.
POLICY = (
    "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; img-src 'self' data:; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
_HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cache-Control": "no-store",
}


class Guard:
    """Answers only to visitors who named this machine, and lets no other site's page ask.

    A page elsewhere that had its own name point to the loopback interface (DNS rebinding) sends that name as
    Host. One that asks for an address here says so (Sec-Fetch-Site); only following a link is left to it.
    """

    def __init__(self, app: ASGIApp, hosts: frozenset[str], refuse: ASGIApp) -> None:
        """`refuse` answers where the visitor may not ask."""
        self._app, self._hosts, self._refuse = app, hosts, refuse

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer, or refuse to."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in _HEADERS.items():
                    headers.setdefault(name, value)
            await send(message)

        await (self._app if self._may(Headers(scope=scope)) else self._refuse)(scope, receive, with_headers)

    def _may(self, headers: Headers) -> bool:
        hosts = headers.getlist("host")
        if len(hosts) != 1 or _name(hosts[0]) not in self._hosts:
            return False
        site = headers.get("sec-fetch-site", "none")
        follows = headers.get("sec-fetch-mode") == "navigate" and headers.get("sec-fetch-dest") == "document"
        return site in {"none", "same-origin"} or follows


def _name(host: str) -> str:
    """Return the name of a Host header, without the port."""
    if host.startswith("["):
        return host[1:].partition("]")[0]
    return host.rpartition(":")[0] if ":" in host else host
