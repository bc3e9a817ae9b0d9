"""The mask in colour shows what training does, token for token, and a split's file is read only where it is looked at."""

import html
import json
import re
from pathlib import Path

import pytest

from tests.tiny import conversation, me, template, them
from twin.chat.mask import STYLES, find, mask, spans
from twin.errors import DatasetError
from twin.model.template import TEXT
from twin.schema import conversation_to_json

TEMPLATE = template()
SAID = conversation(them("hi", "you?"), me("да 👍🏽\nyes", "no"), them("ok"), me("[photo]", learn=False))


def test_the_tokens_are_those_of_training_and_none_is_lost() -> None:
    rendered = TEMPLATE.render(SAID)
    shown = list(spans(TEMPLATE, rendered.ids, rendered.kinds))
    assert sum(span.tokens for span in shown) == len(rendered.ids)
    assert sum(span.tokens for span in shown if span.kind) == sum(map(bool, rendered.kinds))
    assert "".join(span.text for span in shown if span.kind == TEXT).split() == ["да", "👍🏽", "yesno"] or "да 👍🏽\nyes" in "".join(
        span.text for span in shown if span.kind == TEXT
    )
    assert "\N{REPLACEMENT CHARACTER}" not in "".join(span.text for span in shown)
    assert [span.text for span in shown if span.marker and span.kind] == [">>COMMENT<<", "<|endoftext|>"]


def test_a_broken_character_does_not_hold_up_the_rest() -> None:
    ids = TEMPLATE.text("👍")[1:3] * 10 + TEMPLATE.text("yes")[1:]
    shown = list(spans(TEMPLATE, ids, [0] * len(ids)))
    assert sum(span.tokens for span in shown) == len(ids)
    assert shown[-1].text.endswith("yes"[-1])


def test_each_turn_is_a_block_in_its_colours() -> None:
    drawn = mask(TEMPLATE, SAID)
    assert re.findall(r'<p class="block (\w+)">', drawn) == ["header", "theirs", "mine", "theirs", "mine"]
    learned = "".join(re.findall(rf'<span class="token {STYLES[1]}"[^>]*>(.*?)</span>', drawn))
    assert "да" in learned
    assert "photo" not in learned
    assert "ok" not in learned
    rendered = TEMPLATE.render(SAID)
    assert f"{sum(map(bool, rendered.kinds))} of {len(rendered.ids)} tokens learned" in drawn


def test_a_message_is_text_whatever_it_holds() -> None:
    drawn = mask(TEMPLATE, conversation(them("<script>alert(1)</script>"), me("&lt;"), chat="<b>Bob"))
    assert "<script" not in drawn
    assert "<b>" not in drawn
    assert "&lt;script" in html.unescape(re.sub(r"<[^>]*>", "", drawn)).replace("<", "&lt;")


def test_a_very_long_conversation_is_cut_and_says_so() -> None:
    drawn = mask(TEMPLATE, conversation(*(turn for number in range(600) for turn in (them(f"hello {number}"), me(f"well {number}")))))
    assert drawn.count("<p class=") < 700
    assert re.search(r"… and [\d,]+ tokens more", drawn)


def test_conversations_are_found_by_their_chat_and_read_one_at_a_time(tmp_path: Path) -> None:
    path = tmp_path / "train.jsonl"
    said = [conversation(them('"chat_id":7,'), me(f"no {number}"), chat_id=chat) for number, chat in enumerate([5, -1001, 5, 6])]
    path.write_text("".join(json.dumps(conversation_to_json(one), ensure_ascii=False) + "\n" for one in said), encoding="utf-8")
    split = find(path)
    assert list(split.of(None)) == [0, 1, 2, 3]
    assert list(split.of(5)) == [0, 2]
    assert list(split.of(-1001)) == [1]
    assert list(split.of(7)) == []
    assert [split.read(number) for number in range(4)] == said


def test_a_damaged_split_names_its_line(tmp_path: Path) -> None:
    path = tmp_path / "train.jsonl"
    path.write_text(json.dumps(conversation_to_json(SAID)) + '\n{"messages": []}\n', encoding="utf-8")
    with pytest.raises(DatasetError, match=r"train.jsonl line 2 is not a conversation .*twin prepare"):
        find(path)
    path.write_text('{"messages": [{}], "chat_id": 1, "chat": "x"}\n', encoding="utf-8")
    with pytest.raises(DatasetError, match=r"train.jsonl line 1 is not a conversation"):
        find(path).read(0)
