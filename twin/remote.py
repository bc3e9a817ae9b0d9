"""A model server that speaks OpenAI's chat completions, on this computer or the person's network: where it is, and a request to it.

What is sent are a person's words, so where a connection leads is looked at before anything goes over it; no proxy is asked, and no redirection followed.
Not here: what is asked, and what an answer means (prepare/judge.py, chat/remote.py).
"""

from __future__ import annotations

import ipaddress
import socket
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPResponse, HTTPSConnection
from typing import Any
from urllib.parse import urlsplit

import orjson

from twin.errors import ConfigError

_CONNECT = 10.0
_OWN_NETWORKS = tuple(map(ipaddress.ip_network, ("127.0.0.0/8", "10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "::1/128", "fc00::/7")))
"""This computer, and the private ranges of RFC 1918 and RFC 4193."""


@dataclass(frozen=True, slots=True)
class Endpoint:
    """Where a server is.

    Attributes:
        address: As in "http://127.0.0.1:8000/v1".
        model: Its name there.
        outside: Whether it may lie beyond this computer and private networks.
        key: What the server wants to be shown, if anything: a secret.
        timeout: Seconds that a connection may be silent.
    """

    address: str
    model: str
    outside: bool = False
    key: str = field(default="", repr=False)
    timeout: float = 120


class Remote:
    """A server that can be asked from several threads.

    Args:
        endpoint: Where it is.
        place: What an address that is not allowed is called, as "filter.judge in twin.toml".
        remedy: What else than another address helps then.

    Raises:
        ConfigError: It is outside, and that is not allowed.
    """

    def __init__(self, endpoint: Endpoint, *, place: str, remedy: str) -> None:
        self._endpoint, self._place, self._remedy = endpoint, place, remedy
        self._url = urlsplit(endpoint.address)
        self._host = self._url.hostname or ""
        with suppress(ValueError):  # a name: where it leads shows when it is connected
            self._check(ipaddress.ip_address(self._host))

    def connect(self) -> HTTPConnection:
        """A connection to where it may lead; nothing was sent yet. Raises OSError and ConfigError."""
        kind = HTTPSConnection if self._url.scheme == "https" else HTTPConnection
        connection = kind(self._host, self._url.port, timeout=min(_CONNECT, self._endpoint.timeout))
        connection.connect()
        try:
            connection.sock.settimeout(self._endpoint.timeout)
            self._check(ipaddress.ip_address(connection.sock.getpeername()[0].partition("%")[0]))
        except BaseException:
            connection.close()
            raise
        return connection

    @contextmanager
    def asking(self, question: Mapping[str, Any], began: Callable[[socket.socket], None] = lambda sock: None) -> Iterator[HTTPResponse]:
        """The answer to a chat completion's request, to be read within the block.

        Args:
            question: The request but for its model.
            began: Told the socket before anything is sent: who shuts that down ends the waiting. What it raises ends the request.

        Raises:
            OSError: The server cannot be reached, or was silent too long.
            HTTPException: What it says is not HTTP.
            ConfigError: It leads outside, and that is not allowed.
        """
        headers = {"Content-Type": "application/json"} | ({"Authorization": f"Bearer {self._endpoint.key}"} if self._endpoint.key else {})
        connection = self.connect()
        try:
            began(connection.sock)
            body = orjson.dumps({"model": self._endpoint.model, **question})
            connection.request("POST", f"{self._url.path}/chat/completions", body, headers)
            with connection.getresponse() as response:
                yield response
        finally:
            connection.close()

    def _check(self, address: ipaddress.IPv4Address | ipaddress.IPv6Address) -> None:
        address = getattr(address, "ipv4_mapped", None) or address
        if not (self._endpoint.outside or any(address in network for network in _OWN_NETWORKS)):
            where = self._host if self._host == str(address) else f"{self._host} ({address})"
            raise ConfigError(
                f"{self._place}: {where} is not on this computer or a private network, and your words would leave it; give another, or {self._remedy}"
            )


def words_of(error: Exception) -> str:
    """What went wrong with a connection, in few words."""
    return str(getattr(error, "strerror", None) or str(error) or type(error).__name__)
