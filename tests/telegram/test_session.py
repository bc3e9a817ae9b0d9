"""The file of a login, and the command that makes it: private at every moment, whole or not there, one line where something is wrong."""

import errno
import json
import os
import pty
import re
import select
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import pytest

from tests.telegram.person import API_HASH, API_ID, SESSION, TAKEOUT, Person, end_login, leaks, log_in, refused, where
from tests.telegram.server import TelegramServer
from twin import cli
from twin.errors import LoginError, TwinError
from twin.telegram.session import Session
from twin.workspace import create_workspace

pytestmark = pytest.mark.usefixtures("watched")
quickly = pytest.mark.usefixtures("quick_keys")
ROOT = Path(__file__).resolve().parent.parent.parent
PHONE, CODE, PASSWORD = "+447700900123", "8151623", "correct horse"
SECRETS = {"TWIN_TELEGRAM_API_ID": API_ID, "TWIN_TELEGRAM_API_HASH": API_HASH}


@pytest.fixture
def workspace(telegram: TelegramServer) -> Path:
    """A workspace whose server is the test's."""
    place = create_workspace(Path("workspace"))
    key = Path("server.pem")
    key.write_text(telegram.public_key)
    knobs = place.config_file.read_text()
    knobs = knobs.replace('server = ""', f'server = "{telegram.address}"', 1).replace('public_key = ""', f'public_key = "{key.resolve()}"')
    place.config_file.write_text(knobs)
    return place.root


def twin(workspace: Path, *arguments: str, capfd: pytest.CaptureFixture[str]) -> tuple[int, list[str], list[str]]:
    """Runs the command in this process; its exit code and the lines of both outputs."""
    code = 0
    try:
        cli.main(["export", "-w", str(workspace), *arguments])
    except SystemExit as end:
        code = int(end.code or 0)
    shown = capfd.readouterr()
    return code, shown.out.splitlines(), shown.err.splitlines()


# -- the file -----------------------------------------------------------------------------------------------------------


@quickly
def test_what_is_stored_is_what_is_read(telegram: TelegramServer) -> None:
    log_in(telegram, Person(PHONE, CODE))
    first, stored = Session(SESSION, telegram.address), SESSION.read_bytes()
    first.takeout_id = TAKEOUT
    first.store()
    second = Session(SESSION, telegram.address)
    assert (second.takeout_id, second.user_id, second.application, second.auth_key) == (TAKEOUT, 1000, first.application, first.auth_key)
    assert (second.dc_id, f"{second.server_address}:{second.port}") == (2, telegram.address)
    second.takeout_id = None
    second.store()
    assert SESSION.read_bytes() == stored
    assert b"Mira" not in stored
    assert PHONE[1:].encode() not in stored


@pytest.mark.parametrize("content", [b"", b"{", b"null", b"[]", b'"x"', b"\xff\xfe", b"{}", b"SQLite format 3\0" + bytes(80)])
def test_a_file_that_is_damaged(telegram: TelegramServer, content: bytes) -> None:
    SESSION.write_bytes(content)
    for work in (lambda: log_in(telegram, Person(PHONE, CODE)), lambda: end_login(telegram)):
        line = refused(telegram, LoginError, work)
        assert re.fullmatch(r"telegram\.session is damaged \(\w+\); delete it and log in again", line)
    assert SESSION.read_bytes() == content


@quickly
def test_a_file_with_any_value_missing_or_strange(telegram: TelegramServer) -> None:
    log_in(telegram, Person(PHONE, CODE))
    whole = json.loads(SESSION.read_bytes())
    for name in whole:
        for other in ("missing", None, "", "x", -1, [], {}, ["x", 1, 2], [2, "127.0.0.1", 70000]):
            SESSION.write_text(json.dumps({**whole, name: other} if other != "missing" else {key: value for key, value in whole.items() if key != name}))
            with suppress(TwinError):  # whatever else it is would be a traceback on the screen
                log_in(telegram, Person())


