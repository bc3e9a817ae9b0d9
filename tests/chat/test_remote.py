"""A twin on a model server: what the server is told, how its answer becomes bubbles, and what is said where it fails."""

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import closing
from itertools import pairwise
from pathlib import Path

import pytest

from tests.chat.serving import ModelServer, model_server
from tests.talks import NIKA, dataset, mine, talk, theirs
from twin import remote as connecting
from twin.chat.people import Contact, Ended, Told
from twin.chat.persona import Persona, persona_of
from twin.chat.remote import Served
from twin.errors import ConfigError, ServerError, UsageError
from twin.model.sampling import Sampling
from twin.remote import Endpoint
from twin.schema import ChatKind, Turn

PRIYA, RATS = Contact("Priya"), Contact("wall rats", ChatKind.GROUP)
SAMPLING = Sampling(temperature=0.5, top_p=0.8, max_tokens=40)


@pytest.fixture
def persona() -> Persona:
    talks = [talk(theirs(f"quartz{word} {word}?"), mine(f"answer{word}", f"so{word} 🙂")) for word in ("one", "two", "six")]
    return persona_of(dataset(Path("dataset"), talks))


def served(server: ModelServer, persona: Persona, **given: object) -> Served:
    return Served(Endpoint(**({"address": server.address, "model": "small", "timeout": 20} | given)), persona)  # type: ignore[arg-type]


def steps(server: ModelServer, persona: Persona, *turns: Turn, contact: Contact = PRIYA, **given: object) -> list[tuple[str, ...]]:
    return list(served(server, persona).reply(turns or [theirs("hi")], contact, SAMPLING, **given))  # type: ignore[arg-type]


def says(*pieces: str, persona: Persona, **given: object) -> tuple[str, ...]:
    """What is made of a reply that comes in these pieces."""
    with model_server(lambda asked: pieces) as server:
        return steps(server, persona, **given)[-1]  # type: ignore[arg-type]


def test_a_reply_grows_and_its_lines_are_bubbles(persona: Persona) -> None:
    with model_server(lambda asked: list("ok\n\nsee you\nthere ")) as server:
        grown = steps(server, persona)
    assert grown[-1] == ("ok", "see you", "there")
    assert len(grown) > 5
    assert all("\n".join(later).startswith("\n".join(earlier)) for earlier, later in pairwise(grown))


def test_what_is_asked_has_the_sampling_the_model_and_the_key(persona: Persona) -> None:
    with model_server(lambda asked: ["ok"]) as server:
        list(served(server, persona, key="sk-made-up").reply([theirs("hi")], PRIYA, Sampling(0.5, 0.8, 1.1, 40, seed=7)))
        steps(server, persona)
    first, second = server.asked
    messages = first.pop("messages")
    assert first == {"model": "small", "temperature": 0.5, "top_p": 0.8, "max_tokens": 40, "stream": True, "stream_options": {"include_usage": True}, "seed": 7}
    assert "seed" not in second
    assert (server.paths, server.keys) == (["/v1/chat/completions"] * 2, ["Bearer sk-made-up", None])
    assert messages[0]["role"] == "system"
    assert messages[-1] == {"role": "user", "content": "hi"}


def test_the_system_text_says_who_writes_how_and_what_is_remembered(persona: Persona) -> None:
    served = Served(Endpoint("http://127.0.0.1:9/v1", "small"), persona)
    system, *rest = served.messages([theirs("hi")], PRIYA, ["On 3 May 2025 it rained.", "Then it did not."])
    assert system["content"].startswith("You are Nika, in a private chat with Priya")
    assert "Half of Nika's messages have at most 8 characters; 100 % begin with a small letter, and 0 % end with a full stop." in system["content"]
    assert "sends 2.0 messages in a row" in system["content"]
    assert "favourite emoji: 🙂" in system["content"]
    assert "Nika remembers: On 3 May 2025 it rained. Then it did not." in system["content"]
    assert [message["role"] for message in rest] == ["user", "assistant"] * 3 + ["user"]
    assert rest[1]["content"].endswith("\nsoone 🙂")
    assert "remembers" not in served.messages([theirs("hi")], PRIYA)[0]["content"]


