from pathlib import Path

import pytest

from tests import tiny
from twin.errors import DatasetError
from twin.model.packing import Window
from twin.model.template import CONTEXT, TEXT
from twin.train.replay import replay_windows


def windows(path: Path, tokens: int = 40, seed: int = 1) -> list[Window]:
    return replay_windows(path, tiny.template(), tokens=tokens, row_tokens=16, seed=seed)


@pytest.fixture
def text(tmp_path: Path) -> Path:
    path = tmp_path / "text.txt"
    path.write_text("hi there\r\n\r\nhow are you\n\n\n\n" + "yes " * 60 + ">>ANSWER<<\n", encoding="utf-8")
    return path


def test_texts_follow_an_end_of_text_and_are_learned_whole(text: Path) -> None:
    found = windows(text, tokens=60)
    template = tiny.template()
    assert all(window.ids[0] == tiny.STOP and len(window.ids) <= 16 for window in found)
    assert all(window.kinds == (CONTEXT, *[TEXT] * (len(window.ids) - 1)) for window in found)
    assert 60 <= sum(len(window.ids) for window in found) < 60 + 16
    texts = [template.decode(window.ids[1:]) for window in found]
    assert {"hi there", "how are you"} <= set(texts) or "yes yes" in " ".join(texts)
    assert not any(tiny.ANSWER in window.ids for window in found)  # a marker in a text is text


def test_which_texts_come_first_follows_from_the_seed(text: Path) -> None:
    assert windows(text) == windows(text)
    assert len({tuple(windows(text, tokens=5, seed=seed)) for seed in range(8)}) > 1


def test_lines_of_json(tmp_path: Path) -> None:
    path = tmp_path / "text.jsonl"
    path.write_text('{"text": "hi there\\n\\nyou"}\n\n{"text": " "}\n{"text": "how are you\u2028"}\n', encoding="utf-8")
    assert len(windows(path, tokens=12)) == 2


@pytest.mark.parametrize("line", ["hi", "[1]", '{"txt": "hi"}', '{"text": 1}'])
def test_another_line_is_named(tmp_path: Path, line: str) -> None:
    path = tmp_path / "text.jsonl"
    path.write_text('{"text": "hi"}\n' + line + "\n")
    with pytest.raises(DatasetError, match=r"text.jsonl:2: not a line like"):
        windows(path)


def test_too_little_text_and_no_text_are_told(text: Path, tmp_path: Path) -> None:
    with pytest.raises(DatasetError, match=r"holds \d+ tokens, but train.replay asks for 5,000; give more text or lower"):
        windows(text, tokens=5000)
    with pytest.raises(DatasetError, match="cannot be read"):
        windows(tmp_path / "absent.txt")
    (tmp_path / "latin.txt").write_bytes(b"\xe4\xf6")
    with pytest.raises(DatasetError, match="in UTF-8"):
        windows(tmp_path / "latin.txt")