@quickly
def test_a_file_of_another_server(telegram: TelegramServer) -> None:
    log_in(telegram, Person(PHONE, CODE))
    kept = SESSION.read_bytes()
    line = refused(telegram, LoginError, log_in, telegram, Person(), at=where(telegram, address="127.0.0.1:1"))
    assert line == f"telegram.session is a login at {telegram.address}, and [export] server is '127.0.0.1:1'; delete the one or change the other"
    assert "and [export] server is ''" in refused(telegram, LoginError, log_in, telegram, Person(), at=where(telegram, address=""))
    assert SESSION.read_bytes() == kept


def test_a_folder_in_its_place(telegram: TelegramServer) -> None:
    SESSION.mkdir()
    line = refused(telegram, LoginError, log_in, telegram, Person(PHONE, CODE))
    assert line == "telegram.session cannot be read (Is a directory); put that right, or delete it and log in again"


@quickly
@pytest.mark.parametrize("step", ["fsync", "write", "open", "replace"])
def test_a_full_disk_leaves_the_old_file(telegram: TelegramServer, monkeypatch: pytest.MonkeyPatch, step: str) -> None:
    log_in(telegram, Person(PHONE, CODE))
    kept = SESSION.read_bytes()
    session = Session(SESSION, telegram.address)
    session.takeout_id = TAKEOUT
    with monkeypatch.context() as patch:
        full_disk(patch, step)
        with pytest.raises(OSError, match="No space left on device") as raised:
            session.store()
    assert raised.value.errno == errno.ENOSPC
    assert (SESSION.read_bytes(), list(Path().glob(".*"))) == (kept, [])


def full_disk(monkeypatch: pytest.MonkeyPatch, step: str) -> None:
    def full(*_arguments: Any, **_more: Any) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    class Full:
        def __init__(self, descriptor: int, *_arguments: Any, **_more: Any) -> None:
            self._descriptor = descriptor

        def __enter__(self) -> "Full":
            return self

        def __exit__(self, *_exception: object) -> None:
            os.close(self._descriptor)

        write = full

    if step == "replace":
        monkeypatch.setattr(Path, "replace", full)
    else:
        monkeypatch.setattr(os, {"write": "fdopen"}.get(step, step), Full if step == "write" else full)


# -- the command --------------------------------------------------------------------------------------------------------


