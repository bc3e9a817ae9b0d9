"""The command line as a person meets it: exit codes, what stands on which stream, and that it starts without the heavy libraries."""

import json
import re
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from tests.exports import ANNA, BORIS, ME, account, chat, message, write
from twin.cli import app, main
from twin.cli.chats import chats_app
from twin.conversations import Conversations
from twin.history import History
from twin.privacy.name_book import read_book
from twin.schema import ChatKind, Turn
from twin.workspace import find_workspace

README = (Path(__file__).resolve().parent.parent / "README.md").read_text(encoding="utf-8")

NAMES = {command.name or command.callback.__name__ for command in app.registered_commands if command.callback} | {
    group.name for group in app.registered_groups if group.name
}


def twin(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    """Runs a command in this process: exit code, standard output, standard error."""
    with pytest.raises(SystemExit) as ended:
        main(arguments)
    captured = capsys.readouterr()
    return int(ended.value.code or 0), captured.out, captured.err


@pytest.fixture
def export() -> Path:
    """Ten conversations, one a week, in which Anna asks and Mira answers in two bubbles."""
    week = 7 * 24 * 60
    messages = [
        record
        for number in range(10)
        for record in (
            message(number * 10 + 1, ANNA, f"question {number}?", minutes=number * week),
            message(number * 10 + 2, ME, f"answer {number}", minutes=number * week + 1),
            message(number * 10 + 3, ME, f"and more of {number}", minutes=number * week + 2),
            message(number * 10 + 4, ME, "", minutes=number * week + 3, photo="(File not included.)"),
        )
    ]
    return write(account(chat(*messages)))


def test_the_path_from_init_to_dataset(capsys: pytest.CaptureFixture[str], export: Path) -> None:
    assert twin(capsys, "init")[0] == 0
    code, out, _ = twin(capsys, "import", str(export), "--json")
    assert (code, json.loads(out)) == (0, {"chats": 1, "messages": 40, "added": 40, "updated": 0, "unchanged": 0, "left_out": {}})
    code, out, _ = twin(capsys, "import", str(export), "--json")
    assert json.loads(out)["unchanged"] == 40
    code, out, _ = twin(capsys, "prepare", "--format", "instruction", "--json")
    assert (code, json.loads(out)) == (
        0,
        {"conversations": 10, "own_messages": 30, "targets": 20, "left_out": {"media": 10}, "splits": {"train": 8, "validation": 1, "test": 1}},
    )
    first = json.loads(Path("dataset/instruction/train.jsonl").read_text(encoding="utf-8").splitlines()[0])
    assert re.fullmatch(r"(?!Anna)\w+: question 0\?", first.pop("instruction")), "she has another name there"
    assert first == {"context": "", "response": "answer 0\nand more of 0"}


@pytest.mark.parametrize(("form", "keys"), [("alpaca", ["instruction", "input"]), ("sharegpt", ["conversations"]), ("openai", ["messages"])])
def test_each_format_is_written_beside_the_dataset(capsys: pytest.CaptureFixture[str], export: Path, form: str, keys: list[str]) -> None:
    twin(capsys, "init")
    twin(capsys, "import", str(export))
    assert twin(capsys, "prepare", "--format", form)[0] == 0
    first = json.loads(Path(f"dataset/{form}/train.jsonl").read_text(encoding="utf-8").splitlines()[0])
    assert set(keys) <= set(first)
    assert sorted(path.name for path in Path("dataset").iterdir()) == sorted([form, "report.json", "test.jsonl", "train.jsonl", "validation.jsonl"])


def test_the_knobs_of_prepare_are_those_of_twin_toml(capsys: pytest.CaptureFixture[str], export: Path) -> None:
    twin(capsys, "init")
    twin(capsys, "import", str(export))
    knobs = Path("twin.toml")
    text = knobs.read_text(encoding="utf-8")
    for old, new, left_out in (
        ('since = ""', 'since = "2024-02-01"', {"outside the dates": 15}),
        ("minimum_turns = 1", "minimum_turns = 9", {"too few turns": 30}),
        ("minimum_conversations = 1", "minimum_conversations = 11", {"too few conversations": 30}),
    ):
        assert old in text
        knobs.write_text(text.replace(old, new), encoding="utf-8")
        code, out, err = twin(capsys, "prepare", "--json")
        found = json.loads(out)["left_out"] if code == 0 else err
        assert all(f"{count} {reason}" in err if code else found[reason] == count for reason, count in left_out.items())
    whole = text.replace("gap_hours = 24.0", "gap_hours = 9999.0").replace("_share = 0.1", "_share = 0.0")
    for turns, contexts in ((0, 9), (1, 0)):
        knobs.write_text(whole.replace("context_turns = 0", f"context_turns = {turns}"), encoding="utf-8")
        assert twin(capsys, "prepare", "--format", "instruction")[0] == 0
        records = [json.loads(line) for line in Path("dataset/instruction/train.jsonl").read_text(encoding="utf-8").splitlines()]
        assert (len(records), sum(bool(record["context"]) for record in records)) == (10, contexts)


def test_dates_on_the_command_line(capsys: pytest.CaptureFixture[str], export: Path) -> None:
    twin(capsys, "init")
    twin(capsys, "import", str(export))
    code, out, _ = twin(capsys, "prepare", "--since", "2024-01-07", "--until", "2024-02-03", "--json")
    assert (code, json.loads(out)["left_out"]) == (0, {"outside the dates": 18, "media": 4})
    for arguments, words in (
        (["--since", "soon"], "--since soon: not a day"),
        (["--since", "2024-02-02", "--until", "2024-02-01"], "since 2024-02-02, until 2024-02-01: no day"),
    ):
        code, _, err = twin(capsys, "prepare", *arguments)
        assert code == 2
        assert words in err
        assert len(err.splitlines()) == 1


def test_explain_and_sample_show_and_write_nothing(capsys: pytest.CaptureFixture[str], export: Path) -> None:
    twin(capsys, "init")
    twin(capsys, "import", str(export))
    code, out, err = twin(capsys, "prepare", "--explain", "12", "--explain", f"{ANNA}:14")
    assert (code, err) == (0, "")
    assert re.search(r"message 2000:12 in Anna.*\n  Mira Lund: answer 1\n  learned: ", out)
    assert re.search(r"message 2000:14 in Anna.*\n  Mira Lund: \(photo\)\n  not learned: a medium", out)
    code, out, _ = twin(capsys, "prepare", "--explain", "12", "--json")
    assert [fate["id"] for fate in json.loads(out)["messages"]] == [12]
    code, out, _ = twin(capsys, "prepare", "--sample", "2")
    assert code == 0
    assert out.count("\n  * Mira Lund: answer ") == 2
    assert "\x1b" not in out
    code, out, _ = twin(capsys, "prepare", "--sample", "2", "--json")
    assert [line["messages"][1]["role"] for line in json.loads(out)["conversations"]] == ["assistant"] * 2
    assert not Path("dataset").exists()
    code, out, err = twin(capsys, "prepare", "--explain", "999")
    assert (code, out) == (1, "")
    assert err.startswith("twin: --explain 999: history.db has no message 999")
    assert len(err.splitlines()) == 1


def test_results_go_to_standard_output_and_the_next_command_is_named(capsys: pytest.CaptureFixture[str], export: Path) -> None:
    twin(capsys, "init")
    code, out, err = twin(capsys, "import", str(export))
    assert (code, err) == (0, "")
    assert out.splitlines() == ["40 messages in 1 chats: 40 new, 0 changed, 0 known", "next: twin prepare"]


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (["prepare"], 1, "no workspace in .* twin init"),
        (["import", "missing.json", "-w", "nowhere"], 1, "nowhere is not a workspace"),
        (["train", "--frash"], 2, "No such option"),
        (["ui", "--port", "70000"], 2, "--port"),
        (["chatt"], 2, "No such command"),
    ],
)
def test_what_goes_wrong_is_one_line_and_an_exit_code(capsys: pytest.CaptureFixture[str], arguments: list[str], code: int, words: str) -> None:
    ended, out, err = twin(capsys, *arguments)
    assert (ended, out) == (code, "")
    assert re.search(words, err)
    if code == 1:
        assert err.startswith("twin: ")
        assert len(err.splitlines()) == 1


