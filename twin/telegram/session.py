"""The login on disk: what anybody would need to act as the person. Private from its first byte, whole or not there.

Not here: Telethon's own session file, which also keeps the names and phone numbers of everybody it meets.
"""

from __future__ import annotations

import json
from base64 import b64decode, b64encode
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from telethon.crypto import AuthKey
from telethon.sessions import MemorySession

from twin.errors import LoginError
from twin.workspace import write_text


@dataclass(frozen=True, slots=True)
class Application:
    """What a program that talks to Telegram names itself with; from https://my.telegram.org/apps."""

    api_id: int
    api_hash: str = field(repr=False)


class Session(MemorySession):  # type: ignore[misc]  # Telethon asks its session for the key and the data centre
    """A login, in memory until `store`.

    Args:
        path: Its file; read when it is there.
        server: Another server than Telegram's own ("host:port"), or "".

    Attributes:
        application: With which application it was made.
        user_id: Who is logged in; None before that.
        sent: The phone number and Telegram's mark of a code that nobody could be asked for yet; the next run may be given it.

    Raises:
        LoginError: The file is damaged, or belongs to another server.
    """

    def __init__(self, path: Path, server: str = "") -> None:
        super().__init__()
        self._path = path
        self._server = server
        self.application: Application | None = None
        self.user_id: int | None = None
        self.sent: tuple[str, str] | None = None
        try:
            self._read(json.loads(path.read_text(encoding="utf-8")))
        except FileNotFoundError:
            if server:
                host, _, port = server.rpartition(":")
                self.set_dc(2, host.strip("[]"), int(port))
        except OSError as error:
            raise LoginError(f"{path} cannot be read ({error.strerror}); put that right, or delete it and log in again") from None
        except (ValueError, KeyError, TypeError) as error:
            raise LoginError(f"{path} is damaged ({type(error).__name__}); delete it and log in again") from None

    def _read(self, stored: dict[str, Any]) -> None:
        if stored["server"] != self._server:
            raise LoginError(
                f"{self._path} is a login at {stored['server'] or 'Telegram'}, and [export] server is {self._server!r}; delete the one or change the other"
            )
        number, host, port = stored["data_centre"]
        if not (host and stored["api_id"] and stored["api_hash"] and 0 < int(port) < 65536):
            raise ValueError("nothing there")
        self.set_dc(int(number), str(host), int(port))
        self.auth_key = AuthKey(b64decode(stored["auth_key"], validate=True))
        self.takeout_id = stored["takeout_id"] and int(stored["takeout_id"])
        self.application = Application(int(stored["api_id"]), str(stored["api_hash"]))
        if stored["sent"]:
            phone, mark = stored["sent"]
            self.sent = str(phone), str(mark)
        else:
            self.user_id = int(stored["user_id"])

    def store(self) -> None:
        """Writes it. To be called once somebody is logged in or a code was sent, and when a takeout begins or ends."""
        if self.application is None or (self.user_id is None) == (self.sent is None):
            raise ValueError("either somebody is logged in, or a code was sent")
        stored = {
            "server": self._server,
            "data_centre": [self.dc_id, self.server_address, self.port],
            "auth_key": b64encode(self.auth_key.key).decode(),
            "takeout_id": self.takeout_id,
            "api_id": self.application.api_id,
            "api_hash": self.application.api_hash,
            "user_id": self.user_id,
            "sent": self.sent,
        }
        write_text(self._path, json.dumps(stored) + "\n")

    def forget(self) -> None:
        """Deletes the file; the login itself is ended only on the server."""
        self._path.unlink(missing_ok=True)

    def process_entities(self, tlo: object) -> None:
        """Keeps nobody's name or phone number: twin always has the peers that it asks for."""
