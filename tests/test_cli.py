"""The command line as a person meets it: exit codes, what stands on which stream, and that it starts without the heavy libraries."""

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.exports import ANNA, ME, account, chat, message, write
from twin.cli import app, main

README = (Path(__file__).resolve().parent.parent / "README.md").read_text(encoding="utf-8")


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
    assert first == {"instruction": "Anna: question 0?", "context": "", "response": "answer 0\nand more of 0"}


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


def test_a_wrong_knob_is_named(capsys: pytest.CaptureFixture[str], export: Path) -> None:
    twin(capsys, "init")
    twin(capsys, "import", str(export))
    knobs = Path("twin.toml")
    knobs.write_text(knobs.read_text(encoding="utf-8").replace("gap_hours = 24.0", "gap_hours = -1"), encoding="utf-8")
    code, _, err = twin(capsys, "prepare")
    assert code == 1
    assert "prepare.gap_hours = -1" in err


def test_every_command_is_in_the_readme_or_its_help() -> None:
    names = {command.name or command.callback.__name__ for command in app.registered_commands if command.callback}
    described = {name for name in names if re.search(rf"twin {name}\b", README) or re.search(rf"make {name}\b", README)}
    assert names - described == {"runs"}, "a new command needs its place in the README"
    assert all(command.callback and command.callback.__doc__ for command in app.registered_commands)


def test_every_command_in_the_readme_exists() -> None:
    names = {command.name or command.callback.__name__ for command in app.registered_commands if command.callback}
    shown = {match[1] for block in re.findall(r"```sh\n(.*?)```", README, re.DOTALL) for match in re.finditer(r"^twin (\w+)", block, re.MULTILINE)}
    assert shown
    assert shown <= names


def test_help_and_the_steps_before_training_load_nothing_heavy(export: Path) -> None:
    script = """
import sys
from twin.cli import main
for arguments in (["--help"], ["init"], ["import", "result.json"], ["prepare"], ["runs"]):
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