@pytest.mark.parametrize("command", ["prepare", "train", "chat"])
def test_each_step_says_which_one_comes_before_it(capsys: pytest.CaptureFixture[str], command: str) -> None:
    twin(capsys, "init")
    code, _, err = twin(capsys, command)
    before = {"prepare": "twin import", "train": "twin prepare", "chat": "twin train"}[command]
    assert code == 1
    assert before in err


def test_unknown_people_are_asked_for_with_the_candidates(capsys: pytest.CaptureFixture[str]) -> None:
    path = write(chat(message(1, ANNA), message(2, ME), message(3, ME), kind="private_group", number=5, name="us"))
    twin(capsys, "init")
    code, _, err = twin(capsys, "import", str(path))
    assert code == 2
    assert re.search(r"--me.*user1000 Mira \(2 messages\), user2000 Anna \(1 message", err)
    assert twin(capsys, "import", str(path), "--me", "Mira")[0] == 0


# -- chats --------------------------------------------------------------------------------------------------------------


@pytest.fixture
def several(capsys: pytest.CaptureFixture[str]) -> Path:
    """A workspace with a busy chat, one with a long name, one with an emoji and a colour in its name, one without a name, and a group."""
    talk = [message(2 * number + place, sender, f"{number} {place}", minutes=number * 3000) for number in range(20) for place, sender in ((0, ANNA), (1, ME))]
    few = [message(1, ME), message(2, 4000)]
    long = "Борис Николаевич Преображенский-Голенищев из соседнего подъезда (дача)"
    path = write(
        account(
            chat(*talk),
            chat(*few, message(3, ME), number=BORIS, name=long),
            chat(*few, number=4, name="🦊 Лиса\x1b[31m"),
            chat(message(1, 5000, **{"from": None}), number=5, name=None),
            chat(*few[:1], *[message(number, BORIS) for number in range(10, 1210)], number=6, name="Team", kind="private_group"),
        )
    )
    assert twin(capsys, "init")[0] == twin(capsys, "import", str(path))[0] == 0
    return path


