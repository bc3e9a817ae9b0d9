from dataclasses import replace

import numpy as np
import pytest
import torch

from tests import tiny
from twin.errors import DatasetError
from twin.evaluate.choosing import CHANCE, Question, choose, questions, read
from twin.evaluate.held_out import exchanges
from twin.model.losses import target_losses
from twin.model.packing import make_batch
from twin.model.score import make_rows, score
from twin.model.template import CONTEXT, MARKER, TEXT
from twin.prepare.deduplicate import normalise
from twin.schema import Conversation, Turn

TALKS = tiny.chatter(24, seed=5)


def asked(count: int = 12, seed: int = 1) -> list[Question]:
    return questions(exchanges(TALKS), TALKS, seed, count)


def test_the_others_are_true_replies_from_elsewhere_and_about_as_long() -> None:
    talks = [tiny.conversation(tiny.them("so?"), tiny.me(f"word {letter}" * size)) for letter in "abcdef" for size in (1, 12, 40)]
    talks += [tiny.conversation(tiny.them("so?"), tiny.me("Word  A"), tiny.them("and?"), tiny.me("word z"))]
    held_out = exchanges(talks)
    said = {one.reply: one.conversation for one in held_out}
    found = questions(held_out, talks, 1, 100)
    assert len(found) == len(held_out)
    for question, own in zip(found, held_out, strict=True):
        real, *others = question.candidates
        assert (question.number, real.bubbles) == (own.conversation, own.reply)
        assert question.conversation.turns == tuple(replace(turn, learn=False) for turn in own.context)
        size = len(real.bubbles[0])
        assert all(abs(len(other.bubbles[0]) - size) <= max(8, size / 4) and said[other.bubbles] != own.conversation for other in others)
        assert len({normalise(turn.bubbles[0]) for turn in question.candidates}) == 4
        assert all(turn.mine and turn.learn for turn in question.candidates)


def test_questions_follow_from_the_seed_and_are_no_more_than_asked_for() -> None:
    assert asked() == asked()
    assert asked() != asked(seed=2)
    assert len(asked(5)) == 5
    assert [question.number for question in asked()] == sorted(question.number for question in asked())
    few = TALKS[:1]
    assert questions(exchanges(few), few, 1, 9) == []  # nothing from elsewhere


