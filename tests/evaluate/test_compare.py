"""Two scorecards: what got worse is found, what only varies is not, and what cannot be compared is named."""

import copy
import json
import math
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.evaluate.invented import scorecard
from tests.test_cli import finished_run, twin
from twin.errors import UsageError, WorkspaceError
from twin.evaluate.compare import Comparison, Verdict, compare, read_scorecard
from twin.evaluate.intervals import ratio


def verdicts(comparison: Comparison) -> dict[str, Verdict]:
    return {change.metric: change.verdict for change in comparison.changes}


def of_conversations(name: str, parts: Any, wholes: Any, **more: Any) -> dict[str, Any]:
    """A report of one metric."""
    parts, wholes = np.asarray(parts, float), np.asarray(wholes, float)
    return {
        "run": "a",
        "seed": 1,
        "keys": [f"1:{number}" for number in range(len(parts))],
        "metrics": {name: {"twin": ratio(parts, wholes, seed=1).to_json()}},
        "conversations": {name: {"twin": [parts.tolist(), wholes.tolist()]}},
    } | more


def alone(name: str, value: float, low: float, high: float, n: int = 40) -> dict[str, Any]:
    """A report of one metric without values of conversations."""
    return {"keys": ["1:1"], "metrics": {name: {"twin": {"value": value, "low": low, "high": high, "n": n}}}}


def test_a_planted_worsening_is_found() -> None:
    found = compare(scorecard(), scorecard(seed=2, worse=0.05, run="run-2"))
    assert found.worse
    assert verdicts(found)["bits_per_byte"] is Verdict.WORSE
    assert found.says() == "run-2 is worse (Your next words) than run-1 beyond noise"
    back = compare(scorecard(seed=2, worse=0.05, run="run-2"), scorecard())
    assert not back.worse
    assert verdicts(back)["bits_per_byte"] is Verdict.BETTER
    change, other = found.changes[0], back.changes[0]
    assert change.paired
    assert (change.before, change.after) == (other.after, other.before)
    assert change.difference.value == pytest.approx(-other.difference.value)


def test_the_same_twin_with_another_seed_is_neither_better_nor_worse() -> None:
    found = [compare(scorecard(), scorecard(seed=seed, run="run-2")) for seed in range(2, 7)]
    assert [one.worse for one in found] == [False] * 5
    assert {verdict for one in found for verdict in verdicts(one).values()} == {Verdict.SAME}
    assert found[0].says() == "run-2 is neither better nor worse than run-1 beyond noise"


@pytest.mark.slow
@pytest.mark.parametrize("conversations", [8, 40])
def test_of_all_comparisons_of_the_same_one_in_twenty_at_most_finds_a_difference(conversations: int) -> None:
    chance, wrong, trials = np.random.default_rng(5), 0, 150
    wholes = chance.integers(1, 9, conversations)
    for _ in range(trials):
        # six metrics of the same twin, drawn anew: noise of its own for each conversation
        both = [
            {"keys": list(range(conversations)), "metrics": {}, "conversations": {}, "seed": 1},
            {"keys": list(range(conversations)), "metrics": {}, "conversations": {}, "seed": 1},
        ]
        for report in both:
            for name in ("bits_per_byte", "choice", "chrf", "similarity", "copied", "distinct_2"):
                one = of_conversations(name, wholes * (1 + chance.normal(0, 0.3, conversations)), wholes)
                report["metrics"] |= one["metrics"]
                report["conversations"] |= one["conversations"]
        wrong += any(verdict is not Verdict.SAME for verdict in verdicts(compare(*both)).values())
    assert wrong / trials <= 0.05 + 2 * math.sqrt(0.05 * 0.95 / trials)


def test_conversations_are_compared_with_themselves() -> None:
    hard = np.random.default_rng(1).uniform(1, 9, 40)  # how hard a conversation is, for everyone
    wholes = np.full(40, 10.0)
    first, second = (
        of_conversations("bits_per_byte", hard * 10, wholes),
        of_conversations("bits_per_byte", (hard + 0.1 + np.sin(np.arange(40)) / 10) * 10, wholes),
    )
    assert compare(first, second).worse, "a tenth of a bit, where each interval alone is a bit wide"
    for report in (first, second):
        del report["conversations"]
    assert verdicts(compare(first, second)) == {"bits_per_byte": Verdict.SAME}


