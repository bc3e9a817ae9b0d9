"""Who gets in at the API and the page beside it, and what becomes of requests that mean harm: refused or harmless, and the server goes on."""

import json
import os
import shutil
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from http.client import HTTPConnection
from pathlib import Path

import httpx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.model.test_injection import ATTACKS
from tests.serving import PATIENCE, TOKEN, Watched, asking, client, serving, soon
from twin.chat.api import Api, Limits, application
from twin.chat.asked import Asked, Refused, understood
from twin.chat.local import is_loopback, make_token, usable_token
from twin.errors import UsageError, WorkspaceError
from twin.model.sampling import Sampling
from twin.privacy.rule import OPEN
from twin.workspace import create_workspace

SAMPLING = Sampling(temperature=1.2, max_tokens=24)
LIMITS = Limits(body=100_000, body_seconds=0.5)
CHAT = "/v1/chat/completions"


@pytest.fixture(scope="module")
def engine(run_folder: Path) -> Watched:
    return Watched(run_folder)


@contextmanager
def served(engine: Watched, *, local: bool = True) -> Iterator[httpx.Client]:
    with serving(application(lambda progress: engine, Api(SAMPLING, TOKEN, LIMITS), local=local)) as address, client(address) as ready:
        soon(lambda: ready.get("/health").status_code == 200)
        yield ready


@pytest.fixture(scope="module")
def api(engine: Watched) -> Iterator[httpx.Client]:
    with served(engine) as ready:
        yield ready


@pytest.fixture(autouse=True)
def _goes_on(request: pytest.FixtureRequest) -> Iterator[None]:
    """After each test the server still answers whom it should."""
    yield
    if "api" in request.fixturenames:
        assert request.getfixturevalue("api").get("/v1/models").status_code == 200


# Who may call


@pytest.mark.parametrize(
    "given_token",
    [None, "", "Bearer", "Bearer ", f"Bearer {TOKEN[:-1]}", f"Bearer {TOKEN}x", f"Bearer {TOKEN.upper()}", f"Basic {TOKEN}", TOKEN, "Bearer é", "Bearer \x00"],
)
def test_without_the_token_nothing_is_answered_but_that_it_runs(api, engine, given_token):
    asked = len(engine.asked)
    headers = [] if given_token is None else [(b"authorization", given_token.encode("latin-1"))]
    with client(str(api.base_url), "") as stranger:
        for method, path in (("GET", "/v1/models"), ("GET", "/v1/models/twin"), ("POST", CHAT), ("POST", "/v1/embeddings"), ("DELETE", "/v1/files")):
            try:
                answer = stranger.request(method, path, json=asking(), headers=headers, params={"api_key": TOKEN, "token": TOKEN}, cookies=None)
            except httpx.LocalProtocolError:  # no client would send it
                return
            assert answer.status_code in {400, 401}  # 400: no header at all
            assert "Priya" not in answer.text
        assert stranger.get("/health").json() == {"status": "ready"}
    assert len(engine.asked) == asked


def test_the_token_is_asked_for_before_the_request_is_read(api):
    with socket.create_connection(("127.0.0.1", api.base_url.port), timeout=PATIENCE) as line:
        line.sendall(f"POST {CHAT} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 99999999\r\n\r\n".encode())
        assert line.recv(1000).startswith(b"HTTP/1.1 401")


def test_the_scheme_may_be_written_in_any_case(api):
    assert api.get("/v1/models", headers={"authorization": f"bearer  {TOKEN}"}).status_code == 200


@pytest.mark.parametrize(
    "host", ["evil.example", "127.0.0.1.evil.example", "localhost.evil.example:7860", "", "[", "evil.example@127.0.0.1.example", "2130706433"]
)
def test_another_name_for_this_machine_is_refused_even_with_the_token(api, host):
    assert api.get("/v1/models", headers={"host": host}).status_code == 403
    assert api.post(CHAT, headers={"host": host}, json=asking()).status_code == 403