def test_the_list_of_chats(capsys: pytest.CaptureFixture[str], several: Path) -> None:
    assert twin(capsys, "chats", "exclude", "Team", "-100900")[0] == 0
    code, out, err = twin(capsys, "chats")
    assert (code, err) == (0, "")
    assert [re.sub(r"\d{4}-\d\d-\d\d  \d{4}-\d\d-\d\d", "DATES", line) for line in out.splitlines()] == [
        "     id  kind      messages  mine  first       last        choice    name",
        "     -6  group        1,201     1  DATES  excluded  Team",
        "   2000  personal        40    20  DATES            Anna",
        "   3000  personal         3     2  DATES            Борис Николаевич Преображенский-Голенищев из соседнего подъ…",
        "      4  personal         2     1  DATES            🦊 Лиса [31m",
        "      5  personal         1     0  DATES            (no name)",
        "-100900                   0     0                          excluded",
    ]
    assert twin(capsys, "chats", "list")[1] == out
    listed = json.loads(twin(capsys, "chats", "--json")[1])
    assert listed == json.loads(twin(capsys, "chats", "list", "--json")[1])
    assert listed["chats"][1] == {
        "id": ANNA,
        "kind": "personal",
        "name": "Anna",
        "messages": 40,
        "mine": 20,
        "first": "2024-01-01T12:00:00+00:00",
        "last": "2024-02-10T02:00:00+00:00",
        "choice": None,
    }
    assert listed["chats"][-1] == dict.fromkeys(listed["chats"][0]) | {"id": -100900, "messages": 0, "mine": 0, "choice": "excluded"}


def test_an_excluded_chat_takes_no_part_until_it_is_included(capsys: pytest.CaptureFixture[str], several: Path) -> None:
    code, out, err = twin(capsys, "chats", "exclude", "anna", "-6")
    assert (code, err, out.splitlines()) == (0, "", ["excluded: Anna, Team", "next: twin prepare"])
    assert json.loads(twin(capsys, "prepare", "--json")[1])["left_out"]["excluded by you"] == 21
    assert twin(capsys, "chats", "exclude", "2000", "Team")[1].splitlines() == ["no change: Anna is excluded", "no change: Team is excluded"]
    code, out, _ = twin(capsys, "chats", "include", "Anna", "4", "--json")
    assert json.loads(out) == {"changed": [ANNA], "deleted": 0, "conversations": 0, "stale": {"dataset": False, "runs": []}}
    assert twin(capsys, "chats", "include", "-6")[1].splitlines()[0] == "take part again: Team"
    assert twin(capsys, "chats", "include", "-6")[1].splitlines() == ["no change: Team takes part"]
    assert "excluded by you" not in json.loads(twin(capsys, "prepare", "--json")[1])["left_out"]
    assert json.loads(twin(capsys, "chats", "exclude", "3000", "--json")[1])["stale"] == {"dataset": True, "runs": []}
    assert twin(capsys, "prepare")[0] == 0
    assert json.loads(twin(capsys, "chats", "exclude", "3000", "--json")[1]) == {
        "changed": [],
        "deleted": 0,
        "conversations": 0,
        "stale": {"dataset": False, "runs": []},
    }