def test_nothing_of_the_context_is_to_be_learned() -> None:
    for question in asked(40):
        assert not any(turn.learn for turn in question.conversation.turns)
        for window in read(tiny.template(), question, row_tokens=256, context_tokens=256):
            learned = [token for token, kind in zip(window.ids, window.kinds, strict=True) if kind == TEXT]
            bubbles = question.candidates[window.source // 2].bubbles
            assert tiny.template().decode(learned).replace(" ", "") == "".join(bubbles).replace(" ", "")
            assert window.size == len("".join(bubbles))


@pytest.mark.slow
def test_all_candidates_are_read_after_the_same_newest_turns_that_fit() -> None:
    template = tiny.template()
    turns = tuple(turn for number in range(30) for turn in (tiny.them(f"question {number}"), tiny.me(f"answer {number}", learn=False)))[:-1]
    candidates = (tiny.me("yes"), tiny.me("no", "no " * 20), tiny.me("hi"), tiny.me("how are you"))
    question = Question(0, tiny.conversation(*turns), candidates)
    examples = (tiny.them("an example"), tiny.me("ok"))
    for before in ((), examples):
        for row_tokens, context_tokens in ((200, 60), (200, 1000), (2000, 2000)):
            windows = read(template, question, before, row_tokens=row_tokens, context_tokens=context_tokens, source=8)
            assert [window.source for window in windows] == list(range(8, 16))
            assert all(len(window.ids) <= row_tokens for window in windows)
            kept = max(
                count for count in range(len(turns) + 1) if windows[0].ids == tuple(rendered(question, (*before, *turns[len(turns) - count :], candidates[0])))
            )
            assert kept
            used, more = (sum(len(piece.ids) for piece in template.pieces(turns[-count:], group=False)) for count in (kept, kept + 1))
            assert used <= context_tokens
            assert kept == len(turns) or more > context_tokens or max(len(window.ids) for window in windows) + more - used > row_tokens
            assert row_tokens < 2000 or kept == len(turns)
            for number, candidate in enumerate(candidates):
                for window, context in ((windows[2 * number], turns[len(turns) - kept :]), (windows[2 * number + 1], ())):
                    whole = rendered(question, (*before, *context, candidate))
                    assert list(window.ids) == whole[: len(window.ids)]
                    assert len(window.ids) == len(whole) or number == 1  # the long one may be cut


def rendered(question: Question, turns: tuple[Turn, ...]) -> list[int]:
    return tiny.template().render(replace(question.conversation, turns=turns)).ids


def test_what_is_too_long_for_a_row_is_cut_and_every_question_asked() -> None:
    question = Question(0, tiny.conversation(tiny.them("a" * 300)), (tiny.me("b" * 300), tiny.me("yes"), tiny.me("no"), tiny.me("hi")))
    windows = read(tiny.template(), question, row_tokens=200, context_tokens=200)
    header = len(tiny.template().header_of(question.conversation))
    assert len(windows[0].ids) == 200
    assert sum(kind == TEXT for kind in windows[0].kinds) in ((200 - header) // 2, (200 - header) // 2 - 1)
    assert windows[2].kinds.count(CONTEXT) == windows[0].kinds.count(CONTEXT)  # the same context
    assert MARKER in windows[2].kinds
    with pytest.raises(DatasetError, match=r"rows of 5 tokens cannot hold a header of \d+; raise train.row_tokens"):
        read(tiny.template(), question, row_tokens=5, context_tokens=5)


def test_chosen_is_what_the_context_makes_likelier_than_it_is_without() -> None:
    model, template, found = tiny.falcon(heads=1), tiny.template(), asked()

    def bits(conversation: Conversation) -> float:
        return score(model, make_rows(template, [conversation], row_tokens=512, shared_tokens=32)).text_bits

    hits, tries = np.zeros(len(TALKS)), np.zeros(len(TALKS))
    for question in found:
        gains = [
            bits(replace(question.conversation, turns=(candidate,))) - bits(replace(question.conversation, turns=(*question.conversation.turns, candidate)))
            for candidate in question.candidates
        ]
        hits[question.number] += gains[0] == max(gains)
        tries[question.number] += 1
    choices = choose(model, template, found, len(TALKS), row_tokens=512, context_tokens=512)
    assert list(choices.hits) == list(hits)
    assert list(choices.tries) == list(tries)
    assert 0 < hits.sum() < tries.sum() == 12
    assert choices.share(1).value == hits.sum() / 12


def test_a_model_that_cannot_tell_is_right_by_chance() -> None:
    model = tiny.falcon(heads=1)
    with torch.no_grad():
        for weight in model.parameters():
            weight.zero_()
    choices = choose(model, tiny.template(), asked(), len(TALKS), row_tokens=512, context_tokens=64)
    assert choices.share(1).value == CHANCE
    assert choose(model, tiny.template(), [], 3, row_tokens=512, context_tokens=64).tries.tolist() == [0, 0, 0]


@pytest.mark.slow
def test_who_has_learned_how_the_person_answers_chooses_well_and_another_does_not() -> None:
    model, template = tiny.falcon(heads=1), tiny.template()
    before = choose(model, template, asked(40), len(TALKS), row_tokens=256, context_tokens=128).share(1).value
    optimizer = torch.optim.AdamW(model.parameters(), lr=3e-3)
    talks = tiny.chatter(60, seed=6)
    opened = [replace(talk, turns=talk.turns[1:]) for talk in talks]  # what she says when nothing was said is to be learned, too
    rows = make_rows(template, [*talks, *opened], row_tokens=256, shared_tokens=32)
    model.train()
    for step in range(300):
        start = 2 * step % len(rows)
        optimizer.zero_grad()
        target_losses(model, make_batch(rows[start : start + 2])).mean().backward()
        optimizer.step()
    choices = choose(model.eval(), template, asked(40), len(TALKS), row_tokens=256, context_tokens=128)
    assert before < 0.5
    assert choices.share(1).value > 0.9
    wrong = [replace(question, candidates=(*question.candidates[1:], question.candidates[0])) for question in asked(40)]
    assert choose(model, template, wrong, len(TALKS), row_tokens=256, context_tokens=128).share(1).value < 0.1
