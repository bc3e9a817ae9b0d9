"""A wall around the page and the API: only this machine's own programs get in, and the page reaches nothing outside.

A page served on 127.0.0.1 can still be called by any site open in the same browser, directly or under a name that the site
makes resolve to 127.0.0.1. So the Host must be this machine, and an Origin, where there is one, the page itself. The Content
Security Policy is the other direction: whatever a message holds, the browser loads nothing from elsewhere. The API also wants a
token, by which a program shows that it may read the workspace.
"""

from __future__ import annotations

import hmac
import ipaddress
import secrets
import socket
from pathlib import Path
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from twin.errors import UsageError, WorkspaceError
from twin.workspace import write_text

# Gradio's routes to read and write files: the page has none
CLOSED = ("/gradio_api/upload", "/gradio_api/file", "/gradio_api/proxy", "/gradio_api/stream", "/gradio_api/deep_link")

HEADERS = {
    # Gradio's page has scripts and styles within it, and compiles some
    "content-security-policy": "default-src 'self' 'unsafe-inline' 'unsafe-eval' data: blob:; frame-ancestors 'none'; form-action 'self'",
    "referrer-policy": "no-referrer",
    "x-content-type-options": "nosniff",
}


_TOKEN_CHARACTERS = 16
"""Fewer could be guessed."""


class LocalOnly:
    """ASGI middleware that answers 403 to every request that comes from elsewhere than the page itself or a program of this machine.

    Args:
        app: What is behind the wall.
        any_host: Lets requests in by any name of this machine, for a server that others may reach; other sites are still refused.
    """

    def __init__(self, app: ASGIApp, *, any_host: bool = False) -> None:
        self._app = app
        self._any_host = any_host

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Lets a request through, or refuses it."""
        if scope["type"] == "lifespan":
            await self._app(scope, receive, send)
        elif scope["type"] == "http" and _is_local(Headers(scope=scope), self._any_host) and not scope["path"].startswith(CLOSED):
            await self._app(scope, receive, _with_headers(send))
        elif scope["type"] == "http":
            await PlainTextResponse("only for the page itself, and for programs on this machine", status_code=403)(scope, receive, send)


def _is_local(headers: Headers, any_host: bool) -> bool:
    host = headers.get("host", "")
    origin = headers.get("origin")
    try:
        # any port, so that the page can be reached through a tunnel
        return (any_host or is_loopback(urlsplit(f"//{host}").hostname or "")) and (origin is None or urlsplit(origin).netloc == host)
    except ValueError:  # not a host at all
        return False


def _with_headers(send: Send) -> Send:
    async def sending(message: Message) -> None:
        if message["type"] == "http.response.start":
            MutableHeaders(scope=message).update(HEADERS)
        await send(message)

    return sending


def has_token(headers: Headers, token: str) -> bool:
    """Whether a request has `Authorization: Bearer TOKEN`; takes the same time for every wrong one."""
    scheme, _, given = headers.get("authorization", "").partition(" ")
    return scheme.lower() == "bearer" and hmac.compare_digest(given.strip().encode("latin-1"), token.encode("latin-1"))


def usable_token(token: str, source: str) -> str:
    """The same token. Raises UsageError: it could be guessed, or cannot stand in a header; `source` is where it is from."""
    if len(token) < _TOKEN_CHARACTERS or not token.isascii() or not token.isprintable() or " " in token:
        raise UsageError(f"{source} holds no token of {_TOKEN_CHARACTERS} or more letters and digits; remove it, and twin serve makes one")
    return token


def make_token(file: Path) -> tuple[str, bool]:
    """The API's token in a file, which is written with a new one where it is missing; and whether it is new. Raises WorkspaceError or UsageError."""
    try:
        if new := not file.exists():
            write_text(file, secrets.token_urlsafe(32) + "\n")
        return usable_token(file.read_text(encoding="utf-8").strip(), str(file)), new
    except OSError as error:
        raise WorkspaceError(f"{file} cannot be used: {error.strerror}") from error
    except UnicodeDecodeError:
        raise WorkspaceError(f"{file} is damaged; remove it, and twin serve makes a new token") from None


def is_loopback(host: str) -> bool:
    """Whether only this machine reaches an address: localhost, or a number of its own that no name server can give to a site."""
    try:
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:  # a name
        return False


def listen(port: int, host: str = "127.0.0.1") -> socket.socket:
    """A socket that listens. Raises UsageError: the port is taken, needs rights that the person does not have, or the address is not this machine's."""
    try:
        return socket.create_server((host, port), family=socket.AF_INET6 if ":" in host else socket.AF_INET)
    except OSError as error:
        where = "" if host == "127.0.0.1" else f" and another address with --host, not {host}"
        raise UsageError(f"port {port} of this machine cannot be listened on ({error.strerror}); choose another with --port{where}") from error
