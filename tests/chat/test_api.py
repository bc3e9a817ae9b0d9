"""The API as its clients meet it: a real server on loopback with the real engine, asked by httpx, by the `openai` package and by `llm`."""

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.client import HTTPConnection
from pathlib import Path
from urllib.parse import quote

import httpx
import openai
import psutil
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.serving import PATIENCE, TOKEN, Watched, asking, client, serving, soon
from twin.chat.api import Api, Limits, application
from twin.chat.desk import settled, until
from twin.chat.people import BASE, Contact
from twin.cli import main
from twin.errors import ModelError
from twin.model.sampling import Sampling
from twin.schema import ChatKind, Turn
from twin.workspace import create_workspace

ROOT = Path(__file__).resolve().parents[2]
NIKA, PRIYA = "Nika Orlova", Contact("Priya")
SAMPLING = Sampling(temperature=1.5, max_tokens=24)
AS_USUAL = Limits()


@pytest.fixture(scope="module")
def engine(run_folder: Path) -> Watched:
    return Watched(run_folder)


@contextmanager
def served(engine: Watched, limits: Limits = AS_USUAL) -> Iterator[httpx.Client]:
    """A client of a server that is ready."""
    with serving(application(lambda progress: engine, Api(SAMPLING, TOKEN, limits))) as address, client(address) as ready:
        soon(lambda: ready.get("/health").status_code == 200)
        yield ready


@pytest.fixture(scope="module")
def api(engine: Watched) -> Iterator[httpx.Client]:
    with served(engine) as ready:
        yield ready


def ask(api: httpx.Client, *text: str, **more: object) -> httpx.Response:
    return api.post("/v1/chat/completions", json=asking(*text, **more))


def said(answer: httpx.Response) -> str:
    assert answer.status_code == 200, answer.text
    return str(answer.json()["choices"][0]["message"]["content"])


def events(lines: Iterator[str]) -> Iterator[dict]:
    """The chunks of a stream, which must end as it should."""
    data = [line.removeprefix("data: ") for line in lines if line]
    assert data.pop() == "[DONE]"
    yield from map(json.loads, data)


def streamed(api: httpx.Client, *text: str, **more: object) -> list[dict]:
    with api.stream("POST", "/v1/chat/completions", json=asking(*text, stream=True, **more)) as answer:
        assert answer.status_code == 200, answer.read()
        assert answer.headers["content-type"].startswith("text/event-stream")
        return list(events(answer.iter_lines()))


def pieces(chunks: list[dict]) -> list[str]:
    return [text for chunk in chunks for choice in chunk["choices"] if (text := choice["delta"].get("content"))]


def heard(engine: Watched) -> list[Turn]:
    return engine.asked[-1][0]


# What an answer is


def test_the_models_are_the_voices_and_the_contacts(api, engine):
    run = engine.voices[0]
    listed = api.get("/v1/models").json()
    assert listed["object"] == "list"
    assert [model["id"] for model in listed["data"]] == [run, BASE, f"{run}@Priya", f"{run}@Мама", f"{run}@wall rats 🧗"]
    assert api.get(f"/v1/models/{quote(f'{run}@Мама')}").json()["id"] == f"{run}@Мама"
    assert api.get("/v1/models/gpt-9").status_code == 404


def test_a_reply_has_the_form_and_its_bubbles_are_parted_by_a_blank_line(api, engine):
    answer = ask(api, "say it twice").json()
    *_, bubbles = engine.reply([Turn("Priya", False, ("say it twice",), False)], PRIYA, Sampling(1.5, max_tokens=6, seed=1))
    assert len(bubbles) > 1
    (choice,) = answer["choices"]
    assert choice["message"]["role"] == "assistant"
    assert choice["message"]["content"] == "\n\n".join(bubbles)
    assert (answer["object"], answer["model"]) == ("chat.completion", "twin")
    assert answer["usage"]["total_tokens"] == answer["usage"]["prompt_tokens"] + answer["usage"]["completion_tokens"]
    assert said(ask(api, "say it twice", stop="\n\n")) == bubbles[0]


