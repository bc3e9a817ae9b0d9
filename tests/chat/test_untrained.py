"""`twin chat` without training, from an import to a reply: who answers, what they are shown, and what is never sent."""

import io
import json
import subprocess
import sys
import threading
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from tests.chat.serving import ModelServer, model_server
from tests.exports import ANNA, BORIS, ME, account, chat, message, write
from twin.chat.people import Contact
from twin.chat.remote import Served
from twin.cli import main

WORDS = "apple banana cherry damson elder fig grape hazel ivy juniper kiwi lemon".split()


@pytest.fixture
def server() -> Iterator[ModelServer]:
    with model_server(lambda asked: ["ok\n", "see you"]) as server:
        yield server


@pytest.fixture(autouse=True)
def _imported(capsys: pytest.CaptureFixture[str]) -> None:
    """A workspace with two chats, and no dataset: each day somebody asks, and Mira answers in words of that day."""

    def talk(contact: int, mark: str) -> list[dict[str, object]]:
        return [
            message(2 * number + place, (contact, ME)[place], f"{mark} {word} {'asked' * (1 - place)}".strip(), minutes=3000 * number + place)
            for number, word in enumerate(WORDS)
            for place in (0, 1)
        ]

    export = write(account(chat(*talk(ANNA, "quartz")), chat(*talk(BORIS, "basalt"), number=BORIS, name="Boris")))
    assert twin(capsys, "init")[0] == twin(capsys, "import", str(export))[0] == 0


def twin(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    with pytest.raises(SystemExit) as ended:
        main(arguments)
    captured = capsys.readouterr()
    return int(ended.value.code or 0), captured.out, captured.err


@pytest.fixture
def say(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch):
    """Runs `twin chat` with lines from a pipe."""

    def run(lines: str, *arguments: str) -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "stdin", io.StringIO(lines))
        return twin(capsys, "chat", *arguments)

    return run


def test_right_after_an_import_somebody_answers_and_no_real_name_is_sent(say, server: ModelServer) -> None:
    code, out, err = say("hi\nAnna says so\n", "--server", server.address, "--model", "small", "--reveal", "--as", "Anna", "--json")
    assert code == 0, err
    assert [json.loads(line) for line in out.splitlines()] == [
        {"message": text, "bubbles": ["ok", "see you"], "contact": "Anna", "voice": "small", "remembered": []} for text in ("hi", "Anna says so")
    ]
    sent = json.dumps(server.asked, ensure_ascii=False)
    assert "You are Mira" in sent
    assert "quartz" in sent
    assert "Anna" not in sent
    assert "no dataset yet: examples are chosen from the newest of your messages, 24 replies" in err
    assert not Path("dataset").exists()


def test_the_sketch_is_made_once_and_again_when_history_has_changed(say, capsys, server: ModelServer) -> None:
    given = ("--server", server.address, "--model", "small")
    assert "no dataset yet" in say("hi\n", *given)[2]
    assert "no dataset yet" not in say("hi\n", *given)[2]
    assert twin(capsys, "chats", "exclude", "Anna")[0] == 0
    server.asked.clear()
    assert "no dataset yet" in say("hi\n", *given)[2]
    assert "basalt" in json.dumps(server.asked)
    assert "quartz" not in json.dumps(server.asked), "an excluded chat gives no examples"


def test_a_dataset_is_used_where_there_is_one_unless_it_is_stale(say, capsys, server: ModelServer) -> None:
    given = ("--server", server.address, "--model", "small")
    assert twin(capsys, "prepare")[0] == 0
    assert "no dataset yet" not in say("hi\n", *given)[2]
    assert not Path("sketch").exists()
    twin(capsys, "chats", "exclude", "Anna")
    server.asked.clear()
    say("hi\n", *given)
    assert "quartz" not in json.dumps(server.asked)


def test_what_is_remembered_is_sent_and_told_and_not_after_its_chat_is_excluded(say, capsys, server: ModelServer) -> None:
    given = ("--server", server.address, "--model", "small", "--memory", "--json")
    remembered = json.loads(say("the quartz cherry\n", *given)[1])["remembered"]
    assert any("quartz cherry asked" in text for text in remembered)
    assert any(text in server.asked[0]["messages"][0]["content"] for text in remembered)
    twin(capsys, "chats", "exclude", "Anna")
    assert not any("quartz" in text for text in json.loads(say("the quartz cherry\n", *given)[1])["remembered"])


def test_a_forgotten_chat_is_at_once_in_no_file_that_a_chat_has_made(say, capsys, server: ModelServer) -> None:
    say("the quartz cherry\n", "--server", server.address, "--model", "small", "--memory")
    Path("result.json").unlink()

    def where() -> list[str]:
        return sorted(str(path) for path in Path().rglob("*") if path.is_file() and b"quartz" in path.read_bytes())

    assert where() == ["history.db", "sketch/memory.db", "sketch/test.jsonl", "sketch/train.jsonl", "sketch/validation.jsonl"]
    assert twin(capsys, "chats", "forget", "Anna")[0] == 0
    assert where() == []


