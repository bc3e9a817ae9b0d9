"""What to do next follows from what was seen, and names knobs that there are."""

import re
from pathlib import Path
from typing import Any

import pytest

from tests.evaluate.invented import DATASET, scorecard, training
from twin.config import Config, load_config
from twin.evaluate.advice import MOST, advise
from twin.evaluate.curves import Curves
from twin.workspace import write_text

KNOB = re.compile(rf"\b({'|'.join(Config.model_fields)})\.([a-z_]+)(?: = (\"[^\"]*\"|[\d.]*\d))?")
MANY = {"targets": 40_000, "chats": [{"id": 2000, "name": "Anna", "targets": 20_000}, {"id": 2001, "name": "Boris", "targets": 20_000}]}


def good() -> dict[str, Any]:
    """A scorecard of which there is nothing to say."""
    report = scorecard() | {"base": "tiiuae/falcon-7b", "general": {"before": 1.0, "after": 1.01}}
    report["features"] = {name: one | {"inside": True} for name, one in report["features"].items()}
    for name in ("distinct_1", "distinct_2", "copied"):
        report["metrics"][name]["twin"] = report["metrics"][name]["person"]
    return report


def best_at_the_end() -> list[dict[str, Any]]:
    return training(falls=0.0, steps=600)


def set_metric(report: dict[str, Any], name: str, row: str, value: float) -> None:
    report["metrics"][name][row] = {"value": value, "low": value - 0.01, "high": value + 0.01, "n": 40}


def said(report: dict[str, Any], lines: list[dict[str, Any]] | None = None, dataset: dict[str, Any] | None = None, **knobs: Any) -> list[str]:
    settings = Config.model_validate({table: dict(values) for table, values in knobs.items()})
    return advise(report, best_at_the_end() if lines is None else lines, settings, MANY if dataset is None else dataset)


def test_nothing_stands_out_of_a_good_one() -> None:
    assert said(good()) == ["Nothing stands out. Let your friends judge, in a blind test: twin evaluate --blind."]
    assert said({}, [], {}) == said(good())


def test_a_loss_that_still_fell_at_the_end_asks_for_more() -> None:
    (one,) = said(good(), training(falls=0.3), train={"epochs": 2.5})
    assert re.match(r"Train longer: .* still fell when training ended, from 2\.29 to 2\.21\. Set train\.epochs = 5;", one)
    assert said(good(), training(falls=0.3)[:-20]) == said(good()), "one that was ended before its time asks for nothing"


def test_a_loss_that_rose_is_overfitting_since_its_best_step() -> None:
    (one,) = said(good(), training(best=120))
    assert one.startswith("Overfitting since step 120: ")
    assert "rose from 2.54 to 2.90" in one
    assert "train.dropout = 0.05" in one
    assert "train.rank = 8" in said(good(), training(best=120), train={"dropout": 0.1})[0]


def test_curves_leave_out_what_a_line_lacks() -> None:
    curves = Curves.of([{"step": 1, "loss": 2.0, "validation_loss": None}, {"step": 2, "validation_loss": 1.5, "steps": 4}, {"step": 3, "loss": 1.0}])
    assert (curves.training, curves.validation, curves.steps) == (((1, 2.0), (3, 1.0)), ((2, 1.5),), 4)
    assert (curves.best, curves.overfitting, curves.falling) == ((2, 1.5), None, None)
    nothing = Curves.of([])
    assert (nothing.best, nothing.overfitting, nothing.falling) == (None, None, None)
    barely = Curves.of([{"step": 1, "validation_loss": 2.0}, {"step": 2, "validation_loss": 2.001, "steps": 2}])
    assert barely.overfitting is None, "noise"


def test_few_messages_ask_for_more_chats() -> None:
    (one,) = said(good(), dataset=DATASET)
    assert one == "Export more chats: 1,830 messages of yours are few to learn from. What is left out, and why, says: twin prepare."
    assert said(good(), dataset=DATASET, prepare={"since": "2024-01-01"})[0].endswith('prepare.since = "" takes those of all years.')


def test_the_chats_in_which_the_twin_gains_least_are_named_as_they_are_called() -> None:
    report = good()
    report["keys"] = [f"{2000 + number % 2}:{number}" for number in range(60)]
    size = [100.0] * 60
    base, twin = [250.0] * 60, [200.0 if number % 2 else 245.0 for number in range(60)]
    report["conversations"]["bits_per_byte"] = {"base": [base, size], "twin": [twin, size]}
    called = {"Anna": "Ann <3"}
    found = advise(report, best_at_the_end(), Config(), MANY, lambda name: called.get(name, name))
    assert found == ["Export more of what you wrote, first of all from where it gains least: Ann <3 (20,000 messages of yours)."]
    found = advise(report, best_at_the_end(), Config(), DATASET)
    assert found[0].startswith(
        "Export more chats: 1,830 messages of yours are few to learn from, first of all from where it gains least: Anna (900 messages of"
    )
    report["conversations"]["bits_per_byte"] = {"base": [base, [1.0] * 60], "twin": [twin, [1.0] * 60]}
    assert said(report) == said(good()), "some bytes of a chat tell nothing about it"


