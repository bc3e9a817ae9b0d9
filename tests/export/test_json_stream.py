import io
import json
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from twin.errors import ExportFileError
from twin.export import json_stream
from twin.export.json_stream import JsonStream

LEAVES = st.none() | st.booleans() | st.integers(-(2**63), 2**63 - 1) | st.floats(allow_nan=False, allow_infinity=False) | st.text()
VALUES = st.recursive(LEAVES, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4), max_leaves=12)


def stream(text: str | bytes) -> JsonStream:
    return JsonStream(io.BytesIO(text if isinstance(text, bytes) else text.encode()), "result.json")


def walked(source: JsonStream) -> Any:
    """Reads everything through `members` and `items`, never a container as a whole."""
    if source.next_is_object():
        return {key: walked(source) for key in source.members()}
    if source.next_is_array():
        return [walked(source) for _ in source.items()]
    return source.value()


def walked_to_the_end(source: JsonStream) -> Any:
    value = walked(source)
    source.end()
    return value


@given(value=VALUES, chunk=st.integers(1, 9), indent=st.none() | st.integers(0, 2))
def test_walking_and_taking_whole_give_what_the_file_says_wherever_a_chunk_ends(value: Any, chunk: int, indent: int | None) -> None:
    text = json.dumps(value, ensure_ascii=False, indent=indent).encode("utf-8", "surrogatepass")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(json_stream, "_CHUNK", chunk)
        for read in (walked, JsonStream.value):
            source = stream(text)
            assert read(source) == value
            source.end()


@given(value=st.dictionaries(st.text(min_size=1), VALUES, min_size=1), share=st.floats(0, 1, exclude_max=True))
def test_a_file_cut_anywhere_is_an_error(value: Any, share: float) -> None:
    text = json.dumps(value, ensure_ascii=False).encode()
    with pytest.raises(ExportFileError):
        walked(stream(text[: int(share * len(text))]))


@pytest.mark.parametrize(
    ("text", "offset"),
    [('{"жук": 1, "b": ?}', 19), ('{"a": [1, 2}', 11), ('{"a": 1} x', 9), ("", 0), ('{"a" 1}', 5), ("{1: 2}", 1), ('{"a": 1,}', 8), ('["жж", tru]', 9)],
)
def test_an_error_names_the_byte(text: str, offset: int) -> None:
    with pytest.raises(ExportFileError, match=rf"^result\.json: not valid JSON at byte {offset}: "):
        walked_to_the_end(stream(text))