def test_twin_toml_and_the_environment_say_where_the_server_is(say, server: ModelServer, monkeypatch: pytest.MonkeyPatch) -> None:
    Path("twin.toml").write_text(f'[chat]\nserver = "{server.address}/"\nmodel = "known"\nmemory = true\n', encoding="utf-8")
    monkeypatch.setenv("TWIN_SERVER_KEY", "sk-made-up")
    assert say("quartz fig\n", "--adapter", "none")[:2] == (0, "ok\nsee you\n")
    assert server.keys == ["Bearer sk-made-up"]
    assert server.asked[0]["model"] == "known"
    assert "Mira Lund remembers: " in server.asked[0]["messages"][0]["content"]
    assert "Mira Lund remembers: " not in (say("quartz fig\n", "--adapter", "none", "--no-memory"), server.asked[1]["messages"][0]["content"])[1]


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (["--server", "localhost"], 2, "--server localhost: not an address"),
        (["--server", "http://127.0.0.1:9/v1"], 1, "--model"),
        (["--server", "http://127.0.0.1:9/v1", "--model", "m"], 1, "http://127.0.0.1:9/v1 cannot be reached"),
        (["--server", "http://203.0.113.7/v1", "--model", "m"], 1, "your words would leave it"),
        (["--server", "http://127.0.0.1:9/v1", "--adapter", "run-1"], 2, "run-1 is a trained twin"),
        (["--run", "run-1", "--adapter", "run-2"], 2, "name two"),
        ([], 1, "twin chat --adapter none"),
    ],
)
def test_a_wrong_option_is_one_line(say, arguments: list[str], code: int, words: str) -> None:
    ended, out, err = say("hi\n", *arguments)
    assert (ended, out) == (code, "")
    assert words in err.splitlines()[-1]


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_at_a_terminal_the_prompt_comes_before_the_twin_and_the_first_message_waits_for_it(capsys, server: ModelServer, monkeypatch) -> None:
    order, asked, lines = [], threading.Event(), iter(["hi"])

    def greet(_: object) -> None:
        asked.wait(5)
        order.append("loaded")

    def typed(prompt: str) -> str:
        order.append(prompt)
        asked.set()
        if (line := next(lines, None)) is None:
            raise EOFError
        return line

    monkeypatch.setattr("twin.chat.remote.Served.greet", greet)
    monkeypatch.setattr(sys, "stdin", Terminal())
    monkeypatch.setattr("builtins.input", typed)
    code, out, _ = twin(capsys, "chat", "--server", server.address, "--model", "small", "--reveal", "--as", "Anna")
    assert (code, out.splitlines()[1:]) == (0, ["Mira Lund: ok", "Mira Lund: see you", ""])
    assert order == ["Anna: ", "loaded", "Anna: "]


@pytest.mark.parametrize("waits", [True, False])
def test_at_a_terminal_a_twin_that_cannot_be_loaded_is_told_once_and_ends_the_chat(capsys, monkeypatch, waits: bool) -> None:
    prompts, asked, failed = [], threading.Event(), threading.Event()
    greet = Served.greet

    def late(served: Served) -> None:
        asked.wait(5 if waits else 0)
        try:
            greet(served)
        finally:
            failed.set()

    def typed(prompt: str) -> str:
        prompts.append(prompt)
        asked.set()
        assert failed.wait(5)
        return "hi"

    monkeypatch.setattr("twin.chat.remote.Served.greet", late)
    monkeypatch.setattr(sys, "stdin", Terminal())
    monkeypatch.setattr("builtins.input", typed)
    code, out, err = twin(capsys, "chat", "--server", "http://127.0.0.1:9/v1", "--model", "small")
    assert (code, len(prompts)) == (1, 1) if waits else code == 1
    assert (out + err).count("http://127.0.0.1:9/v1 cannot be reached") == 1


def test_nothing_was_imported_yet_is_told(say) -> None:
    Path("history.db").unlink()
    ended, _, err = say("hi\n", "--adapter", "none")
    assert ended == 1
    assert "twin import" in err


def test_a_trained_twin_remembers_where_the_dataset_has_the_names_that_it_knows(say, capsys, monkeypatch: pytest.MonkeyPatch) -> None:
    class Scripted:
        person, voices = "Mira Lund", ("run-1", "base")

        def __init__(self, run: Path, progress: object) -> None:
            self.contacts = [Contact("Anna")]

        def reply(self, *_: object, memories: Sequence[str], **__: object) -> Iterator[tuple[str, ...]]:
            yield (f"{len(memories)} memories",)

    monkeypatch.setattr("twin.chat.engine.Engine", Scripted)
    run = Path("runs/run-1")
    run.mkdir(parents=True)
    (run / "result.json").write_text("{}")

    def trained(renamed: bool) -> None:
        chats = [{"id": ANNA, "name": "Anna", "kind": "personal", "targets": 1}]
        (run / "run.json").write_text(json.dumps({"person": "Mira Lund", "chats": chats, "renamed": renamed}))

    trained(True)
    assert say("quartz cherry\n", "--memory")[0] == 2, "no dataset yet"
    assert twin(capsys, "prepare")[0] == 0
    assert say("quartz cherry\n", "--memory", "--reveal")[:2] == (0, "2 memories\n")
    assert say("quartz cherry\n", "--reveal")[:2] == (0, "0 memories\n"), "it is off by default"
    trained(False)
    code, _, err = say("quartz cherry\n", "--memory")
    assert (code, "the names that this twin knows" in err) == (2, True)
    assert say("quartz cherry\n")[:2] == (0, "0 memories\n")


@pytest.mark.slow
def test_a_server_answers_without_pytorch(server: ModelServer) -> None:
    script = f"""
import sys
from twin.chat.people import Contact
from twin.cli import main
try:
    main(["chat", "--server", "{server.address}", "--model", "small", "--memory", "--rhythm"])
finally:
    print({{"torch", "transformers", "gradio"}} & set(sys.modules))
"""
    done = subprocess.run([sys.executable, "-c", script], input="hi\n", capture_output=True, text=True, check=False)
    assert done.stdout == "ok\nsee you\nset()\n", done.stderr