def test_in_a_group_names_come_first_and_neighbours_are_one_message(persona: Persona) -> None:
    turns = [theirs("who", name="Sam:x"), theirs("me", name="Ada"), mine("ok"), mine("then"), theirs("so", name="Sam")]
    system, *rest = Served(Endpoint("http://127.0.0.1:9/v1", "small"), persona).messages(turns, RATS)
    assert "in the group chat wall rats" in system["content"]
    assert [message["content"] for message in rest[-3:]] == ["Sam x: who\nAda: me", "ok\nthen", "Sam: so"]
    assert all(before["role"] != after["role"] for before, after in pairwise(rest))


def test_a_conversation_that_the_person_begins_has_an_opening() -> None:
    (_, opening, first) = Served(Endpoint("http://127.0.0.1:9/v1", "small"), Persona(NIKA, [PRIYA], ())).messages([mine("hey")], PRIYA)
    assert (opening["role"], first) == ("user", {"role": "assistant", "content": "hey"})


@pytest.mark.parametrize(
    ("said", "bubbles"),
    [
        ("<think>hm, Priya\nasks</think>\n\nok", ("ok",)),
        ("Nika: ok\nNika: yes", ("ok", "yes")),
        ("ok\nPriya: and then?\nNika: no", ("ok",)),
        ("call ⟦PHONE⟧ now", ("call  now",)),
        ("ok\r\n\n  \nyes", ("ok", "yes")),
        ("Priya", ("Priya",)),
        ("<3", ("<3",)),
        ("Nik", ("Nik",)),
    ],
)
def test_nothing_but_the_persons_words_is_shown_in_whatever_pieces_they_come(persona: Persona, said: str, bubbles: tuple[str, ...]) -> None:
    assert says(said, persona=persona) == bubbles
    assert says(*said, persona=persona) == bubbles
    with model_server(lambda asked: list(said)) as server:
        grown = steps(server, persona)
    assert all("\n".join(later).startswith("\n".join(earlier)) for earlier, later in pairwise(grown)), "nothing shown is taken back"


def sse(*events: str) -> tuple[int, str, bytes]:
    return 200, "text/event-stream", "".join(f"data: {event}\n\n" for event in (*events, "[DONE]")).encode()


SAID = '{"choices": [{"delta": {"content": "ok"}}]}'
COUNTED = '"usage": {"prompt_tokens": 70, "completion_tokens": 3}'


@pytest.mark.parametrize(
    ("answer", "ended"),
    [
        (sse(SAID), Ended(cut=False)),
        (sse(SAID, '{"choices": [{"delta": {}, "finish_reason": "stop"}], "usage": null}', f'{{"choices": [], {COUNTED}}}'), Ended(False, 70, 3)),
        (sse(SAID, '{"choices": [{"delta": {}, "finish_reason": "length"}]}', f'{{"choices": [], {COUNTED}}}'), Ended(True, 70, 3)),
        (sse(SAID, '{"choices": [], "usage": {"prompt_tokens": "many"}}'), Ended(cut=False)),
        ((200, "application/json", f'{{"choices": [{{"message": {{"content": "ok"}}, "finish_reason": "length"}}], {COUNTED}}}'.encode()), Ended(True, 70, 3)),
    ],
)
def test_how_a_reply_ended_and_its_tokens_are_the_servers_word(persona: Persona, answer: tuple[int, str, bytes], ended: Ended) -> None:
    with model_server(lambda asked: answer) as server:
        told = Told(served(server, persona).reply([theirs("hi")], PRIYA, SAMPLING))
        assert list(told) == [("ok",)]
    assert told.ended == ended


