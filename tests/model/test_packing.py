import dataclasses
import random
from collections import Counter
from itertools import accumulate

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from tests import tiny
from tests.tiny import conversation, me, them
from twin.errors import DatasetError
from twin.model.attention import fuse_attention
from twin.model.packing import Window, make_batch, pack, windows
from twin.model.score import make_rows
from twin.model.template import CONTEXT, MARKER, TEXT, Piece, Rendered
from twin.schema import Conversation

TEMPLATE = tiny.template()


def piece(length: int, *, learn: bool, number: int) -> Piece:
    """A turn of numbered tokens, so that each can be recognised; a learned one ends in a marker."""
    ids = tuple(1000 * (number + 1) + place for place in range(length))
    kinds = (CONTEXT, *[TEXT] * (length - 2), MARKER) if learn and length > 1 else (CONTEXT,) * length
    return Piece(ids, kinds, size=length if learn and length > 1 else 0)


@st.composite
def renderings(draw: st.DrawFn) -> Rendered:
    turns = draw(st.lists(st.tuples(st.integers(1, 60), st.booleans()), max_size=12))
    header = tuple(range(draw(st.integers(1, 8))))
    return Rendered(header, tuple(piece(length, learn=learn, number=number) for number, (length, learn) in enumerate(turns)))


@given(rendered=renderings(), row=st.integers(10, 100), shared=st.integers(0, 40))
def test_windows_lose_nothing_and_train_nothing_twice(rendered: Rendered, row: int, shared: int) -> None:
    header, body, kinds = list(rendered.header), rendered.ids[len(rendered.header) :], rendered.kinds[len(rendered.header) :]
    targets = [(token, kind) for token, kind in zip(body, kinds, strict=True) if kind != CONTEXT]
    if row - len(header) < shared + 2:
        if targets:
            with pytest.raises(DatasetError, match=f"rows of {row} tokens"):
                list(windows(rendered, row_tokens=row, shared_tokens=shared))
        return
    found, end = [], 0
    for window in windows(rendered, row_tokens=row, shared_tokens=shared, source=7):
        assert len(window.ids) == len(window.kinds) <= row
        assert window.source == 7
        assert list(window.ids[: len(header)]) == header
        assert set(window.kinds[: len(header)]) == {CONTEXT}
        text = list(window.ids[len(header) :])
        start = body.index(text[0])
        assert body[start : start + len(text)] == text  # context is the conversation's own, in one stretch
        new = [place for place, kind in enumerate(window.kinds) if kind != CONTEXT]
        first = start + new[0] - len(header)
        assert first - start >= min(shared, first)  # the context shared, or everything there is
        assert all(window.kinds[place] == kinds[start + place - len(header)] for place in new)
        found += [(window.ids[place], window.kinds[place]) for place in new]
        end = start + len(text)
    assert found == targets
    assert sum(window.size for window in windows(rendered, row_tokens=row, shared_tokens=shared)) == sum(piece.size for piece in rendered.pieces)
    if targets:
        assert body[end - 1] == targets[-1][0]  # context after the last target is left off


def test_windows_of_a_long_conversation_meet_where_turns_do() -> None:
    rendered = Rendered((0, 1), tuple(piece(10, learn=number % 2 == 1, number=number) for number in range(8)))
    first, *later = windows(rendered, row_tokens=42, shared_tokens=8)
    assert first.ids == (0, 1, *rendered.ids[2:42])
    assert later[0].ids == (0, 1, *rendered.ids[32:72])  # one turn again, as 8 tokens would begin inside it
    assert later[0].kinds == (*[CONTEXT] * 12, *rendered.kinds[42:72])
    assert later[1].ids == (0, 1, *rendered.ids[62:82])
    assert len(later) == 2


def test_a_short_conversation_is_one_window() -> None:
    rendered = TEMPLATE.render(conversation(them("hi"), me("yes"), them("how are you")))
    (window,) = windows(rendered, row_tokens=100, shared_tokens=20)
    assert window == Window(tuple(rendered.ids[:-4]), tuple(rendered.kinds[:-4]), 0, 3)