def test_an_error_in_a_later_chunk_names_the_byte_of_the_file(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(json_stream, "_CHUNK", 16)
    text = '{"a": "' + "ж" * 100 + '", "b": nul, "c": 1}'
    with pytest.raises(ExportFileError, match=f"at byte {len(text[: text.index('nul')].encode())}: "):
        walked(stream(text))


@pytest.mark.parametrize(("text", "offset"), [(b'{"a": "\xff"}', 7), (b'{"a": "ab\xd0', 9), ('{"a": 1}'.encode("utf-16"), 0)])
def test_bytes_that_are_not_utf_8_are_named(text: bytes, offset: int) -> None:
    with pytest.raises(ExportFileError, match=f"not UTF-8 at byte {offset}; "):
        walked(stream(text))


def test_the_place_is_in_the_error() -> None:
    source = stream('{"a": ')
    source.place = "chat Anna, after message 17"
    with pytest.raises(ExportFileError, match=r"\(chat Anna, after message 17\)"):
        walked(source)


@pytest.mark.parametrize("text", ["[" * 200_000, '{"a": ' + "9" * 5000 + "}"])
def test_what_python_refuses_is_the_files_error(text: str) -> None:
    with pytest.raises(ExportFileError):
        stream(text).value()


@pytest.mark.parametrize("read", [walked, JsonStream.value])
@pytest.mark.parametrize("chunk", [1, 7, 1 << 20])
def test_control_characters_of_telegram_desktop_are_read_and_escaped_backslashes_left(
    monkeypatch: pytest.MonkeyPatch, read: Callable[[JsonStream], Any], chunk: int
) -> None:
    monkeypatch.setattr(json_stream, "_CHUNK", chunk)
    assert read(stream(r'{"a": "b\x0Bc", "d": "e\\x0Bf\\\x1Fg\"", "h": 1}')) == {"a": "b\x0bc", "d": 'e\\x0Bf\\\x1fg"', "h": 1}


@pytest.mark.parametrize("chunk", [1, 1 << 20])
def test_the_unquoted_document_id_of_4_1_is_read(monkeypatch: pytest.MonkeyPatch, chunk: int) -> None:
    monkeypatch.setattr(json_stream, "_CHUNK", chunk)
    text = '{"text": [{"type": "custom_emoji",\n "document_id": video_files/sticker.webm\n}, "\\"document_id\\": x"], "b": ?}'
    source = stream(text)
    keys = source.members()
    assert next(keys) == "text"
    assert source.value() == [{"type": "custom_emoji", "document_id": "video_files/sticker.webm"}, '"document_id": x']
    assert next(keys) == "b"
    with pytest.raises(ExportFileError, match=f"byte {text.index('?')}: "):
        source.value()


def test_progress_counts_the_bytes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(json_stream, "_CHUNK", 4)
    seen: list[int] = []
    walked(JsonStream(io.BytesIO('["жжжж"]'.encode()), "x", seen.append))
    assert seen == sorted(seen)
    assert seen[-1] == 12


# -- lists of records ---------------------------------------------------------------------------------------------------

RECORDS = st.lists(st.dictionaries(st.text(), VALUES, max_size=3).map(lambda more: {"id": 1} | more) | VALUES, max_size=12)


@given(items=RECORDS, chunk=st.integers(1, 400), window=st.integers(1, 40), indent=st.none() | st.integers(0, 2), compact=st.booleans())
def test_records_are_the_items_in_order_wherever_a_piece_ends(items: list[Any], chunk: int, window: int, indent: int | None, compact: bool) -> None:
    separators = (",", ":") if compact else None
    text = json.dumps({"a": items, "b": [{"id": 2}]}, ensure_ascii=False, indent=indent, separators=separators).encode("utf-8", "surrogatepass")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(json_stream, "_CHUNK", chunk)
        patch.setattr(json_stream, "_WINDOW", window)
        source = stream(text)
        read = {key: [item for some in source.records() for item in some] for key in source.members()}
        source.end()
    assert read == {"a": items, "b": [{"id": 2}]}


def many(count: int) -> list[dict[str, Any]]:
    return [{"id": number, "text": f'"}}, {{"id": {number} \\', "list": [{"id": 1}, {"id": 2}]} for number in range(count)]


@pytest.mark.parametrize("indent", [None, 1])
def test_records_come_many_at_a_time_and_the_file_is_read_as_they_are_taken(monkeypatch: pytest.MonkeyPatch, indent: int | None) -> None:
    monkeypatch.setattr(json_stream, "_CHUNK", 10_000)
    text = json.dumps(many(5000), indent=indent).encode()
    file = io.BytesIO(text)
    source = JsonStream(file, "x")
    taken: list[Any] = []
    lists = 0
    for some in source.records():
        taken += some
        lists += 1
        assert file.tell() - len(taken) / 5000 * len(text) < 30_000
    assert taken == many(5000)
    assert lists < 100


@pytest.mark.parametrize("place", [0, 1, 40, 98, 99])
def test_one_mistake_among_many_records_is_put_right_or_named(monkeypatch: pytest.MonkeyPatch, place: int) -> None:
    monkeypatch.setattr(json_stream, "_CHUNK", 3000)
    text = json.dumps(many(100)).replace(f'"id": {place}, "text": "', f'"id": {place}, "text": "\\x0B', 1)
    read = [item for some in stream(text).records() for item in some]
    assert read[place]["text"].startswith("\x0b")
    assert [item | {"text": ""} for item in read] == [item | {"text": ""} for item in many(100)]
    broken = json.dumps(many(100)).replace(f'"id": {place}, "text"', f'"id": {place}; "text"', 1)
    with pytest.raises(ExportFileError, match=f"at byte {broken.index(';'):,}: "):
        list(stream(broken).records())


def test_a_number_that_a_piece_cuts_is_not_a_shorter_one(monkeypatch: pytest.MonkeyPatch) -> None:
    for chunk in range(1, 60):
        monkeypatch.setattr(json_stream, "_CHUNK", chunk)
        monkeypatch.setattr(json_stream, "_WINDOW", 1)
        items = [{"id": 1}, {"id": 1}, -10, 1.25, {"id": 1}]
        assert [item for some in stream(json.dumps(items)).records() for item in some] == items