def test_a_forgotten_chat_is_gone_from_the_bytes_and_stays_away(capsys: pytest.CaptureFixture[str], several: Path) -> None:
    with History(Path("history.db")):  # the last one to close it would tidy up by itself
        code, out, _ = twin(capsys, "chats", "forget", "ANNA")
        assert (code, out.splitlines()) == (0, ["forgotten: Anna", "40 messages deleted", "next: twin prepare"])
        for path in Path().glob("history.db*"):
            assert b"19 1" not in path.read_bytes()
            assert b"Anna" not in path.read_bytes()
    again = json.loads(twin(capsys, "import", str(several), "--json")[1])
    assert (again["added"], again["left_out"]) == (0, {"in a chat you have forgotten": 40})
    assert twin(capsys, "chats")[1].splitlines()[-1] == "2000                   0     0                          forgotten"
    assert twin(capsys, "chats", "exclude", "2000")[1].splitlines() == ["no change: 2000 is forgotten"]
    assert twin(capsys, "chats", "include", "2000")[1].splitlines()[-1] == "next: twin prepare; import or export before it what was forgotten"
    assert json.loads(twin(capsys, "import", str(several), "--json")[1])["added"] == 40


def test_what_was_said_to_the_twin_as_somebody_is_forgotten_with_them(capsys: pytest.CaptureFixture[str], several: Path) -> None:
    twin(capsys, "prepare")
    other = read_book(find_workspace(at=Path()).privacy_names).people["Anna"]
    with closing(Conversations(Path("conversations.db"))) as kept:
        for name, kind in (("Anna", ChatKind.PERSONAL), (other, ChatKind.PERSONAL), ("Anna", ChatKind.GROUP), ("Team", ChatKind.GROUP)):
            number = kept.begin(name, kind, "run-1", Turn(name, False, (f"zeppelin of {name}",), False))
            kept.add(number, Turn("Mira", True, ("ok",), False), [f"On 3 May 2025 {other} wrote “the harmonica?”.", "On 4 May 2025 Boris wrote “so?”."])
    out = twin(capsys, "chats", "forget", "Anna")[1].splitlines()
    assert out[:3] == ["forgotten: Anna", "40 messages deleted", "2 conversations with the twin deleted"]
    with closing(Conversations(Path("conversations.db"))) as kept:
        assert [(entry.contact, entry.kind) for entry in kept.entries()] == [("Team", ChatKind.GROUP), ("Anna", ChatKind.GROUP)]
        assert [turn.remembered for turn in kept.turns(4)] == [(), ("On 4 May 2025 Boris wrote “so?”.",)]
    assert b"harmonica" not in Path("conversations.db").read_bytes()
    assert json.loads(twin(capsys, "chats", "forget", "Team", "--json")[1])["conversations"] == 1


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["forget", "4", "Ana"], "no chat is called Ana; near to it: Anna"),
        (["exclude"], "Missing argument"),
        (["-w", ".", "exclude", "4"], "--workspace and --json go behind the command: twin chats exclude"),
        (["remember"], "No such command"),
    ],
)
def test_a_wrong_word_about_chats_changes_nothing(capsys: pytest.CaptureFixture[str], several: Path, arguments: list[str], words: str) -> None:
    code, out, err = twin(capsys, "chats", *arguments)
    assert (code, out) == (2, "")
    assert words in err
    assert all(chat["choice"] is None for chat in json.loads(twin(capsys, "chats", "--json")[1])["chats"])


def finished_run(name: str, *chats: int) -> None:
    """A folder that looks like a run of these chats."""
    folder = Path("runs", name)
    folder.mkdir(parents=True)
    learned = [{"id": number, "name": f"name {number}", "kind": "personal", "targets": 1} for number in chats]
    (folder / "run.json").write_text(json.dumps({"person": "Mira", "chats": learned}))
    (folder / "result.json").write_text(json.dumps({"run": name, "steps": 1, "bits_per_byte": {"base": 4, "twin": 3}}))