def test_nothing_to_learn_is_no_window() -> None:
    assert list(windows(TEMPLATE.render(conversation(them("hi"), me("yes", learn=False))), row_tokens=64, shared_tokens=500)) == []


@given(lengths=st.lists(st.integers(1, 50), max_size=60))
def test_packing_uses_each_window_once_and_no_row_is_over(lengths: list[int]) -> None:
    rows = pack(lengths, 50)
    assert sorted(number for row in rows for number in row) == list(range(len(lengths)))
    loads = [sum(lengths[number] for number in row) for row in rows]
    assert all(0 < load <= 50 for load in loads)
    assert pack(lengths, 50) == rows
    assert sum(load <= 25 for load in loads) <= 1  # two half-empty rows would have been one


def test_packing_takes_the_fullest_row_with_room() -> None:
    assert pack([30, 70, 20, 55, 25], 100) == [[1, 0], [3, 4, 2]]
    assert pack([5, 6], 10) == [[1], [0]]


def rows_of(*conversations: Conversation, row_tokens: int = 200) -> list[list[Window]]:
    return make_rows(TEMPLATE, conversations, row_tokens=row_tokens, shared_tokens=20)


def test_packed_logits_are_those_of_each_window_alone() -> None:
    model = tiny.falcon()
    fuse_attention(model)
    rows = rows_of(*tiny.chatter(12))
    batch = make_batch(rows)
    with torch.inference_mode():
        logits = model(batch.ids, attention_mask=batch.mask, position_ids=batch.positions).logits
        quick = model(batch.ids, attention_mask=batch.segments, position_ids=batch.positions, use_cache=False).logits
        # without the mask positions alone let a segment see the one before it: the trap that segments and mask are for
        leaking = model(batch.ids, position_ids=batch.positions).logits
        for number, row in enumerate(rows):
            ends = list(accumulate(len(window.ids) for window in row))
            for window, end in zip(row, ends, strict=True):
                alone = model(torch.tensor([window.ids])).logits[0]
                here = slice(end - len(window.ids), end)
                torch.testing.assert_close(logits[number, here], alone, atol=1e-4, rtol=1e-4)
                torch.testing.assert_close(quick[number, here], alone, atol=1e-4, rtol=1e-4)
                if end != ends[0]:
                    assert (leaking[number, here] - alone).abs().max() > 0.05


def test_a_batch_in_numbers() -> None:
    row = [Window((2, 90, 5, 91, 11), (0, 0, 0, 1, 2), 3, 1), Window((2, 5, 92, 4, 93, 11), (0, 0, 1, 2, 1, 2), 4, 2)]
    batch = make_batch([row, row[:1]])
    assert batch.ids.tolist() == [[2, 90, 5, 91, 11, 2, 5, 92, 4, 93, 11], [2, 90, 5, 91, 11] + [0] * 6]
    assert batch.positions.tolist() == [[0, 1, 2, 3, 4, 0, 1, 2, 3, 4, 5], [0, 1, 2, 3, 4, 0, 1, 2, 3, 4, 5]]
    assert batch.cuts.tolist() == [0, 5, 11, 16, 22]
    assert batch.cuts.dtype == torch.int32
    assert batch.places.tolist() == [2, 3, 6, 7, 8, 9, 13, 14]
    assert batch.labels.tolist() == [91, 11, 92, 4, 93, 11, 91, 11]
    assert batch.kinds.tolist() == [1, 2, 1, 2, 1, 2, 1, 2]
    assert batch.sources.tolist() == [3, 3, 4, 4, 4, 4, 3, 3]
    assert batch.mask.shape == (2, 1, 11, 11)
    assert not batch.mask[0, 0, 5:, :5].any()
    assert batch.mask[:, 0].diagonal(dim1=1, dim2=2).all()  # padding sees itself: a row that sees nothing is NaN
    assert batch.segments.shape == (1, 1, 6, 5)  # 6 tokens in the longest segment
    assert batch.lengths == ((5, 6), (5,))
    moved = batch.to(torch.device("meta"))
    assert moved.lengths == batch.lengths
    assert {getattr(moved, name.name).device.type for name in dataclasses.fields(batch) if name.name != "lengths"} == {"meta"}