@quickly
def test_one_line_of_the_command(telegram: TelegramServer, workspace: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> None:
    def fails(*arguments: str) -> str:
        code, out, err = twin(workspace, *arguments, capfd=capfd)
        assert (code, out) == (1, [])
        assert leaks(telegram, "\n".join(err)) == []
        assert err[-1].startswith("twin: ")
        return err[-1]

    assert fails() == "twin: the login needs your api_id; set TWIN_TELEGRAM_API_ID and TWIN_TELEGRAM_API_HASH"
    for name, value in SECRETS.items():
        monkeypatch.setenv(name, value)
    assert fails() == "twin: the login needs your phone number with country code; give it with --phone, or --qr"
    assert fails("--phone", PHONE) == "twin: the login needs your code; run the same command with it as --code"
    assert fails("--phone", PHONE, "--code", "1").startswith("twin: --code: that is not the code")
    telegram.world.password = PASSWORD
    assert fails("--phone", PHONE, "--code", CODE) == "twin: the login needs your two-step password; set TWIN_TELEGRAM_PASSWORD"
    monkeypatch.setenv("TWIN_TELEGRAM_PASSWORD", "wrong")
    assert fails("--phone", PHONE, "--code", CODE) == "twin: TWIN_TELEGRAM_PASSWORD is not the two-step password of this account; correct it"
    telegram.fault("SendCode", "FLOOD_WAIT_90000")
    assert "twin: Telegram asks to wait 25 h 00 min, until " in fails("--phone", PHONE, "--code", CODE)
    assert not (workspace / "telegram.session").exists()
    (workspace / "telegram.session").mkdir()
    assert fails().endswith("telegram.session cannot be read (Is a directory); put that right, or delete it and log in again")


@quickly
def test_a_full_disk_in_one_line(telegram: TelegramServer, workspace: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> None:
    for name, value in SECRETS.items():
        monkeypatch.setenv(name, value)
    full_disk(monkeypatch, "fsync")
    code, out, err = twin(workspace, "--phone", PHONE, "--code", CODE, capfd=capfd)
    assert (code, out) == (1, [])
    assert err[-1] == "twin: No space left on device; what was complete before is kept, run the same command again"
    assert (telegram.authorized, [path.name for path in workspace.iterdir() if "session" in path.name]) == (0, [])


@quickly
def test_logout_by_the_command(telegram: TelegramServer, workspace: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> None:
    for name, value in SECRETS.items():
        monkeypatch.setenv(name, value)
    code, _out, err = twin(workspace, "--phone", PHONE, "--code", CODE, capfd=capfd)
    assert (code, telegram.authorized) == (0, 1), err
    assert "logged in as Mira Lund; twin export --logout ends it" in err
    telegram.fault("LogOut", "FLOOD_WAIT_60")
    assert twin(workspace, "--logout", capfd=capfd)[0] == 1
    assert twin(workspace, "--logout", capfd=capfd) == (0, ["logged out; Telegram and this workspace have forgotten the login"], [])
    assert (telegram.authorized, (workspace / "telegram.session").exists()) == (0, False)
    assert twin(workspace, "--logout", capfd=capfd) == (0, ["nobody was logged in"], [])
    assert twin(workspace, "--logout", "--json", capfd=capfd)[1] == ['{"logged_out": false}']


@quickly
def test_waits_are_counted_down(telegram: TelegramServer, workspace: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> None:
    for name, value in SECRETS.items():
        monkeypatch.setenv(name, value)
    telegram.fault("SendCode", "FLOOD_WAIT_1")
    code, _out, err = twin(workspace, "--phone", PHONE, "--code", CODE, capfd=capfd)
    assert code == 0
    assert err[:2] == ["Telegram asks to wait: 1 s left", "going on"]


# -- a process of its own -----------------------------------------------------------------------------------------------


def environment(root: Path = ROOT, **more: str) -> dict[str, str]:
    return os.environ | {"PYTHONPATH": str(root)} | SECRETS | more


@contextmanager
def seen_open(folder: Path) -> Iterator[list[str]]:
    """Looks at every file and folder as fast as it can; what others could read or enter at any moment."""
    found: set[str] = set()
    looks = [0]
    end = threading.Event()

    def look() -> None:
        while not end.is_set():
            looks[0] += 1
            for place in (str(folder), *(entry.path for entry in os.scandir(folder))):
                try:
                    mode = os.lstat(place).st_mode & 0o777
                except FileNotFoundError:
                    continue
                if mode & 0o077:
                    found.add(f"{Path(place).name} {mode:o}")

    interval = sys.getswitchinterval()
    sys.setswitchinterval(0.0001)  # the server, a thread beside this one, is not to wait for it
    watcher = threading.Thread(target=look)
    watcher.start()
    result: list[str] = []
    try:
        yield result
    finally:
        end.set()
        watcher.join()
        sys.setswitchinterval(interval)
    assert looks[0] > 500
    result.extend(sorted(found))


@pytest.mark.parametrize("mistake", [False, pytest.param(True, marks=pytest.mark.slow)], ids=["as it is", "with a mistake"])
def test_nothing_is_open_to_others_at_any_moment(telegram: TelegramServer, workspace: Path, mistake: bool) -> None:
    """Under a umask that takes nothing away. With a mistake put into `workspace.writing`, the watcher sees it: so it would see others."""
    root = ROOT
    if mistake:
        root = Path("changed").resolve()
        shutil.copytree(ROOT / "twin", root / "twin", ignore=shutil.ignore_patterns("__pycache__"))
        module = root / "twin" / "workspace.py"
        code = module.read_text().replace("os.O_TRUNC, 0o600", "os.O_TRUNC, 0o644")
        assert code != module.read_text()
        module.write_text(code)
    with seen_open(workspace) as found:
        done = subprocess.run(
            [sys.executable, "-m", "twin", "export", "--phone", PHONE, "--code", CODE],
            cwd=workspace,
            env=environment(root),
            capture_output=True,
            text=True,
            check=False,
            timeout=60,
            preexec_fn=lambda: os.umask(0) and None,
        )
    assert (done.returncode, telegram.authorized) == (0, 1), done.stderr
    assert leaks(telegram, done.stdout + done.stderr) == []
    assert (workspace / "history.db").exists()
    if mistake:
        assert "telegram.session 644" in found
    else:
        assert found == []


class Terminal:
    """A process at a terminal of its own."""

    def __init__(self, workspace: Path, *arguments: str, **more: str) -> None:
        self.seen = ""
        self._process, self._terminal = pty.fork()
        if self._process == 0:
            os.chdir(workspace)
            os.execve(sys.executable, [sys.executable, "-m", "twin", "export", *arguments], environment(**more))

    def wait_for(self, text: str) -> str:
        """What was shown until this text, and with it."""
        until = time.monotonic() + 30
        while text not in self.seen:
            assert select.select([self._terminal], [], [], max(0.0, until - time.monotonic()))[0], self.seen
            try:
                self.seen += os.read(self._terminal, 4096).decode()
            except OSError as end:  # what Linux answers once the process has gone
                raise AssertionError(self.seen) from end
        shown, _, self.seen = self.seen.partition(text)
        return shown + text

    def type(self, line: str) -> None:
        os.write(self._terminal, line.encode())

    def signal(self, number: int) -> None:
        os.kill(self._process, number)

    def end(self) -> tuple[int, str]:
        """The exit code, and the rest of what was shown."""
        while True:
            try:
                piece = os.read(self._terminal, 4096).decode()
            except OSError:
                break
            if not piece:
                break
            self.seen += piece
        os.close(self._terminal)
        return os.waitstatus_to_exitcode(os.waitpid(self._process, 0)[1]), self.seen


def test_at_a_terminal(telegram: TelegramServer, workspace: Path) -> None:
    telegram.world.password = PASSWORD
    terminal = Terminal(workspace, TWIN_TELEGRAM_API_HASH="")
    shown = terminal.wait_for("api_id: ")
    assert "https://my.telegram.org/apps" in shown
    terminal.type(API_ID + "\n")
    terminal.wait_for("api_hash (not shown): ")
    terminal.type(API_HASH + "\n")
    shown = terminal.wait_for("phone number with country code, or Enter for a QR code: ")
    assert API_HASH not in shown
    terminal.type(PHONE + "\n")
    terminal.wait_for("code: ")
    terminal.type(CODE + "\n")
    terminal.wait_for("two-step password (not shown): ")
    terminal.type(PASSWORD + "\n")
    code, shown = terminal.end()
    assert code == 0, shown
    assert "logged in as Mira Lund; twin export --logout ends it" in shown
    assert PASSWORD not in shown
    assert telegram.authorized == 1


@pytest.mark.slow
def test_nothing_more_to_come_at_a_prompt(telegram: TelegramServer, workspace: Path) -> None:
    terminal = Terminal(workspace, "--phone", PHONE)
    terminal.wait_for("code: ")
    terminal.type("\x04")
    code, shown = terminal.end()
    assert (code, shown.splitlines()[-2:]) == (1, ["", "twin: the login needs your code; run the same command with it as --code"])
    assert telegram.authorized == 0


@pytest.mark.parametrize(
    ("number", "secret"),
    [(signal.SIGINT, True), *(pytest.param(*which, marks=pytest.mark.slow) for which in ((signal.SIGINT, False), (signal.SIGTERM, False)))],
)
def test_stopped_at_a_prompt(telegram: TelegramServer, workspace: Path, number: int, secret: bool) -> None:
    telegram.world.password = PASSWORD
    terminal = Terminal(workspace, "--phone", PHONE, *(["--code", CODE] if secret else []))
    terminal.wait_for("two-step password (not shown): " if secret else "code: ")
    if number == signal.SIGINT:
        terminal.type("\x03")
    else:
        terminal.signal(number)
    code, shown = terminal.end()
    assert (code, shown.replace("^C", "").split()) == (130, "twin: stopped before the login was complete; the same command begins again".split())
    assert (telegram.authorized, (workspace / "telegram.session").exists()) == (0, False)
