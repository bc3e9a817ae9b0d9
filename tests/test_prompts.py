from pathlib import Path

import pytest

from twin import prompts
from twin.prompts import fill


@pytest.fixture(autouse=True)
def _templates(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "prompts").mkdir()
    (tmp_path / "prompts" / "letter.txt").write_text("Dear {name},\nit is {date}.\nYours\n{name} of {place}\n", encoding="utf-8")
    monkeypatch.setattr(prompts, "_HERE", tmp_path)
    prompts._lines.cache_clear()


def test_a_line_with_an_absent_value_is_left_out() -> None:
    assert fill("letter", name="Anna", date="May", place="Oslo") == "Dear Anna,\nit is May.\nYours\nAnna of Oslo"
    assert fill("letter", name="Anna", date=None) == "Dear Anna,\nYours"
    assert fill("letter") == "Yours"
    assert fill("letter", name="") == "Dear ,\nYours"


def test_braces_in_a_value_are_text() -> None:
    assert fill("letter", name="{place}", place=r"{name}\1").splitlines() == ["Dear {place},", "Yours", r"{place} of {name}\1"]


def test_the_prompts_of_the_checkout_can_be_filled(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.undo()
    prompts._lines.cache_clear()
    assert fill("header", person="Mira", contact="Anna") == "A chat on Telegram: Mira and Anna."
    assert fill("header", person="Mira", group="Team", date="May") == "A group chat on Telegram: Mira writes in Team.\nIt is May."