@pytest.mark.parametrize("origin", ["https://evil.example", "null", "http://127.0.0.1:1", "file://", "http://localhost.evil.example"])
def test_another_site_is_refused_even_with_the_token(api, origin):
    for method in ("GET", "POST", "OPTIONS"):
        answer = api.request(
            method, CHAT, headers={"origin": origin, "access-control-request-method": "POST", "access-control-request-headers": "authorization"}
        )
        assert answer.status_code == 403
        assert not [name for name in answer.headers if name.startswith("access-control")]


@pytest.mark.parametrize(
    ("host", "loopback"),
    [
        ("127.0.0.1", True),
        ("127.9.9.9", True),
        ("::1", True),
        ("localhost", True),
        ("0.0.0.0", False),
        ("::", False),
        ("10.0.0.1", False),
        ("", False),
        ("a.b", False),
    ],
)
def test_which_addresses_are_this_machines_alone(host, loopback):
    assert is_loopback(host) is loopback


def test_a_server_for_others_has_the_token_and_no_page(engine):
    with served(engine, local=False) as api, client(str(api.base_url), "") as stranger:
        assert api.get("/v1/models", headers={"host": "twin.example"}).status_code == 200
        assert stranger.get("/v1/models", headers={"host": "twin.example"}).status_code == 401
        assert api.get("/v1/models", headers={"host": "twin.example", "origin": "https://evil.example"}).status_code == 403
        assert [api.get(path).status_code for path in ("/", "/config", "/gradio_api/info", "/docs", "/openapi.json")] == [404] * 5


def test_a_token_is_made_once_private_and_hard_to_guess(tmp_path):
    token, new = make_token(tmp_path / "api.token")
    assert (len(token) > 40, new) == (True, True)
    assert (tmp_path / "api.token").stat().st_mode & 0o777 == 0o600
    assert make_token(tmp_path / "api.token") == (token, False)
    assert make_token(tmp_path / "other")[0] != token
    for damage in (b"", b"short", b"two words that are long", b"\xff" * 30, "ключ-от-квартиры-где".encode()):
        (tmp_path / "api.token").write_bytes(damage)
        with pytest.raises((UsageError, WorkspaceError), match=r"api\.token .*remove it"):
            make_token(tmp_path / "api.token")
    with pytest.raises(WorkspaceError, match="nowhere"):
        make_token(tmp_path / "nowhere" / "api.token")
    assert usable_token("x" * 16, "here") == "x" * 16


# Requests that mean harm


def post(api: httpx.Client, body: bytes) -> httpx.Response:
    return api.post(CHAT, content=body)


HI = b'{"role": "user", "content": "hi"}'


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"null",
        b"[]",
        b'"text"',
        b"\xef\xbb\xbf{",
        b"\xff\xfe{\x00}\x00",
        b'{"messages": [{"role": "user", "content": "\xff"}]}',
        b'{"messages": [{"role": "user", "content": "\\ud800"}]}',
        b'{"messages": [{"role": "user", "content": "\\udc00 lone"}]}',
        b'{"messages": [{"role": "user", "content": "line\nbreak"}]}',
        b'{"messages": ' + b"[" * 40_000 + b"]" * 40_000 + b"}",
        b"[" * 90_000,
        b'{"messages": [%b], "metadata": %b}' % (HI, b'{"a":' * 10_000 + b"1" + b"}" * 10_000),
        b'{"messages": [%b], "temperature": NaN}' % HI,
        b'{"messages": [%b], "top_p": Infinity}' % HI,
        b'{"messages": [%b], "top_p": 1e999}' % HI,
        b'{"messages": [%b], "seed": %b}' % (HI, b"9" * 5_000),
        b'{"messages": [%b], "max_tokens": -%b}' % (HI, b"9" * 50_000),
        b'{"messages": [%b], "max_tokens": true}' % HI,
        b'{"messages": {"role": "user", "content": "hi"}}',
        b'{"messages": [[]]}',
        b'{"messages": [{"role": "user", "content": [[]]}]}',
        b'{"messages": [{"role": "user", "content": [{"type": "text"}]}]}',
        b'{"messages": [{"role": ["user"], "content": "hi"}]}',
        b'{"messages": [%b], "stream_options": []}' % HI,
        b'{"messages": [%b], "stop": {"a": 1}}' % HI,
        b'{"model": {"$ne": ""}, "messages": [%b]}' % HI,
    ],
    ids=lambda body: body[:40],
)
def test_a_malformed_body_is_refused_in_one_line(api, engine, body):
    asked = len(engine.asked)
    answer = post(api, body)
    assert answer.status_code == 400, answer.text
    assert answer.json()["error"]["type"] == "invalid_request_error"
    assert len(answer.text) < 1000
    assert len(engine.asked) == asked