def test_a_server_that_does_not_stream_is_understood(persona: Persona) -> None:
    with model_server(lambda asked: (200, "application/json", b'{"choices": [{"message": {"content": "ok\\nyes"}}]}')) as server:
        assert steps(server, persona) == [("ok", "yes")]


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        ((401, "application/json", b'{"error": {"message": "no\\nkey"}}'), r"HTTP 401 .*\(no key\); give its key in TWIN_SERVER_KEY"),
        ((404, "application/json", b'{"error": "model small not found"}'), r"HTTP 404 .*\(model small not found\); see to its model"),
        ((500, "text/html", b"<h1>\x1b[31mno</h1>"), "HTTP 500"),
        ((200, "text/html", b"<h1>hello</h1>"), "is it an OpenAI-compatible address"),
        ((200, "text/event-stream", b'data: {"error": {"message": "too long"}}\n\n'), "too long"),
        ((200, "text/event-stream", b"data: {}\n\n"), "none of a chat completion"),
        ((200, "text/event-stream", b"data: [DONE]\n\n"), "small said nothing"),
        (("  \n",), "small said nothing"),
    ],
)
def test_a_fault_is_one_line_with_the_address(persona: Persona, answer: object, words: str) -> None:
    with model_server(lambda asked: answer) as server, pytest.raises(ServerError, match=words) as raised:  # type: ignore[arg-type, return-value]
        steps(server, persona)
    assert str(raised.value).startswith(server.address)
    assert str(raised.value).isprintable()


def test_a_server_that_is_not_there_is_named_at_once_and_later(persona: Persona) -> None:
    with closing(socket.create_server(("127.0.0.1", 0))) as taken:
        port = taken.getsockname()[1]
    engine = Served(Endpoint(f"http://127.0.0.1:{port}/v1", "small"), persona)
    for ask in (engine.greet, lambda: list(engine.reply([theirs("hi")], PRIYA, SAMPLING))):
        with pytest.raises(ServerError, match=rf"http://127\.0\.0\.1:{port}/v1 cannot be reached \(.*refused.*\); start the server, or give another"):
            ask()


def test_a_server_that_says_nothing_for_too_long_is_given_up(persona: Persona) -> None:
    with model_server(lambda asked: waiting(server)) as server, pytest.raises(ServerError, match=r"cannot be reached .*timed out"):
        list(served(server, persona, timeout=0.2).reply([theirs("hi")], PRIYA, SAMPLING))


def waiting(server: ModelServer, *pieces: str) -> Iterator[str]:
    """The pieces, then a long silence, then more of it."""
    yield from pieces
    server.ended.wait(5)
    yield "late"


def test_who_waits_for_a_silent_server_can_stop_and_the_server_notices(persona: Persona) -> None:
    enough = threading.Event()

    def endless(asked: object) -> Iterator[str]:
        yield "ok"
        enough.wait(10)
        for _ in range(10_000):
            yield " and on"

    with model_server(endless) as server:
        began = time.monotonic()
        reply = served(server, persona).reply([theirs("hi")], PRIYA, SAMPLING, stopped=lambda: time.monotonic() - began > 1)
        assert list(reply) == [("ok",)]
        assert time.monotonic() - began < 5
        enough.set()
        assert server.left.wait(10)


def test_an_address_outside_gets_no_word(persona: Persona, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(ConfigError, match=r"203\.0\.113\.7 is not on this computer or a private network, and your words would leave it"):
        Served(Endpoint("http://203.0.113.7/v1", "small"), persona)
    Served(Endpoint("http://203.0.113.7/v1", "small", outside=True), persona)
    with model_server(lambda asked: ["ok"]) as server:
        engine = served(server, persona, address=server.address.replace("127.0.0.1", "localhost"))
        monkeypatch.setattr(connecting, "_OWN_NETWORKS", ())  # as if it led somewhere else
        with pytest.raises(ConfigError, match="set server_outside = true"):
            list(engine.reply([theirs("hi")], PRIYA, SAMPLING))
        assert server.asked == []


def test_a_server_needs_the_name_of_its_model_and_knows_no_other_voice(persona: Persona) -> None:
    with pytest.raises(ConfigError, match="--model"):
        Served(Endpoint("http://127.0.0.1/v1", ""), persona)
    with pytest.raises(UsageError, match="no voice base; there is: small"):
        list(Served(Endpoint("http://127.0.0.1/v1", "small"), persona).reply([theirs("hi")], PRIYA, SAMPLING, voice="base"))