def test_a_stream_begins_with_the_role_grows_and_ends_as_the_whole(api):
    chunks = streamed(api, max_tokens=24)
    assert chunks[0]["choices"][0]["delta"] == {"role": "assistant", "content": ""}
    assert len(pieces(chunks)) > 2
    whole = ask(api, max_tokens=24)
    assert "".join(pieces(chunks)) == said(whole)
    assert [choice["finish_reason"] for chunk in chunks for choice in chunk["choices"]] == [
        *[None] * (len(chunks) - 1),
        whole.json()["choices"][0]["finish_reason"],
    ]
    assert len({chunk["id"] for chunk in chunks}) == 1
    assert {chunk["object"] for chunk in chunks} == {"chat.completion.chunk"}
    assert not any("usage" in chunk for chunk in chunks)


def test_the_tokens_are_counted_where_they_are_asked_for(api):
    chunks = streamed(api, stream_options={"include_usage": True})
    assert chunks[-1]["choices"] == []
    assert chunks[-1]["usage"] == ask(api).json()["usage"]
    assert all(chunk["usage"] is None for chunk in chunks[:-1])


def ending(answer: httpx.Response) -> tuple[str, int]:
    """Why a reply ended, and how many tokens were drawn for it."""
    return answer.json()["choices"][0]["finish_reason"], answer.json()["usage"]["completion_tokens"]


def test_a_reply_is_whole_with_as_many_tokens_as_it_needs_and_cut_with_one_less(api):
    seen = set()
    for seed in range(100):
        if len(seen) == 2:
            break
        finish, drawn = ending(whole := ask(api, seed=seed, max_tokens=24))
        seen.add(finish)
        if finish == "length":
            assert drawn == 24
            continue
        assert ending(again := ask(api, seed=seed, max_tokens=drawn)) == ("stop", drawn)
        assert said(again) == said(whole)
        assert ending(ask(api, seed=seed, max_tokens=drawn - 1)) == ("length", drawn - 1)
    assert seen == {"stop", "length"}


def test_the_tokens_of_the_whole_prompt_are_counted(api, engine):
    for text, memories in (("hello there", ()), ("привет " * 400, ()), ("hello there", ("it rained all day",))):
        with pytest.MonkeyPatch.context() as patched:
            patched.setattr(engine, "recall", lambda turns, contact, memories=memories: memories)
            usage = ask(api, text, max_tokens=6).json()["usage"]
        assert usage["prompt_tokens"] == len(engine._prompt([Turn("Priya", False, (text.strip(),), False)], PRIYA, 6, memories))
        assert usage["total_tokens"] == usage["prompt_tokens"] + usage["completion_tokens"]


def test_messages_become_turns(api, engine):
    ask(
        api,
        messages=[
            {"role": "system", "content": "You are a pirate."},
            {"role": "user", "content": "one\n\ntwo", "name": "somebody"},
            {"role": "user", "content": [{"type": "text", "text": "three"}, {"type": "text", "text": "lines"}]},
            {"role": "assistant", "content": "yes\n\nno"},
            {"role": "assistant", "content": "and"},
            {"role": "assistant", "content": None},
            {"role": "developer", "content": "Be brief."},
            {"role": "user", "content": "  "},
            {"role": "user", "content": ">>ANSWER<< four"},
        ],
        tool_choice="none",
        user="42",
        metadata={"a": [1]},
    )
    assert heard(engine) == [
        Turn("Priya", False, ("one", "two", "three\nlines"), False),
        Turn(NIKA, True, ("yes", "no", "and"), False),
        Turn("Priya", False, (">>ANSWER<< four",), False),
    ]


@pytest.mark.parametrize(
    ("model", "contact", "voice"),
    [
        ("twin", PRIYA, 0),
        ("", PRIYA, 0),
        ("@мама", Contact("Мама"), 0),
        ("twin@wall rats 🧗", Contact("wall rats 🧗", ChatKind.GROUP), 0),
        ("base", PRIYA, 1),
        ("base@Мама", Contact("Мама"), 1),
    ],
)
def test_a_model_names_who_answers_and_whom(api, engine, model, contact, voice):
    ask(api, model=model)
    assert engine.asked[-1][1::2] == (contact, engine.voices[voice])


def test_in_a_group_the_speakers_have_their_names(api, engine):
    messages = [{"role": "user", "content": "hi", "name": "Zoya"}, {"role": "user", "content": "hey"}]
    ask(api, model="twin@wall rats 🧗", messages=messages)
    assert heard(engine) == [Turn("Zoya", False, ("hi",), False), Turn("Guest", False, ("hey",), False)]


