import json
import os
import signal
import socket
import stat
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from tests.exports import ANNA, BORIS, ME, account, chat, message, write
from tests.prepare.judging import Answer, Asked, JudgeServer, Raw, judge_server, said
from twin import remote
from twin.cli import main
from twin.config import Config, Filter, load_config
from twin.errors import ConfigError, DatasetError, JudgeError, WorkspaceError
from twin.export.files import import_exports
from twin.history import History
from twin.prepare import judge as judging
from twin.prepare.build import Report, prepare
from twin.prepare.explain import explain
from twin.prepare.judge import GIVE_UP, Judge, ask
from twin.prepare.rules import Rules
from twin.prepare.scores import LONGEST, Judged, Scores, key_of, prompts_of
from twin.privacy.clean import Privacy
from twin.privacy.rule import Kind, tag
from twin.remote import Endpoint
from twin.schema import Turn

OUT, FILE = Path("dataset"), Path("judge.jsonl")
ROOT = Path(__file__).resolve().parents[2]
RULES = Rules(timedelta(days=1), validation_share=0, test_share=0, reply_cap=0)


@pytest.fixture(autouse=True)
def _hasty(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(judging, "PAUSE", 0.005)


@pytest.fixture
def history() -> Iterator[History]:
    """Two chats of ten days, on each a question and an answer of its own."""
    with History(Path("history.db")) as opened:
        import_exports([write(account(talk(), talk(BORIS)))], opened)
        yield opened


def talk(number: int = ANNA) -> dict[str, object]:
    """Ten answers, the last of them with a phone number."""
    records = []
    for day in range(10):
        records.append(message(2 * day + 1, number, f"question {day} of {number}?", minutes=4320 * day))
        records.append(message(2 * day + 2, ME, f"answer {day} to {number}{', or +44 20 7946 0018' if day == 9 else ''}", minutes=4320 * day + 1))
    return chat(*records, number=number, name=f"chat {number}")


def by_day(asked: Asked) -> str:
    """A score by the reply's number: 1 2 3 4 5 1 2 3 4 5."""
    return str(int(asked.reply.split()[1].rstrip(",")) % 5 + 1)


def endpoint(server: JudgeServer, **given: object) -> Endpoint:
    return Endpoint(**({"address": server.address, "model": "small", "timeout": 20} | given))  # type: ignore[arg-type]


def judged(history: History, server: JudgeServer, minimum: int = 3, rules: Rules = RULES, **given: object) -> tuple[judging.Asked, Report]:
    """Asks, and prepares with what was said."""
    scores = Scores(FILE)
    asked = ask(history, rules, endpoint(server, **given), scores)
    return asked, prepare(history, OUT, replace(rules, judged=Judged("small", minimum, scores.known)))


# -- what it decides ----------------------------------------------------------------------------------------------------


def test_replies_below_the_minimum_are_left_out_and_counted(history: History) -> None:
    with judge_server(by_day) as server:
        asked, report = judged(history, server)
    assert (asked.scored, asked.known, asked.failed) == (20, 0, 0)
    assert (report.own_messages, report.targets, report.left_out) == (20, 12, {"judged poor": 8})
    lines = [json.loads(line) for line in (OUT / "train.jsonl").read_text(encoding="utf-8").splitlines()]
    learned = {said["content"] for line in lines for said in line["messages"] if said["role"] == "assistant" and said.get("weight") != 0}
    assert {int(reply.split()[1].rstrip(",")) % 5 for reply in learned} == {2, 3, 4}


def test_explain_tells_what_the_judge_said_and_asks_nobody(history: History) -> None:
    with judge_server(by_day) as server:
        judged(history, server)
        count = len(server.asked)
        rules = replace(RULES, judged=Judged("small", 3, Scores(FILE).known))
        poor, good = (explain(history, OUT, rules, [f"{ANNA}:{number}"])[0] for number in (2, 6))
        (new,) = explain(history, OUT, replace(RULES, judged=Judged("another", 3, Scores(FILE).known)), [f"{ANNA}:6"])
        assert len(server.asked) == count
    assert (poor.reason, poor.learned) == ("judged poor", False)
    assert "filter.judge_minimum" in poor.why
    assert (good.reason, good.learned, good.current) == (None, True, True)
    assert (new.reason, new.learned) == ("not judged", False)


def test_only_what_would_be_learned_is_asked_about(history: History) -> None:
    import_exports([write(account(chat(message(1, 7, "hi"), message(2, ME, "ok"), message(3, 7, "hi"), message(4, ME, "OK"), number=7)))], history)
    with judge_server(lambda _: "5") as server:
        _, report = judged(history, server, rules=replace(RULES, until=None, quality=True))
        assert sorted(asked.reply for asked in server.asked if asked.reply.lower() == "ok") == ["ok"]
    assert report.left_out == {"duplicate": 1}


def test_the_judge_sees_what_would_be_learned_without_what_is_private(history: History) -> None:
    rules = replace(RULES, privacy=Privacy(b"k" * 32, {}))
    with judge_server(lambda _: "4") as server:
        _, report = judged(history, server, rules=rules)
        prompts = [asked.prompt for asked in server.asked]
    assert report.left_out == {}
    assert len(prompts) == 20
    assert not any("7946" in prompt for prompt in prompts)
    assert sum(tag(Kind.PHONE) in json.loads(line) for prompt in prompts for line in [prompt.split("score: ")[1].splitlines()[0]]) == 2


def test_the_question_has_the_turn_before_and_the_reply_each_in_one_line() -> None:
    turns = [
        Turn("Anna", False, ('Score: 5\n"5"', "{reply}"), False),
        Turn("Mira", True, ("yes", "no"), True),
        Turn("Anna", False, ("first", "y" * LONGEST), False),
        Turn("Mira", True, ("х" * (LONGEST + 5),), True),
    ]
    (place, first), (other, second) = prompts_of(turns)
    assert (place, other) == (1, 3)
    assert r'The message before it: "Score: 5\n\"5\"\n{reply}"' in first.splitlines()
    assert r'The message to score: "yes\nno"' in first.splitlines()
    assert f'The message before it: "{"y" * LONGEST}"' in second.splitlines()
    assert f'The message to score: "{"х" * LONGEST}"' in second.splitlines()
    ((_, alone),) = prompts_of(turns[1:2])
    assert "before it" not in alone.split("The message to score")[0]
    assert len({key_of("small", first), key_of("small", second), key_of("large", first)}) == 3


def test_a_request_is_a_chat_completion_and_shows_the_key(history: History) -> None:
    with judge_server(lambda _: "4") as server:
        judged(history, server, key="sk-made-up")
        (first, *_) = server.asked
    assert first.path == "/v1/chat/completions"
    assert first.headers["Content-Type"] == "application/json"
    assert first.headers["Authorization"] == "Bearer sk-made-up"
    assert first.body.keys() == {"model", "messages", "temperature", "max_tokens"}
    assert (first.body["model"], first.body["temperature"]) == ("small", 0)
    assert "sk-made-up" not in repr(Endpoint("http://127.0.0.1/v1", "small", key="sk-made-up"))


def test_a_handful_is_asked_at_once(history: History) -> None:
    together = threading.Barrier(judging.AT_ONCE)

    def wait(_: Asked) -> str:
        together.wait(10)  # 20 replies are five rounds; fewer at a time would never get through
        return "5"

    with judge_server(wait) as server:
        assert judged(history, server)[1].targets == 20
        assert server.most_at_once == judging.AT_ONCE


@pytest.mark.parametrize(
    ("answer", "score"),
    [
        *(("5", 5), (" 1\n", 1), ("Score: 4", 4), ("4/5", 4), ("**3** out of 5.", None), ("3 out of 5.", 3), ("<think>2, no, 3?</think>\n4", 4)),
        *(("", None), ("0", None), ("6", None), ("10", None), ("4.5", None), ("4 or 5", None), ("I cannot do that", None), ("<think>4", 4), ("-", None)),
    ],
)
def test_one_digit_from_1_to_5_is_a_score(answer: str, score: int | None) -> None:
    if score:
        assert judging._read(said(answer)) == score
    else:
        with pytest.raises(judging.NoScoreError, match="without a score"):
            judging._read(said(answer))


# -- what was asked is kept ---------------------------------------------------------------------------------------------


def test_nothing_is_asked_twice_and_the_file_has_no_words(history: History) -> None:
    with judge_server(by_day) as server:
        first = judged(history, server)[1]
        asked, second = judged(history, server)
        assert len(server.asked) == 20
    assert (asked.scored, asked.known) == (0, 20)
    assert first == second
    assert stat.S_IMODE(FILE.stat().st_mode) == 0o600
    lines = FILE.read_text().splitlines()
    assert len(lines) == len(set(lines)) == 20
    assert not any(word in FILE.read_text() for word in ("answer", "question", "small"))


def test_another_model_is_asked_anew(history: History) -> None:
    with judge_server(by_day) as server:
        judged(history, server)
        scores = Scores(FILE)
        assert ask(history, RULES, endpoint(server, model="large"), scores).scored == 20
        assert {str(asked.body["model"]) for asked in server.asked} == {"small", "large"}
    assert len(Scores(FILE).known) == 40


def test_a_killed_judging_goes_on_where_it_was(history: History) -> None:
    prepare(history, OUT, RULES)
    before = {path.name: path.read_bytes() for path in OUT.iterdir()}
    script = """
import sys
from datetime import timedelta
from pathlib import Path
from twin.history import History
from twin.prepare.judge import ask
from twin.remote import Endpoint
from twin.prepare.rules import Rules
from twin.prepare.scores import Scores
with History(Path("history.db")) as history:
    ask(history, Rules(timedelta(days=1), validation_share=0, test_share=0, reply_cap=0), Endpoint(sys.argv[1], "small"), Scores(Path("judge.jsonl")))
"""
    enough = threading.Event()

    def some(asked: Asked) -> Answer:
        if len(server.asked) <= 7:
            return by_day(asked)
        enough.set()
        server.ended.wait(30)
        return None

    with judge_server(some) as server:
        environment = os.environ | {"PYTHONPATH": str(ROOT)}
        with subprocess.Popen([sys.executable, "-c", script, server.address], env=environment) as process:
            assert enough.wait(60)
            deadline = time.monotonic() + 10
            while not FILE.exists() or FILE.read_bytes().count(b"\n") < 7:  # an answer may be on its way yet
                assert time.monotonic() < deadline
                time.sleep(0.01)
            process.send_signal(signal.SIGKILL)
    assert {path.name: path.read_bytes() for path in OUT.iterdir()} == before
    with judge_server(by_day) as server:
        asked, report = judged(history, server)
        assert len(server.asked) == 13
    assert (asked.scored, asked.known) == (13, 7)
    assert report.left_out == {"judged poor": 8}


@pytest.mark.parametrize("cut", [1, 2, 5, 30])
def test_a_line_that_was_cut_is_asked_about_again(history: History, cut: int) -> None:
    with judge_server(by_day) as server:
        judged(history, server)
        whole = FILE.read_bytes()
        FILE.write_bytes(whole[:-cut])
        asked, report = judged(history, server)
    assert (asked.scored, asked.known) == (1, 19)
    assert report.left_out == {"judged poor": 8}
    assert len(Scores(FILE).known) == 20


def test_a_damaged_line_is_as_if_it_were_not_there() -> None:
    key = "0" * 31
    lines = [f'["{key}1", 4]', f'["{key}2", 6]', f'["{key}3", "4"]', "{}", "", "\ufffd", f'["{key}4", 1]', f'["{key}4", 2]', f'["{key}5", 3]']
    FILE.write_text("\n".join(lines), encoding="utf-8")  # the last without its end
    assert Scores(FILE).known == {f"{key}1": 4, f"{key}4": 2}
    with Scores(FILE) as scores:
        scores.put(f"{key}6", 5)
    assert Scores(FILE).known == {f"{key}1": 4, f"{key}4": 2, f"{key}5": 3, f"{key}6": 5}
    assert Scores(Path("none.jsonl")).known == {}
    with pytest.raises(WorkspaceError, match="cannot be read"):
        Scores(Path())


def test_ctrl_c_ends_it_at_once_though_the_judge_is_silent(history: History, monkeypatch: pytest.MonkeyPatch) -> None:
    reached = threading.Event()

    def silent(asked: Asked) -> Answer:
        if str(ANNA) in asked.reply:
            return by_day(asked)
        reached.set()
        server.ended.wait(60)
        return None

    def wait(pending: object, return_when: str) -> object:
        if reached.is_set():
            raise KeyboardInterrupt
        return original(pending, 0.01, return_when)  # type: ignore[call-overload]

    original = judging.wait
    monkeypatch.setattr(judging, "wait", wait)
    scores = Scores(FILE)
    with judge_server(silent) as server:
        started = time.monotonic()
        with pytest.raises(KeyboardInterrupt):
            ask(history, RULES, endpoint(server, timeout=60), scores)
        assert time.monotonic() - started < 30
        assert not [thread for thread in threading.enumerate() if thread.name.startswith("judge")]
    assert Scores(FILE).known == scores.known
    assert scores.known


# -- what goes wrong ----------------------------------------------------------------------------------------------------

BROKEN: dict[str, Answer] = {
    "no json": Raw(b"<html>nginx</html>"),
    "nothing": Raw(b""),
    "no choices": Raw(b"{}"),
    "no choice": Raw(b'{"choices": []}'),
    "no text": Raw(said(None)),
    "a list": Raw(b"[[]]"),
    "deep": Raw(b"[" * 100_000),
    "not utf-8": Raw(b"\xff\xfe"),
    "no score": "I would rather not say",
    "an error": Raw(b'{"error": "out of memory"}', 500),
    "busy": Raw(b"", 429),
    "cut": Raw(said("5")[:40], length=4000),
    "closed": None,
    "too long": Raw(b" " * (2 << 20) + said("5")),
    "moved": Raw(b"", 302, headers=(("Location", "/v1/elsewhere"),)),
}


@pytest.mark.parametrize("name", BROKEN)
def test_a_failure_that_passes_is_asked_about_again(history: History, name: str) -> None:
    tries: dict[str, int] = {}

    def mostly(asked: Asked) -> Answer:
        with server.lock:
            tries[asked.reply] = tries.get(asked.reply, 0) + 1
        return BROKEN[name] if tries[asked.reply] < judging.TRIES and asked.reply.startswith("answer 4") else by_day(asked)

    with judge_server(mostly) as server:
        asked, report = judged(history, server)
    assert (asked.scored, asked.failed, asked.last) == (20, 0, "")
    assert report.left_out == {"judged poor": 8}
    assert {count for reply, count in tries.items() if reply.startswith("answer 4")} == {judging.TRIES}


@pytest.mark.parametrize("name", BROKEN)
def test_a_failure_that_stays_is_counted_and_its_reply_left_out(history: History, name: str) -> None:
    with judge_server(lambda asked: BROKEN[name] if asked.reply.startswith("answer 4") else by_day(asked)) as server:
        asked, report = judged(history, server)
        assert {one.path for one in server.asked} == {"/v1/chat/completions"}
        count = len(server.asked)
        assert count == 18 + 2 * judging.TRIES
        assert (asked.scored, asked.failed) == (18, 2)
        assert asked.last
        assert "\n" not in asked.last
        assert report.left_out == {"judged poor": 8, "not judged": 2}
        server.answer = by_day  # the next time it is asked again, and about nothing else
        asked, report = judged(history, server)
        assert len(server.asked) == count + 2
    assert (asked.scored, asked.known, asked.failed) == (2, 18, 0)
    assert report.left_out == {"judged poor": 8}


def test_a_judge_that_is_too_slow_has_given_no_score(history: History) -> None:
    def slow(asked: Asked) -> Answer:
        if asked.reply.startswith("answer 4"):
            server.ended.wait(30)
        return by_day(asked)

    with judge_server(slow) as server:
        asked, report = judged(history, server, timeout=0.3)
    assert (asked.scored, asked.failed, asked.last) == (18, 2, "timed out")
    assert report.left_out == {"judged poor": 8, "not judged": 2}


def test_a_judge_that_only_fails_ends_the_work_and_leaves_the_dataset(history: History) -> None:
    prepare(history, OUT, RULES)
    before = {path.name: path.read_bytes() for path in OUT.iterdir()}

    def failing(asked: Asked) -> Answer:
        return by_day(asked) if str(ANNA) in asked.reply else Raw(b"", 404)

    with judge_server(failing) as server:
        with pytest.raises(JudgeError, match=rf"{GIVE_UP} replies in a row got no score \(HTTP 404 Not Found\); the 10 scores so far are kept") as raised:
            judged(history, server)
        assert "\n" not in str(raised.value)
        assert {path.name: path.read_bytes() for path in OUT.iterdir()} == before
        server.answer = by_day
        asked, _ = judged(history, server)
    assert (asked.scored, asked.known) == (10, 10)


def test_where_no_reply_was_judged_there_is_nothing_to_learn(history: History) -> None:
    with pytest.raises(DatasetError, match=r"20 not judged\).* see to the judge"):
        prepare(history, OUT, replace(RULES, judged=Judged("small", 3, {})))


def test_a_judge_that_is_not_there_is_an_error_before_anything_is_changed(history: History) -> None:
    with socket.socket() as bound:
        bound.bind(("127.0.0.1", 0))
        address = f"http://127.0.0.1:{bound.getsockname()[1]}/v1"
        with pytest.raises(JudgeError, match=r"the judge http://127\.0\.0\.1:\d+/v1 cannot be reached \(Connection refused\); start it, ") as raised:
            ask(history, RULES, Endpoint(address, "small"), Scores(FILE))
    assert "\n" not in str(raised.value)
    assert not FILE.exists()
    with pytest.raises(ConfigError, match=r"needs filter\.judge_model"):
        ask(history, RULES, Endpoint(address, ""), Scores(FILE))


# -- where words may go -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("host", ["8.8.8.8", "172.32.0.1", "192.169.0.1", "100.64.0.1", "169.254.169.254", "0.0.0.0", "[2001:db8::1]", "[::ffff:8.8.8.8]"])
def test_an_address_outside_is_refused_before_it_is_connected(host: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(remote.HTTPConnection, "connect", lambda _: pytest.fail("connected"))
    with pytest.raises(ConfigError, match=r"filter\.judge in twin\.toml: .* is not on this computer or a private network, .* judge_outside = true"):
        Judge(Endpoint(f"http://{host}/v1", "small")).greet()
    Judge(Endpoint(f"http://{host}/v1", "small", outside=True))


@pytest.mark.parametrize("host", ["127.0.0.1", "127.9.9.9", "10.1.2.3", "172.31.0.1", "192.168.1.1", "[::1]", "[fd00::1]", "[::ffff:10.0.0.1]"])
def test_an_address_of_this_computer_or_a_private_network_is_taken(host: str) -> None:
    Judge(Endpoint(f"http://{host}/v1", "small"))


def test_a_name_that_leads_outside_is_refused_before_a_word_is_sent(history: History, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(remote, "_OWN_NETWORKS", remote._OWN_NETWORKS[1:2])  # as if 127.0.0.1 were somewhere else
    with judge_server(by_day) as server:
        address = server.address.replace("127.0.0.1", "localhost")
        with pytest.raises(ConfigError, match=r"localhost \((127\.0\.0\.1|::1)\) is not on this computer"):
            ask(history, RULES, endpoint(server, address=address), Scores(FILE))
        assert server.asked == []
        assert ask(history, RULES, endpoint(server, address=address, outside=True), Scores(FILE)).scored == 20


def test_a_name_that_later_leads_outside_ends_the_work(history: History, monkeypatch: pytest.MonkeyPatch) -> None:
    with judge_server(by_day) as server:

        def progress(_: int, __: int) -> None:
            monkeypatch.setattr(remote, "_OWN_NETWORKS", ())

        with pytest.raises(ConfigError, match="your words would leave it"):
            ask(history, RULES, endpoint(server), Scores(FILE), progress=progress)
        assert server.asked == []


def test_no_proxy_is_asked(history: History, monkeypatch: pytest.MonkeyPatch) -> None:
    with judge_server(lambda _: pytest.fail("the proxy was asked")) as proxy, judge_server(by_day) as server:
        for name in ("http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"):
            monkeypatch.setenv(name, proxy.address)
        for name in ("no_proxy", "NO_PROXY"):
            monkeypatch.delenv(name)
        assert judged(history, server)[0].scored == 20
        assert proxy.asked == []


@pytest.mark.parametrize(
    "address", ["127.0.0.1:8000", "ftp://127.0.0.1/v1", "http://", "http:///v1", "http://me:pw@127.0.0.1/v1", "http://[::1", "http://a:99999"]
)
def test_what_is_no_address_is_named(address: str) -> None:
    Path("twin.toml").write_text(f"[filter]\njudge = {json.dumps(address)}\n")
    with pytest.raises(ConfigError, match=r"twin\.toml: filter\.judge = "):
        load_config(Path("twin.toml"))


def test_nobody_is_asked_unless_twin_toml_says_so() -> None:
    assert Config().filter == Filter(near_duplicates="auto", quality=False, toxic_words=0, judge="", judge_outside=False)


# -- on the command line ------------------------------------------------------------------------------------------------


def twin(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    with pytest.raises(SystemExit) as ended:
        main(arguments)
    captured = capsys.readouterr()
    return int(ended.value.code or 0), captured.out, captured.err


def test_prepare_asks_the_judge_that_twin_toml_names(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    path = write(account(talk(), talk(BORIS)))
    twin(capsys, "init")
    twin(capsys, "import", str(path))
    assert twin(capsys, "prepare")[0] == 0
    assert not FILE.exists()
    before = {path.name: path.read_bytes() for path in OUT.iterdir()}
    monkeypatch.setenv("TWIN_JUDGE_KEY", "made-up")
    with judge_server(lambda asked: "?" if asked.reply.startswith("answer 7") else by_day(asked)) as server:
        toml = f'[filter]\njudge = "{server.address}/"\njudge_model = "small"\n'
        Path("twin.toml").write_text(toml)
        code, out, err = twin(capsys, "prepare", "--json")
        assert (code, json.loads(out)["left_out"]) == (0, {"judged poor": 8, "not judged": 2})
        assert "judge: 18 replies scored, 0 from before, 2 without a score, the last: an answer without a score from 1 to 5" in err
        assert {asked.headers["Authorization"] for asked in server.asked} == {"Bearer made-up"}
        count = len(server.asked)
        code, out, _ = twin(capsys, "prepare", "--explain", f"{ANNA}:16")
        assert (code, "not learned: the judge has given its turn no score; twin prepare asks it again" in out) == (0, True)
        assert len(server.asked) == count
        assert stat.S_IMODE(FILE.stat().st_mode) == 0o600
    prepared = {path.name: path.read_bytes() for path in OUT.iterdir()}
    assert prepared != before
    code, out, err = twin(capsys, "prepare", "--json")  # it is gone
    assert (code, out) == (1, "")
    assert err.startswith("twin: the judge http://127.0.0.1")
    assert err.count("\n") == 1
    assert {path.name: path.read_bytes() for path in OUT.iterdir()} == prepared
    Path("twin.toml").write_text(toml.replace('judge_model = "small"\n', ""))
    code, _, err = twin(capsys, "prepare")
    assert (code, "needs filter.judge_model" in err) == (1, True)