@pytest.mark.parametrize(
    ("name", "first", "second", "verdict"),
    [
        ("style", (0.9, 0.85, 0.95), (0.5, 0.45, 0.55), Verdict.WORSE),
        ("style", (0.5, 0.45, 0.55), (0.9, 0.85, 0.95), Verdict.BETTER),
        ("style", (0.9, 0.8, 1.0), (0.8, 0.7, 0.9), Verdict.SAME),
        ("auc_style", (0.55, 0.5, 0.6), (0.8, 0.75, 0.85), Verdict.WORSE),
        ("auc_style", (0.8, 0.75, 0.85), (0.55, 0.5, 0.6), Verdict.BETTER),
        ("auc_style", (0.2, 0.15, 0.25), (0.52, 0.47, 0.57), Verdict.BETTER),
        ("auc_style", (0.2, 0.15, 0.25), (0.8, 0.75, 0.85), Verdict.SAME),
        ("copied", (0.02, 0.01, 0.03), (0.2, 0.15, 0.25), Verdict.WORSE),
        ("distinct_1", (0.4, 0.39, 0.41), (0.3, 0.29, 0.31), Verdict.WORSE),
    ],
)
def test_what_has_no_values_of_conversations_is_compared_by_its_intervals(
    name: str, first: tuple[float, float, float], second: tuple[float, float, float], verdict: Verdict
) -> None:
    found = compare(alone(name, *first), alone(name, *second))
    assert verdicts(found) == {name: verdict}
    assert not found.changes[0].paired
    assert found.changes[0].difference.value == pytest.approx(second[0] - first[0])


def test_two_intervals_apart_make_one_of_their_difference() -> None:
    (change,) = compare(alone("style", 0.5, 0.44, 0.58, 10_000), alone("style", 0.6, 0.5, 0.63, 10_000)).changes
    low, high = change.difference.low, change.difference.high
    # Zou and Donner (2008): d - sqrt((p2 - l2)^2 + (u1 - p1)^2), d + sqrt((u2 - p2)^2 + (p1 - l1)^2)
    assert (low, high) == (pytest.approx(0.1 - math.hypot(0.1, 0.08), abs=1e-4), pytest.approx(0.1 + math.hypot(0.03, 0.06), abs=1e-4))


def test_too_few_conversations_tell_nothing() -> None:
    few = of_conversations("bits_per_byte", [1, 1, 1], [1, 1, 1]), of_conversations("bits_per_byte", [9, 9, 9], [1, 1, 1])
    assert verdicts(compare(*few)) == {"bits_per_byte": Verdict.FEW}
    assert not compare(*few).worse
    nothing = alone("style", 0.5, 0.4, 0.6), {"keys": ["1:1"], "metrics": {"style": {"twin": {"value": None, "low": None, "high": None, "n": 0}}}}
    assert verdicts(compare(*nothing)) == {"style": Verdict.FEW}
    assert "?" in "\n".join(compare(*nothing).lines())


def test_of_different_test_data_what_they_share_is_compared() -> None:
    found = compare(scorecard(), scorecard(seed=2, worse=0.2, run="run-2", first=20))
    assert (found.conversations, found.alone) == (40, 40)
    assert found.worse
    assert set(verdicts(found)) == {"bits_per_byte", "choice", "chrf", "copied"}
    assert found.left_out["style"] == "it has no values of single conversations, and not all of those are the same"
    same = compare(scorecard(), scorecard(seed=2, run="run-2", first=20))
    assert set(verdicts(same).values()) == {Verdict.SAME}, "each conversation with itself, wherever it stands"


def test_nothing_in_common_is_an_error_that_says_what_to_do() -> None:
    with pytest.raises(UsageError, match=r"^run-1 and run-2 were measured on different messages, .* twin evaluate --run run-1, twin evaluate --run run-2$"):
        compare(scorecard(), scorecard(run="run-2", first=100))