def test_what_has_learned_from_a_forgotten_chat_is_named(capsys: pytest.CaptureFixture[str], several: Path) -> None:
    twin(capsys, "prepare")
    finished_run("run-1", ANNA, BORIS)
    finished_run("run-2", BORIS)
    code, out, _ = twin(capsys, "chats", "forget", "2000", "--json")
    assert json.loads(out) == {"changed": [ANNA], "deleted": 40, "conversations": 0, "stale": {"dataset": True, "runs": ["run-1"]}}
    out = twin(capsys, "chats", "exclude", "4")[1]
    assert re.search(
        r"^stale: the dataset, run-1 \(learned from Anna, .*name 2000\)\n  make again with: twin prepare, twin train; or delete: \S*/dataset \S*/runs/run-1$",
        out,
        re.M,
    )
    code, out, err = twin(capsys, "train")
    assert (code, out) == (1, "")
    assert re.search(r"still has the chat that it calls (?!Anna)\w+, which you have excluded or forgotten; make it again with: twin prepare", err)
    listed = twin(capsys, "runs")[1].splitlines()
    assert listed[0].endswith("; stale: it has learned from name 2000")
    assert "stale" not in listed[1]
    assert [run["stale"] for run in json.loads(twin(capsys, "runs", "--json")[1])["runs"]] == [True, False]
    out = twin(capsys, "chats", "include", "4", "2000", "--json")[1]
    assert json.loads(out) == {"changed": [4, ANNA], "deleted": 0, "conversations": 0, "stale": {"dataset": False, "runs": []}}


@pytest.mark.parametrize("history", ["there", "missing", "damaged"])
def test_talking_to_a_stale_twin_says_so(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, several: Path, history: str) -> None:
    monkeypatch.setattr("twin.chat.engine.Engine", lambda *_: None)
    monkeypatch.setattr("twin.chat.terminal.chat", lambda *_, **__: None)
    monkeypatch.setattr("twin.chat.ui.serve", lambda *_, **__: None)
    finished_run("run-1", ANNA, BORIS)
    finished_run("run-2", BORIS)
    twin(capsys, "chats", "exclude", "2000")
    if history != "there":
        Path("history.db").unlink()
    if history == "damaged":
        Path("history.db").write_text("no database" * 100)
    words = {
        "there": "run-1 is stale: it has learned from name 2000; make a new one with: twin prepare, twin train\n",
        "missing": "",
        "damaged": "whether a twin is stale cannot be told: ",
    }[history]
    for command in ("chat", "ui"):
        code, _, err = twin(capsys, command, "--run", "run-1")
        assert (code, err[: len(words) or 1]) == (0, words)
        assert len(err.splitlines()) == bool(words)
        assert history == "damaged" or twin(capsys, command, "--run", "run-2") == (0, "", "")
    assert twin(capsys, "runs")[0] == 0


def test_a_wrong_knob_is_named(capsys: pytest.CaptureFixture[str], export: Path) -> None:
    twin(capsys, "init")
    twin(capsys, "import", str(export))
    knobs = Path("twin.toml")
    knobs.write_text(knobs.read_text(encoding="utf-8").replace("gap_hours = 24.0", "gap_hours = -1"), encoding="utf-8")
    code, _, err = twin(capsys, "prepare")
    assert code == 1
    assert "prepare.gap_hours = -1" in err


def test_every_command_is_in_the_readme_or_its_help() -> None:
    described = {name for name in NAMES if re.search(rf"twin {name}\b", README) or re.search(rf"make {name}\b", README)}
    assert NAMES - described <= {"runs"}, "a new command needs its place in the README"
    assert all(command.callback and command.callback.__doc__ for command in [*app.registered_commands, *chats_app.registered_commands])


def test_every_command_in_the_readme_exists() -> None:
    shown = {match[1] for block in re.findall(r"```sh\n(.*?)```", README, re.DOTALL) for match in re.finditer(r"^twin (\w+)", block, re.MULTILINE)}
    assert shown
    assert shown <= NAMES


def test_help_and_the_steps_before_training_load_nothing_heavy(export: Path) -> None:
    script = """
import sys
from twin.cli import main
for arguments in (["--help"], ["init"], ["import", "result.json"], ["prepare"], ["chats"], ["chats", "exclude", "5"], ["runs"]):
    try:
        main(arguments)
    except SystemExit as ended:
        assert not ended.code, arguments
    heavy = {"torch", "transformers", "peft", "gradio", "accelerate", "numpy"} & set(sys.modules)
    assert not heavy, (arguments, heavy)
    if arguments == ["--help"]:
        assert not {"pydantic", "sqlite3", "rich"} & set(sys.modules), "help needs none of these"
"""
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_python_dash_m_is_the_same_command() -> None:
    done = subprocess.run([sys.executable, "-m", "twin", "--version"], capture_output=True, text=True, check=True)
    assert re.fullmatch(r"twin \d+\.\d+\.\d+\n", done.stdout)
