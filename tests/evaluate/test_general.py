import math
from pathlib import Path

import pytest
import torch

from tests import tiny
from twin.errors import DatasetError
from twin.evaluate.general import KINDS, general, paragraphs, read_paragraphs
from twin.model.adapter import Twin

TEXTS = ["hi there, how are you", "yes >>ANSWER<< и no", "no " * 40]


def bits(model: torch.nn.Module, text: str, row_tokens: int) -> float:
    """-log2 p of a text, as the model's own forward says it, each stretch of it behind the end of a text."""
    ids = tiny.template().text(text)[1:]
    found = 0.0
    for start in range(0, len(ids), row_tokens - 1):
        stretch = torch.tensor([[tiny.STOP, *ids[start : start + row_tokens - 1]]])
        with torch.no_grad():
            found -= model(stretch).logits[0, :-1].log_softmax(-1).gather(1, stretch[0, 1:, None]).sum().item() / math.log(2)
    return found


def test_a_text_costs_what_the_model_says_of_it_alone_without_a_header() -> None:
    base, other = tiny.falcon(heads=1), tiny.falcon(heads=1, seed=1)
    seen: list[tuple[int, int]] = []
    found = general(Twin(other, lambda: base), tiny.template(), TEXTS, row_tokens=32, seed=1, progress=lambda done, total: seen.append((done, total)))
    size = sum(len(text.encode()) for text in TEXTS)
    before, after = (sum(bits(model, text, 32) for text in TEXTS) / size for model in (base, other))
    assert found["before"].value == pytest.approx(before, rel=1e-4)
    assert found["after"].value == pytest.approx(after, rel=1e-4)
    assert found["change"].value == pytest.approx(after - before, abs=1e-4)
    assert [value.n for value in found.values()] == [3, 3, 3]
    assert seen == sorted(seen)
    assert seen[-1][0] == seen[-1][1]


def test_what_all_texts_lose_alike_is_sure_however_different_they_are() -> None:
    base, worse = tiny.falcon(heads=1), tiny.falcon(heads=1)
    with torch.no_grad():
        worse.transformer.ln_f.weight.mul_(1.2)  # the same answers, and surer of them, wrong as they are
    found = general(
        Twin(worse, lambda: base), tiny.template(), [f"how are you {number} " + "yes" * (number % 5) for number in range(30)], row_tokens=64, seed=1
    )
    assert found["change"].low > 0
    assert found["change"].high - found["change"].low < (found["after"].high - found["after"].low) / 2


def test_a_file_is_read_by_paragraphs(tmp_path: Path) -> None:
    path = tmp_path / "text.txt"
    path.write_bytes("\ufeffone\r\ntwo\r\n\r\n\r\n\r\n three \n\n".encode())
    assert read_paragraphs(path) == ["one\ntwo", "three"]
    path.write_text(" \n\n")
    with pytest.raises(DatasetError, match=r"text\.txt holds no text"):
        read_paragraphs(path)
    path.write_bytes(b"\xe4\xf6")
    with pytest.raises(DatasetError, match=r"text\.txt cannot be read .* in UTF-8"):
        read_paragraphs(path)
    with pytest.raises(DatasetError, match="cannot be read"):
        read_paragraphs(tmp_path / "absent.txt")


def test_the_text_of_our_own_is_enough_for_an_interval_and_in_both_languages() -> None:
    for kind, letters in (("english", "abcdefghijklmnopqrstuvwxyz"), ("russian", "абвгдеёжзийклмнопрстуфхцчшщъыьэюя")):
        texts = KINDS[kind]
        assert len(set(texts)) == len(texts) >= 12
        assert sum(len(text.encode()) for text in texts) > 3000
        assert all({letter for letter in text.lower() if letter.isalpha()} <= set(letters) for text in texts)
        assert not any("\n" in text or "  " in text for text in texts)
        assert any(text[0] in '"—' for text in texts)  # talk, too
        assert paragraphs("\n\n".join(texts)) == texts