def test_the_small_base_is_named_as_a_limit() -> None:
    (one,) = said(good() | {"base": "embedded"})
    assert "small base" in one
    assert 'train.base = "auto"' in one


def test_copying_asks_for_fewer_epochs() -> None:
    report = good()
    set_metric(report, "copied", "twin", 0.2)
    set_metric(report, "copied", "person", 0.05)
    (one,) = said(report)
    assert one.startswith(
        'It copies: 20.0 % of its replies repeat what it learned, 5.0 % of yours do. Set train.epochs = 1.5, and filter.near_duplicates = "on"'
    )
    assert "near_duplicates" not in said(report, filter={"near_duplicates": "on"})[0]
    set_metric(report, "copied", "twin", 0.065)
    assert said(report) == said(good()), "within noise"


def test_too_little_variety_asks_for_a_livelier_voice_and_too_much_for_a_calmer_one() -> None:
    report = good()
    set_metric(report, "distinct_2", "twin", 0.5)
    set_metric(report, "distinct_2", "person", 0.7)
    assert said(report)[0].endswith(
        "50 % of its words in a row are different, 70 % of yours. Make it livelier with chat.temperature = 0.9 or chat.top_p = 0.95."
    )
    assert said(report, chat={"temperature": 2.0, "top_p": 1.0})[0].endswith("chat.temperature = 2.")
    set_metric(report, "distinct_2", "twin", 0.9)
    assert said(report) == ["Its words vary more than yours. Make it calmer with chat.temperature = 0.5."]


def test_habits_out_of_range_are_named_with_which_way() -> None:
    report = good()
    report["features"] |= {name: {"person": 2, "low": 1, "high": 3, "twin": twin, "inside": False} for name, twin in (("bubbles", 9), ("final_full_stop", 0))}
    (one,) = said(report)
    assert one.startswith("Out of your range: messages in a row (more than you), final full stop (less than you). ")
    report["features"] |= {f"habit_{number}": report["features"]["bubbles"] for number in range(5)}
    assert "habit 1 (more than you) and 3 more. " in said(report)[0]


def test_forgetting_asks_for_replay() -> None:
    (one,) = said(good() | {"general": {"before": 1.0, "after": 1.2}})
    assert one.startswith("It forgot some of what the base knew: general text takes 20 % more bits than before. ")
    assert one.endswith("with train.replay = 0.1 and train.replay_text.")
    noise = {"before": 1.0, "after": {"value": 1.2}, "change": {"value": 0.2, "low": -0.1, "high": 0.5, "n": 3}}
    assert said(good() | {"general": noise}) == said(good())
    assert "train.replay = 0.6" in said(good() | {"general": {"before": 1.0, "after": 1.2}}, train={"replay": 0.3})[0]


def test_a_leak_comes_first() -> None:
    report = good() | {"leaks": {"verdict": "leaks"}, "base": "embedded"}
    assert "give this twin to nobody" in said(report)[0]
    assert said(good() | {"leaks": {"verdict": "none found"}}) == said(good())


@pytest.mark.parametrize("lines", [training(best=120), training(falls=0.3)])
def test_there_are_five_at_most_and_every_knob_of_them_is_one(lines: list[dict[str, Any]]) -> None:
    report = scorecard() | {"leaks": {"verdict": "leaks"}}
    set_metric(report, "copied", "twin", 0.5)
    found = advise(report, lines, Config(), DATASET)
    assert len(found) == MOST
    alone = [
        *said(good() | {"general": {"before": 1.0, "after": 1.2}}),
        *said(good() | {"features": scorecard()["features"]}),
        *said(good() | {"metrics": report["metrics"]}),
    ]
    assert all(one.endswith(".") for one in found + alone)
    tables: dict[str, dict[str, str]] = {}
    for table, key, value in KNOB.findall("\n".join(found + alone)):
        assert key in Config.model_fields[table].annotation.model_fields, f"{table}.{key}"
        if value:
            tables.setdefault(table, {})[key] = value
    assert tables
    place = Path("twin.toml")
    write_text(place, "".join(f"[{table}]\n" + "".join(f"{key} = {value}\n" for key, value in keys.items()) for table, keys in tables.items()))
    load_config(place)  # raises where a value is none