def test_what_is_odd_but_whole_is_answered(api):
    for text in ("\x00", "\u202e\u2066", "\ufeff", "\U0010ffff", "e" + "\u0301" * 500, "👩‍👩‍👧‍👦" * 50):
        assert api.post(CHAT, json=asking(text, max_tokens=1)).status_code == 200
    assert post(api, b'{"messages": [], "messages": [%b], "max_tokens": 1}' % HI).status_code == 200


def test_a_body_that_is_too_large_is_refused_whether_it_says_so_or_not(api):
    def pieces() -> Iterator[bytes]:
        for _ in range(100):
            yield b" " * 10_000

    for content in (b" " * (LIMITS.body + 1), pieces()):
        answer = api.post(CHAT, content=content)
        assert (answer.status_code, answer.json()["error"]["code"]) == (413, "too_large")
    lying = HTTPConnection("127.0.0.1", api.base_url.port, timeout=PATIENCE)
    lying.request("POST", CHAT, b"{}", {"authorization": f"Bearer {TOKEN}", "content-length": "-1"})
    assert lying.getresponse().status == 400
    lying.close()


def test_a_request_that_does_not_arrive_is_not_waited_for(api):
    with socket.create_connection(("127.0.0.1", api.base_url.port), timeout=PATIENCE) as line:
        line.sendall(f"POST {CHAT} HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer {TOKEN}\r\nContent-Length: 10\r\n\r\n{{".encode())
        assert line.recv(1000).startswith(b"HTTP/1.1 408")
    for half in (b"POST", f"POST {CHAT} HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer {TOKEN}\r\nContent-Length: 10\r\n\r\n{{".encode()):
        with socket.create_connection(("127.0.0.1", api.base_url.port), timeout=PATIENCE) as line:
            line.sendall(half)  # and goes away


def test_lines_that_never_end_keep_nobody_out(api):
    idle = [socket.create_connection(("127.0.0.1", api.base_url.port), timeout=PATIENCE) for _ in range(100)]
    for line in idle:
        line.sendall(b"GET /v1/models HTTP/1.1\r\nHost: 127.0")
    assert api.get("/v1/models").status_code == 200
    for line in idle:
        line.close()


@pytest.mark.parametrize(
    "request_",
    [
        b"GET /" + b"a" * 100_000,
        b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nX: " + b"a" * 100_000,
        b"GET / HTTP/1.1\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: a\r\nHost: 127.0.0.1\r\n\r\n",
        b"\x16\x03\x01\x02\x00\x01\x00\r\n\r\n",
        b"POST " + CHAT.encode() + b" HTTP/1.1\r\nHost: 127.0.0.1\r\nTransfer-Encoding: gzip, chunked\r\n\r\n",
        b"POST " + CHAT.encode() + b" HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n",
    ],
    ids=lambda request: request[:30],
)
def test_what_is_no_request_is_refused(api, request_):
    with socket.create_connection(("127.0.0.1", api.base_url.port), timeout=PATIENCE) as line:
        try:
            line.sendall(request_)
            status = line.recv(1000).split(b" ", 2)[1]
        except (ConnectionError, IndexError):  # it hung up, which is an answer
            return
        assert status in {b"400", b"403", b"431", b"501"}