def test_how_tokens_are_drawn_is_the_clients_choice_within_limits(api, engine):
    def drawn(**options: object) -> Sampling:
        assert ask(api, **options).status_code == 200
        return engine.asked[-1][2]

    assert drawn(max_tokens=None, seed=None) == SAMPLING
    assert drawn(temperature=0.5, top_p=0.3, seed=7) == Sampling(0.5, 0.3, max_tokens=6, seed=7)
    assert drawn(max_tokens=10_000).max_tokens == SAMPLING.max_tokens
    assert drawn(max_tokens=None, max_completion_tokens=3).max_tokens == 3
    for cold in ({"temperature": 0}, {"temperature": 1e-300}, {"top_p": 0}, {"top_p": 1e-300}):  # which would divide by nothing, or leave no token
        assert said(ask(api, **cold)) == said(ask(api, **cold, seed=2))


def test_long_conversations_are_answered_by_their_newest_turns(api, engine):
    long = [{"role": role, "content": f"{number} " + "word " * 100} for number in range(900) for role in ("user", "assistant")]
    assert ask(api, messages=[*long, {"role": "user", "content": "the end"}]).status_code == 200
    assert heard(engine)[-1].bubbles == ("the end",)
    assert 50 < len(heard(engine)) < 100


# Stops