@given(given=st.lists(tiny.conversations(max_turns=10), max_size=6), row=st.sampled_from([64, 90, 400]))
def test_every_message_to_learn_is_trained_exactly_once(given: list[Conversation], row: int) -> None:
    """From the dataset through windows and packing to the labels of a batch: nothing lost, nothing twice, nothing else."""
    given = [_numbered(one, start=1000 * number) for number, one in enumerate(given)]
    messages = [bubble for one in given for turn in one.turns if turn.learn for bubble in turn.bubbles]
    rows = make_rows(TEMPLATE, given, row_tokens=row, shared_tokens=10)
    assert sum(window.size for line in rows for window in line) == sum(len(message.encode()) for message in messages)
    batches = [make_batch([line]) for line in rows]
    labels = [token for batch in batches for token in batch.labels[batch.kinds == TEXT].tolist()]
    assert Counter(labels) == Counter(token for message in messages for token in TEMPLATE.pieces([me(message)], group=False)[0].ids[1:-1])
    assert sum(int((batch.kinds == MARKER).sum()) for batch in batches) == len(messages)
    if row == 400:  # no turn is cut: each message can be read off whole
        assert Counter(text for batch in batches for text in _messages(batch.labels.tolist())) == Counter(messages)


def _numbered(given: Conversation, start: int) -> Conversation:
    """The same with the id of each message at its beginning, so that no two are alike."""
    turns = [
        dataclasses.replace(turn, bubbles=tuple(f"{start + number} {bubble}" for number, bubble in zip(turn.ids, turn.bubbles, strict=True)))
        for turn in given.turns
    ]
    return dataclasses.replace(given, turns=tuple(turns))


def _messages(labels: list[int]) -> list[str]:
    found: list[list[int]] = [[]]
    for token in labels:
        if token in {TEMPLATE.bubble_id, TEMPLATE.stop_id}:
            found.append([])
        else:
            found[-1].append(token)
    return [TEMPLATE.decode(ids) for ids in found[:-1]]


def test_a_batch_as_wide_as_asked_for() -> None:
    row = [Window((2, 90, 5, 91, 11), (0, 0, 0, 1, 2), 3, 1)]
    plain, wide = make_batch([row, row]), make_batch([row, row], multiple=8)
    assert wide.ids.shape == (2, 8)
    assert wide.cuts.tolist() == [0, 5, 8, 13, 16]
    assert torch.equal(wide.ids[:, :5], plain.ids)
    assert torch.equal(wide.labels, plain.labels)
    assert plain.cuts.tolist() == [0, 5, 10]
    assert make_batch([row], multiple=5).ids.shape == (1, 5)


def test_rows_are_the_same_every_time() -> None:
    talks = tiny.chatter(30)
    assert rows_of(*talks) == rows_of(*talks)
    shuffled = talks[:]
    random.Random(1).shuffle(shuffled)
    assert sum(map(len, rows_of(*shuffled))) == sum(map(len, rows_of(*talks)))


def test_without_padding_the_same_tokens_are_one_row() -> None:
    first, second = Window((2, 90, 5, 91, 11), (0, 0, 0, 1, 2), 3, 1), Window((2, 5, 92, 4, 93, 11), (0, 0, 1, 2, 1, 2), 4, 2)
    padded = make_batch([[first], [second, first], [second]])
    batch = padded.without_padding()
    assert batch.ids.tolist() == [[*first.ids, *second.ids, *first.ids, *second.ids]]
    assert batch.positions.tolist() == [[*range(5), *range(6), *range(5), *range(6)]]
    assert batch.cuts.tolist() == [0, 5, 11, 16, 22]
    assert batch.lengths == ((5, 6, 5, 6),)
    assert batch.segments.shape == (1, 1, 6, 5)
    assert batch.ids[0, batch.places + 1].tolist() == batch.labels.tolist() == padded.labels.tolist()
    assert batch.without_padding() is batch