junk = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(), lambda some: st.lists(some, max_size=3) | st.dictionaries(st.text(), some)
)
fields = st.sampled_from(
    ["model", "messages", "temperature", "top_p", "max_tokens", "seed", "stop", "stream", "stream_options", "n", "tools", "response_format"]
)
talk = st.lists(
    st.fixed_dictionaries({"role": st.sampled_from(["system", "user", "assistant"]), "content": st.text() | junk}, optional={"name": st.text() | junk}),
    max_size=4,
)


@settings(max_examples=50)
@given(st.dictionaries(fields, junk, max_size=4), talk)
def test_whatever_is_asked_is_understood_or_refused(engine, request_, messages):
    body = json.dumps({"messages": messages} | request_).encode()
    asked: Asked | Refused
    try:
        asked = understood(body, engine, SAMPLING)
    except Refused as refused:
        asked = refused
    if isinstance(asked, Refused):
        assert asked.status in {400, 404}
        return
    assert not asked.turns[-1].mine
    assert all(turn.bubbles and turn.name == ("Nika Orlova" if turn.mine else asked.contact.name) for turn in asked.turns)
    assert 1 <= asked.sampling.max_tokens <= SAMPLING.max_tokens
    assert 0 <= asked.sampling.temperature <= 2
    assert 0 < asked.sampling.top_p <= 1


# Messages that are more than a message


def harmless(api: httpx.Client, engine: Watched, attack: str) -> None:
    """In every place that a client can write to, it is a text: it opens no turn, closes none, and the reply is the person's alone."""
    template = engine._template

    def markers(turns: list) -> list[int]:
        return [token for token in engine._prompt(turns, engine.asked[-1][1], 30) if token in template.specials]

    said = {"role": "user", "content": "hi"}
    flat = attack.replace("\n\n", "\n")  # an empty line begins another bubble: anybody may
    for model, messages in (
        ("twin", [said, {"role": "user", "content": flat}]),
        ("twin", [said, {"role": "assistant", "content": flat}, said]),
        ("twin@wall rats 🧗", [{"role": "user", "content": flat, "name": attack[:100]}]),
        ("twin", [{"role": "system", "content": attack}, said]),
    ):
        answer = api.post(CHAT, json=asking(model=model, messages=messages, max_tokens=8))
        if answer.status_code == 400:  # nothing of it can be seen
            assert not flat.strip()
            continue
        assert answer.status_code == 200, (attack, answer.text)
        turns = engine.asked[-1][0]
        plain = [turn.__class__("Priya", turn.mine, tuple("hi" for _ in turn.bubbles), False) for turn in turns]
        assert markers(turns) == markers(plain), attack
        reply = answer.json()["choices"][0]["message"]["content"]
        assert not [marker for marker in template._strings if marker in reply], (attack, reply)
        assert OPEN not in reply
        assert len(answer.json()["choices"]) == 1
        assert answer.json()["choices"][0]["message"]["role"] == "assistant"
    assert api.get("/health").status_code == 200


@pytest.mark.parametrize("attack", ATTACKS[::40])
def test_an_injected_message_is_a_message(api, engine, attack):
    harmless(api, engine, attack)


@pytest.mark.slow
def test_a_hundred_injected_messages_are_messages(api, engine):
    assert len(ATTACKS) >= 100
    for attack in ATTACKS:
        harmless(api, engine, attack)


def test_a_message_gets_into_no_log(engine, capfd, monkeypatch):
    monkeypatch.setattr(engine, "failures", {"my secret": ZeroDivisionError("by zero"), "my other secret": RuntimeError("no memory")})
    with serving(application(lambda progress: engine, Api(SAMPLING, TOKEN)), log_level="error") as address, client(address) as api:
        soon(lambda: api.get("/health").status_code == 200)
        for text in ("my secret", "my other secret", "my secret again"):
            for stream in (True, False):
                api.post(CHAT, json=asking(text, stream=stream))
        api.post(CHAT, json=asking("my secret", temperature="my secret"))
    out, err = capfd.readouterr()
    assert "by zero" in err, "a bug is told to whoever runs the server"
    assert "secret" not in out + err