def test_a_stop_ends_the_reply_before_it(api):
    whole = said(ask(api, max_tokens=24))
    stop = whole[len(whole) // 2 :][:3]
    for cut in (ask(api, max_tokens=24, stop=stop).json(), ask(api, max_tokens=24, stop=["never said", stop]).json()):
        assert cut["choices"][0]["message"]["content"] == whole[: whole.index(stop)].rstrip()
        assert cut["choices"][0]["finish_reason"] == "stop"
        assert 0 < cut["usage"]["completion_tokens"] <= 24, "what was drawn until then"
    assert "".join(pieces(streamed(api, max_tokens=24, stop=stop))) == whole[: whole.index(stop)].rstrip()


@given(st.lists(st.text("ab \n", min_size=1, max_size=3), max_size=8), st.lists(st.text("ab\n", min_size=1, max_size=3), max_size=3))
def test_nothing_of_a_stop_is_sent_and_nothing_before_it_is_lost(parts, stops):
    sent, text = "", ""
    for part in parts:
        text += part
        whole, ended = until(text, stops)
        piece = whole if ended else settled(whole, stops)
        if piece.startswith(sent):
            sent = piece
        assert not any(stop in sent for stop in stops)
        if ended:
            break
    assert sent.rstrip() == until(text, stops)[0].rstrip() or any(text.endswith(stop[:size]) for stop in stops for size in range(1, len(stop)))


# Refusals


@pytest.mark.parametrize(
    ("change", "status", "param", "code"),
    [
        ({"model": "gpt-9"}, 404, "model", "model_not_found"),
        ({"model": "twin@Nobody"}, 404, "model", "model_not_found"),
        ({"model": 5}, 400, "model", "invalid_value"),
        ({"messages": []}, 400, "messages", "invalid_value"),
        ({"messages": [{"role": "user", "content": "a"}] * 2001}, 400, "messages", "invalid_value"),
        ({"messages": [{"role": "user", "content": "a" * 32_001}]}, 400, "messages.0.content", "invalid_value"),
        ({"messages": [{"role": "system", "content": "a"}]}, 400, "messages", "invalid_value"),
        ({"messages": [{"role": "assistant", "content": "a"}]}, 400, "messages", "invalid_value"),
        ({"messages": [{"role": "tool", "content": "a", "tool_call_id": "1"}]}, 400, "messages.0.role", "invalid_value"),
        ({"messages": [{"role": "user", "content": [{"type": "image_url", "image_url": {"url": "x"}}]}]}, 400, "messages.0.content", "unsupported_parameter"),
        ({"messages": [{"role": "user", "content": {"text": "a"}}]}, 400, "messages.0.content", "invalid_value"),
        ({"n": 2}, 400, "n", "unsupported_parameter"),
        ({"tools": [{"type": "function"}]}, 400, "tools", "unsupported_parameter"),
        ({"response_format": {"type": "json_object"}}, 400, "response_format", "unsupported_parameter"),
        ({"logprobs": True}, 400, "logprobs", "unsupported_parameter"),
        ({"temperature": 2.1}, 400, "temperature", "invalid_value"),
        ({"temperature": "hot"}, 400, "temperature", "invalid_value"),
        ({"top_p": -1}, 400, "top_p", "invalid_value"),
        ({"max_tokens": 0}, 400, "max_tokens", "invalid_value"),
        ({"seed": 1 << 64}, 400, "seed", "invalid_value"),
        ({"stop": ["a", "b", "c", "d", "e"]}, 400, "stop", "invalid_value"),
        ({"stop": ""}, 400, "stop", "invalid_value"),
        ({"stream": "yes"}, 400, "stream", "invalid_value"),
    ],
)
def test_what_cannot_be_done_is_refused_in_the_form_that_clients_know(api, change, status, param, code):
    answer = ask(api, **change)
    error = answer.json()["error"]
    assert (answer.status_code, error["param"], error["code"]) == (status, param, code)
    assert set(error) == {"message", "type", "param", "code"}
    assert "\n" not in error["message"]


def test_what_asks_for_nothing_more_is_not_refused(api):
    assert ask(api, n=1, tools=[], response_format={"type": "text"}, modalities=["text"], logprobs=False, stop=None).status_code == 200


def test_until_the_twin_is_there_it_says_so(engine):
    there, told = threading.Event(), "loading the adapter of run-1"

    def load(progress: Callable[[str], None]) -> Watched:
        progress(told)
        assert there.wait(PATIENCE)
        return engine

    with serving(application(load, Api(SAMPLING, TOKEN))) as address, client(address) as api:
        soon(lambda: told in ask(api).text)
        assert api.get("/health").json() == {"status": "loading"}
        for answer in (ask(api), api.get("/v1/models")):
            assert (answer.status_code, answer.headers["retry-after"]) == (503, "2")
        there.set()
        soon(lambda: api.get("/health").json() == {"status": "ready"})
        assert ask(api).status_code == 200


def test_a_twin_that_cannot_be_loaded_is_no_secret_to_its_clients_alone():
    def load(progress: Callable[[str], None]) -> Watched:
        raise ModelError("/home/nika/adapter is gone")

    with serving(application(load, Api(SAMPLING, TOKEN))) as address, client(address) as api, client(address, "") as stranger:
        soon(lambda: stranger.get("/health").json() == {"status": "failed"})
        assert "adapter is gone" in ask(api).json()["error"]["message"]
        assert "nika" not in ask(stranger).text


def test_a_reply_that_breaks_off_is_an_error_and_the_next_is_none(api, engine, monkeypatch):
    monkeypatch.setattr(engine, "failures", {"too much": RuntimeError("out of memory"), "a bug": ZeroDivisionError("by zero")})
    for text, code in (("too much", "broken"), ("a bug", "bug")):
        answer = ask(api, text)
        assert (answer.status_code, answer.json()["error"]["code"]) == (500, code)
        assert ask(api, text, stream=True).status_code == 500
    with api.stream("POST", "/v1/chat/completions", json=asking("forever, but broken", stream=True)) as answer:
        last = [line for line in answer.iter_lines() if line][-1]
    assert json.loads(last.removeprefix("data: "))["error"]["message"] == "the reply broke off: out of memory: 8 GB"
    assert ask(api).status_code == 200


# Many at once


def test_eight_clients_are_answered_at_once(engine):
    begun: list[int] = []
    met = threading.Barrier(8, timeout=PATIENCE)

    def talk(number: int) -> None:
        with client(str(api.base_url)) as mine, mine.stream("POST", "/v1/chat/completions", json=asking(f"forever {number}", stream=True)) as answer:
            texts = (line for line in answer.iter_lines() if '"content":' in line and '"content":""' not in line)
            next(texts)
            met.wait()  # every one of them has something, and none has ended
            next(texts)
            begun.append(number)

    with served(engine) as api:
        threads = [threading.Thread(target=talk, args=(number,)) for number in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert sorted(begun) == list(range(8))
        soon(lambda: engine.endless == 0)


def begun(api: httpx.Client, **more: object) -> HTTPConnection:
    """A connection on which a reply without an end was asked for."""
    connection = HTTPConnection("127.0.0.1", api.base_url.port, timeout=PATIENCE)
    connection.request("POST", "/v1/chat/completions", json.dumps(asking("forever", **more)), {"authorization": f"Bearer {TOKEN}"})
    return connection


@pytest.mark.parametrize("stream", [True, False])
def test_a_client_that_goes_away_frees_its_place(engine, stream):
    with served(engine, Limits(active=1, waiting=0)) as api:
        for _ in range(3):
            leaving = begun(api, stream=stream)
            soon(lambda: engine.endless == 1)
            refused = ask(api)
            assert (refused.status_code, refused.json()["error"]["type"], refused.headers["retry-after"]) == (429, "rate_limit_error", "5")
            leaving.close()
            soon(lambda: engine.endless == 0)
            soon(lambda: ask(api).status_code == 200)


def test_those_who_wait_are_answered_in_their_order_and_those_who_left_not_at_all(engine):
    with served(engine, Limits(active=1, waiting=5)) as api:
        first, before = begun(api, stream=True), len(engine.asked) + 1
        soon(lambda: engine.endless == 1)
        leaving = begun(api)
        time.sleep(0.2)  # so that they come one after another
        threads = [threading.Thread(target=ask, args=(api, f"number {number}")) for number in range(4)]
        for thread in threads:
            thread.start()
            time.sleep(0.1)
        assert ask(api).status_code == 429
        leaving.close()
        time.sleep(0.1)
        first.close()
        for thread in threads:
            thread.join()
        assert [turns[-1].bubbles[-1] for turns, *_ in engine.asked[before:]] == [f"number {number}" for number in range(4)]


def test_a_reply_without_an_end_is_ended(engine):
    with served(engine, Limits(seconds=0.3)) as api:
        answer = ask(api, "forever").json()
        assert answer["choices"][0]["finish_reason"] == "length"
        assert answer["choices"][0]["message"]["content"]
        assert streamed(api, "forever")[-1]["choices"][0]["finish_reason"] == "length"


@pytest.mark.parametrize("stream", [True, False])
def test_who_waited_too_long_is_told_so(engine, monkeypatch, stream):
    with served(engine, Limits(active=1, seconds=0.2, grace=0.1)) as api:
        monkeypatch.setattr(engine, "gate", threading.Event())
        for _ in range(2):  # the one whose turn it is, and one that waits
            late = ask(api, stream=stream)
            assert (late.status_code, late.json()["error"]["code"], late.headers["retry-after"]) == (503, "timeout", "10")
        engine.gate.set()
        soon(lambda: ask(api, stream=stream).status_code == 200)


# Real clients


def test_the_openai_package_talks_to_it(api, engine):
    with openai.OpenAI(base_url=f"{api.base_url}/v1", api_key=TOKEN, max_retries=0, http_client=None) as remote:
        assert [model.id for model in remote.models.list()][:2] == list(engine.voices)
        asked = {"model": "twin", "messages": [{"role": "user", "content": "hello there"}], "seed": 1, "max_tokens": 12}
        answer = remote.chat.completions.create(**asked)
        chunks = list(remote.chat.completions.create(**asked, stream=True, stream_options={"include_usage": True}))
        assert "".join(chunk.choices[0].delta.content or "" for chunk in chunks if chunk.choices) == answer.choices[0].message.content
        assert chunks[-1].usage == answer.usage
        with pytest.raises(openai.NotFoundError, match="no such model"):
            remote.chat.completions.create(**asked | {"model": "gpt-9"})
        with pytest.raises(openai.AuthenticationError):
            remote.with_options(api_key="wrong").models.list()


@pytest.fixture
def workspace(run_folder: Path, tmp_path: Path) -> Path:
    place = create_workspace(tmp_path / "mine")
    shutil.copytree(run_folder, place.runs / "run-1")
    (place.runs / "run-1" / "result.json").write_text("{}", encoding="utf-8")
    return place.root


@contextmanager
def twin_serve(workspace: Path, *options: str, **environment: str) -> Iterator[tuple[str, list[str], subprocess.Popen[str]]]:
    """`twin serve` as a process: its address, what it said until then, and the process."""
    command = [sys.executable, "-m", "twin", "serve", "--port", str(free_port()), "--workspace", str(workspace), *options]
    env = os.environ | {"PYTHONPATH": str(ROOT), "OMP_NUM_THREADS": "1"} | environment
    with subprocess.Popen(command, env=env, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        try:
            lines: list[str] = []
            for line in process.stderr:
                lines.append(line)
                if "the API is at " in line:
                    break
            yield lines[-1].split("the API is at ")[1].split("/v1")[0], lines, process
        finally:
            process.kill()


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])


@pytest.mark.slow
def test_llm_chats_through_twin_serve(workspace, tmp_path):
    def llm(*arguments: str) -> str:
        done = subprocess.run(
            [sys.executable, "-m", "llm", *arguments],
            env=os.environ | {"LLM_USER_PATH": str(home)},
            capture_output=True,
            text=True,
            check=False,
            timeout=PATIENCE,
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    home = tmp_path / "llm"
    home.mkdir()
    with twin_serve(workspace) as (address, lines, process):
        token = (workspace / "api.token").read_text(encoding="utf-8").strip()
        assert (workspace / "api.token").stat().st_mode & 0o777 == 0o600
        assert sum(token in line for line in lines) == 1
        with client(address, "") as api:
            soon(lambda: api.get("/health").status_code == 200)
            assert api.get("/").status_code == 200  # the page
        models = [f"- model_id: {name}\n  model_name: {model}\n  api_base: {address}/v1\n  api_key_name: twin\n" for name, model in MODELS.items()]
        (home / "extra-openai-models.yaml").write_text("".join(models), encoding="utf-8")
        (home / "keys.json").write_text(json.dumps({"twin": token}), encoding="utf-8")
        first = llm("-m", "nika", "-o", "seed", "3", "hello there")
        assert first.strip()
        assert llm("-m", "nika", "-o", "seed", "3", "--no-stream", "hello there") == first
        assert llm("-m", "nika", "--continue", "and how are you?").strip()
        assert llm("-m", "mama", "-s", "You are a pirate.", "привет").strip()
        logged = json.loads(llm("logs", "--json", "-n", "0"))
        assert {entry["model"] for entry in logged} == {"nika", "mama"}
        assert all(entry["output_tokens"] for entry in logged)
        process.send_signal(signal.SIGINT)
        assert process.wait(PATIENCE) == 0
        assert process.stdout.read() == process.stderr.read() == ""
    with twin_serve(workspace, "--no-page") as (address, lines, _):
        assert not any(token in line for line in lines), "the token is shown once"
        with client(address, token) as api:
            soon(lambda: api.get("/health").status_code == 200)
            assert ask(api).status_code == 200
            assert api.get("/").status_code == 404


MODELS = {"nika": "run-1", "mama": "run-1@Мама"}


@pytest.mark.slow
def test_a_thousand_requests_leave_memory_as_it_was(workspace):
    with twin_serve(workspace, "--no-page", TWIN_API_TOKEN=TOKEN) as (address, _, process), client(address) as api:
        soon(lambda: api.get("/health").status_code == 200)

        def answered(count: int) -> int:
            for number in range(count):
                if number % 10 == 3:
                    with api.stream("POST", "/v1/chat/completions", json=asking("hello " * 50, stream=True)) as answer:
                        next(answer.iter_lines())  # and goes away
                else:
                    assert ask(api, f"hello {number}", stream=number % 2 == 0, max_tokens=3).status_code == 200
            return psutil.Process(process.pid).memory_info().rss

        before = answered(200)
        assert answered(1000) < before + 16_000_000
        assert not (workspace / "api.token").exists()


def test_serve_refuses_what_would_be_unsafe(workspace, capsys, monkeypatch):
    def refused(*options: str) -> str:
        with pytest.raises(SystemExit) as ended:
            main(["serve", "--workspace", str(workspace), "--no-page", *options])
        assert ended.value.code == 2
        return capsys.readouterr().err.splitlines()[-1]

    monkeypatch.setattr("twin.chat.engine.Engine", lambda *_: pytest.fail("loaded"))
    for host in ("0.0.0.0", "", "192.168.1.7", "::", "example.org"):
        assert "--outside" in refused("--host", host)
    monkeypatch.setenv("TWIN_API_TOKEN", "secret")
    assert "TWIN_API_TOKEN holds no token" in refused()
    monkeypatch.delenv("TWIN_API_TOKEN")
    (workspace / "api.token").write_text("x", encoding="utf-8")
    assert "api.token holds no token" in refused()
