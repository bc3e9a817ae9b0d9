import json
from pathlib import Path

import pytest

from twin.dataset import unwanted

RECORD = Path("report.json")


def test_what_has_learned_from_a_chat_that_takes_no_part_is_stale() -> None:
    RECORD.write_text(json.dumps({"chats": [{"id": 2, "name": "Anna"}, {"id": -5, "name": "Team"}]}), encoding="utf-8")
    assert unwanted(RECORD, {}) == unwanted(RECORD, {3}) == []
    assert unwanted(RECORD, {-5, 7}) == ["Team"]
    assert unwanted(RECORD, {2, -5}) == ["Anna", "Team"]


@pytest.mark.parametrize("content", [None, "", "{", "[]", "{}", '{"chats": 1}', '{"chats": [1]}', '{"chats": [{"id": 2}]}'])
def test_what_is_missing_or_damaged_has_learned_from_nothing(content: str | None) -> None:
    if content is not None:
        RECORD.write_text(content, encoding="utf-8")
    assert unwanted(RECORD, {2}) == []