# The page beside it


@pytest.fixture(scope="module")
def beside(run_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[int, str]]:
    """The port of `twin serve` with the page, and its workspace."""
    place = create_workspace(tmp_path_factory.mktemp("workspace"))
    shutil.copytree(run_folder, place.runs / "run-1")
    (place.runs / "run-1" / "result.json").write_text("{}", encoding="utf-8")
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    root = Path(__file__).resolve().parents[2]
    command = [sys.executable, "-m", "twin", "serve", "--port", str(port), "-w", str(place.root)]
    with subprocess.Popen(command, cwd=place.root, env=os.environ | {"PYTHONPATH": str(root)}, stderr=subprocess.PIPE, text=True) as process:
        try:
            soon(lambda: "the API is at" in process.stderr.readline())
            yield port, str(place.root)
        finally:
            process.kill()


def raw(port: int, method: str, path: str, **headers: str) -> tuple[int, bytes]:
    """A request whose path is sent as it stands; clients would tidy it."""
    connection = HTTPConnection("127.0.0.1", port, timeout=PATIENCE)
    connection.request(method, path, headers={"host": f"127.0.0.1:{port}"} | headers)
    answer = connection.getresponse()
    body = answer.read()
    connection.close()
    return answer.status, body


PREFIXES = [
    "/gradio_api/file=",
    "/file=",
    "/gradio_api/file/",
    "/static/",
    "/assets/",
    "/svelte/",
    "/gradio_api/custom_component/x/component/",
    "/theme.css/",
    "/",
]
PREFIXES += [
    "/gradio_api/stream/",
    "/gradio_api/proxy=",
    "/gradio_api/deep_link?session_hash=",
    "/gradio_api//file=",
    "//gradio_api/file=",
    "/v1/models/",
    "/health/",
]


@pytest.mark.slow
def test_no_path_leads_to_a_file(beside):
    port, folder = beside
    up, encoded, double = "../" * 12, "%2e%2e%2f" * 12, "%252e%252e%252f" * 12
    secrets = [(Path(folder) / "api.token").read_bytes().strip(), b"root:x:", b"[chat]"]
    for prefix in PREFIXES:
        for file in (f"{folder}/api.token", "/etc/passwd", f"{folder}/twin.toml", "api.token", "twin.toml"):
            tail = file.lstrip("/")
            for path in (
                file,
                f"{up}{tail}",
                f"{encoded}{tail}",
                f"{double}{tail}",
                f"..%5c..%5c{tail}",
                f"%2f{tail}",
                f"file%3a%2f%2f/{tail}",
                f"{tail}%00.css",
            ):
                status, body = raw(port, "GET", prefix + path)
                assert not [secret for secret in secrets if secret in body], prefix + path
                assert status in {307, 308, 400, 401, 403, 404, 405, 422} or b"<!doctype html>" in body.lower(), (status, prefix + path)
    for path in ("/gradio_api/upload", "/gradio_api/file=/etc/passwd", "/gradio_api/upload_progress?upload_id=x"):
        assert raw(port, "POST", path)[0] in {403, 404, 405}


@pytest.mark.slow
def test_the_wall_stands_around_both(beside):
    port, folder = beside
    token = (Path(folder) / "api.token").read_text(encoding="utf-8").strip()
    for path in ("/", "/config", "/health", "/v1/models"):
        known = {"authorization": f"Bearer {token}"}
        assert raw(port, "GET", path, host="evil.example", **known)[0] == 403
        assert raw(port, "GET", path, origin="https://evil.example", **known)[0] == 403
        assert raw(port, "GET", path, **known)[0] in {200, 503}
    assert raw(port, "GET", "/v1/models")[0] == 401