def test_a_metric_that_only_one_has_is_named() -> None:
    first, second = scorecard(), scorecard(run="run-2")
    del first["metrics"]["chrf"], second["metrics"]["style"]["twin"]
    found = compare(first, second)
    assert found.left_out == {"style": "only run-1 has it", "chrf": "only run-2 has it"}
    assert "not compared, as only run-2 has it: Letters shared with your reply" in found.lines()


def test_the_table_is_aligned_and_the_json_has_every_figure() -> None:
    found = compare(scorecard(), scorecard(seed=2, worse=0.05, run="run-2"))
    head, titles, *rows, last = found.lines()
    assert head == "run-2 against run-1, on 60 conversations"
    assert last == found.says()
    assert len(rows) == len(found.changes)
    for name in ("run-1", "run-2", "change"):
        end = titles.index(name) + len(name)
        assert all(row[end - 1] != " " and row[end] == " " for row in rows)
    assert rows[0].startswith("Your next words ")
    assert rows[0].endswith(" worse")
    written = json.loads(json.dumps(found.to_json()))
    assert (written["runs"], written["worse"], written["conversations"]) == (["run-1", "run-2"], True, 60)
    bits = written["metrics"]["bits_per_byte"]
    assert (bits["verdict"], bits["paired"]) == ("worse", True)
    assert bits["after"] - bits["before"] == pytest.approx(bits["difference"]["value"], abs=1e-5)


def test_a_damaged_report_says_how_to_make_it_again(tmp_path: Path) -> None:
    run = tmp_path / "run-7"
    run.mkdir()
    for text in ("", "[]", '{"metrics": {"style": {"twin": {"value": 1}}}}', '{"metrics": 3}'):
        (run / "report.json").write_text(text)
        with pytest.raises(WorkspaceError, match=r"report\.json is damaged .*; measure again with: twin evaluate --run run-7$"):
            read_scorecard(run)


@pytest.fixture
def measured(capsys: pytest.CaptureFixture[str]) -> None:
    twin(capsys, "init")
    for name, worse in (("run-1", 0.0), ("run-2", 0.1), ("run-3", 0.0)):
        finished_run(name)
        report = scorecard(seed=2 if worse else 1, worse=worse, run=name)
        if name != "run-3":
            Path("runs", name, "report.json").write_text(json.dumps(report))


@pytest.mark.usefixtures("measured")
def test_twin_runs_compare(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, err = twin(capsys, "runs", "compare", "run-1", "run-2")
    assert (code, err) == (0, "")
    assert out.splitlines()[-1] == "run-2 is worse (Your next words) than run-1 beyond noise"
    code, out, _ = twin(capsys, "runs", "compare", "run-2", "run-1", "--json")
    assert (code, json.loads(out)["worse"]) == (0, False)
    code, out, _ = twin(capsys, "runs", "--json")
    assert (code, [run["run"] for run in json.loads(out)["runs"]]) == (0, ["run-1", "run-2", "run-3"])
    assert twin(capsys, "runs")[1].startswith("run-1: 1 steps")


@pytest.mark.usefixtures("measured")
@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (["compare", "run-1", "run-3"], 1, "run-3 was not measured yet"),
        (["compare", "run-1", "run-3"], 1, "measure it with: twin evaluate --run run-3\n"),
        (["compare", "run-1", "run-9"], 1, "no finished run run-9; there are: run-1, run-2, run-3"),
        (["compare", "run-1"], 2, "Missing argument 'B'"),
        (["--json", "compare", "run-1", "run-2"], 2, "twin runs compare ... --json"),
        (["remember"], 2, "No such command"),
    ],
)
def test_what_cannot_be_compared_is_said_in_a_line(capsys: pytest.CaptureFixture[str], arguments: list[str], code: int, words: str) -> None:
    found, out, err = twin(capsys, "runs", *arguments)
    assert (found, out) == (code, "")
    assert words in err
    assert code == 2 or len(err.splitlines()) == 1


def test_comparing_changes_neither() -> None:
    first, second = scorecard(), scorecard(seed=2)
    kept = copy.deepcopy((first, second))
    compare(first, second)
    assert (first, second) == kept
