from collections.abc import Sequence
from types import SimpleNamespace
from typing import Any

import pytest
import torch
from torch import Tensor

from tests import tiny
from tests.tiny import COMMENT, STOP, me, them
from twin.model.attention import fuse_attention
from twin.model.generate import generate
from twin.model.sampling import Sampling

TEMPLATE = tiny.template()
PROMPT = TEMPLATE.prompt(TEMPLATE.header("Ann", contact="Bob"), [them("hi there"), me("yes"), them("how are you")], group=False)
GREEDY = Sampling(temperature=0, repetition_penalty=1, max_tokens=24)
HI, YES, SPACE = 285, 286, 232
BYTE = TEMPLATE.pieces([me("👍")], group=False)[0].ids[2]


@pytest.fixture(scope="module")
def model() -> Any:
    made = tiny.falcon(initializer_range=0.3)
    fuse_attention(made)
    return made


class Scripted(torch.nn.Module):
    """A model whose scores are given, step by step (the last one for ever): a score for some tokens, 0 for the rest."""

    def __init__(self, *steps: dict[int, float], size: int = 295) -> None:
        super().__init__()
        self.weight = torch.nn.Parameter(torch.zeros(1))
        self.steps, self.size, self.calls = steps, size, 0

    def forward(self, input_ids: Tensor, **_: Any) -> Any:
        scores = torch.zeros(1, input_ids.shape[1], self.size)
        for token, value in self.steps[min(self.calls, len(self.steps) - 1)].items():
            scores[0, -1, token] = value
        self.calls += 1
        return SimpleNamespace(logits=scores, past_key_values=None)


def say(*tokens: int) -> Scripted:
    """A model that says these tokens."""
    return Scripted(*({token: 50.0} for token in tokens))


def reply(model: Any, sampling: Sampling = GREEDY, prompt: Sequence[int] = PROMPT) -> tuple[str, ...]:
    return list(generate(model, TEMPLATE, prompt, sampling))[-1]


def spelled(text: str) -> list[int]:
    return list(TEMPLATE.pieces([me(text)], group=False)[0].ids[1:-1])


@torch.inference_mode()
def test_greedy_takes_the_likeliest_token_of_a_whole_forward_pass(model: Any) -> None:
    said: list[list[int]] = [[]]
    ids = list(PROMPT)
    for _ in range(GREEDY.max_tokens):
        scores = model(torch.tensor([ids])).logits[0, -1]
        scores[[token for token in TEMPLATE.specials if token not in {COMMENT, STOP}]] = -torch.inf
        if not TEMPLATE.decode(said[-1]).strip(" \n\N{REPLACEMENT CHARACTER}"):
            scores[[COMMENT, STOP]] = -torch.inf
        ids.append(int(scores.argmax()))
        if ids[-1] == STOP:
            break
        if ids[-1] == COMMENT:
            said.append([])
        else:
            said[-1].append(ids[-1])
    expected = tuple(text.strip() for ids in said if (text := TEMPLATE.decode(ids).replace("\N{REPLACEMENT CHARACTER}", "")).strip())
    assert len(ids) > len(PROMPT) + 3
    assert reply(model) == expected


def test_bubbles_grow_and_the_stop_marker_ends_them() -> None:
    script = say(HI, YES, COMMENT, YES, STOP, HI)
    assert list(generate(script, TEMPLATE, PROMPT, GREEDY)) == [("hi",), ("hi yes",), ("hi yes", "yes"), ("hi yes", "yes")]
    assert script.calls == 5


@pytest.mark.parametrize("temperature", [0, 1])
def test_special_tokens_never_come(temperature: float) -> None:
    loud = {token: 90.0 for token in TEMPLATE.specials if token not in {COMMENT, STOP}} | {HI: 50.0, 299: 99.0}
    assert reply(Scripted(loud, size=300), Sampling(temperature=temperature, repetition_penalty=1, max_tokens=3)) == ("hi hi hi",)


@pytest.mark.parametrize("marker", [COMMENT, STOP])
def test_no_bubble_is_empty(marker: int) -> None:
    """Also not where the model would end or part it at once, or after blanks."""
    assert reply(Scripted({marker: 90.0, HI: 50.0}, {STOP: 90.0})) == ("hi",)
    assert reply(Scripted({marker: 90.0, SPACE: 50.0}, {marker: 90.0, HI: 50.0}, {STOP: 90.0})) == ("hi",)
    assert reply(Scripted({HI: 50.0}, {COMMENT: 50.0}, {marker: 90.0, YES: 50.0}, {STOP: 90.0})) == ("hi", "yes")
    assert reply(say(HI, COMMENT), Sampling(temperature=0, max_tokens=2)) == ("hi",)


@pytest.mark.parametrize("max_tokens", [1, 5, 30])
@pytest.mark.parametrize("blank", [SPACE, 210, BYTE], ids=["space", "newline", "half a character"])
def test_a_model_that_says_blanks_for_ever_says_something_in_the_end(blank: int, max_tokens: int) -> None:
    assert TEMPLATE.decode([blank]).strip("\N{REPLACEMENT CHARACTER} \n") == ""
    (said,) = reply(Scripted({blank: 90.0, STOP: 95.0, COMMENT: 92.0, YES: 10.0}), Sampling(temperature=0, repetition_penalty=1, max_tokens=max_tokens))
    assert "yes" in said


def test_the_reply_is_no_longer_than_allowed(model: Any) -> None:
    script = say(*spelled("a b c d e f g h i j k l"))
    assert reply(script, Sampling(temperature=0, max_tokens=7)) == ("a b c d",)
    assert script.calls == 7


def test_it_ends_where_it_is_stopped() -> None:
    script = say(HI)
    seen = list(generate(script, TEMPLATE, PROMPT, GREEDY, stopped=lambda: script.calls == 3))
    assert seen[-1] == ("hi hi hi",)
    assert script.calls == 3
    assert list(generate(script, TEMPLATE, PROMPT, GREEDY, stopped=lambda: True)) == [()]


def test_a_seed_decides_the_draws(model: Any) -> None:
    one, same, other = (reply(model, Sampling(temperature=2, top_p=1, max_tokens=20, seed=seed)) for seed in (5, 5, 6))
    assert one == same != other
    assert reply(model, Sampling(temperature=2, top_p=1, max_tokens=20)) != reply(model, Sampling(temperature=2, top_p=1, max_tokens=20))


def test_the_nucleus_holds_the_likeliest_tokens_only() -> None:
    scores = {HI: 3.0, YES: 2.0}  # all others 0: together they outweigh both
    outcomes = {reply(Scripted(scores, {STOP: 90.0}), Sampling(temperature=0.5, top_p=0.6, seed=seed)) for seed in range(20)}
    assert outcomes == {("hi",), ("yes",)}
    assert {reply(Scripted(scores, {STOP: 90.0}), Sampling(temperature=1, top_p=0.01, seed=seed)) for seed in range(10)} == {("hi",)}


def test_what_was_said_is_less_likely_to_be_said_again() -> None:
    scores = {HI: 4.0, YES: 3.5}
    assert reply(Scripted(scores), Sampling(temperature=0, repetition_penalty=1, max_tokens=2)) == ("hi hi",)
    assert reply(Scripted(scores), Sampling(temperature=0, repetition_penalty=1.2, max_tokens=2)) == ("hi yes",)


def test_a_character_is_shown_when_all_of_its_bytes_are_there() -> None:
    text = "и 👩🏽 yes"
    seen = list(generate(say(*spelled(text), STOP), TEMPLATE, PROMPT, GREEDY))
    assert seen[-1] == (text,)
    assert all("\N{REPLACEMENT CHARACTER}" not in bubble and text.startswith(bubble) for bubbles in seen for bubble in bubbles)


def test_bytes_that_form_no_character_are_left_out() -> None:
    half = spelled("👍")[1:3]
    assert reply(say(HI, *half, YES, STOP)) == ("hi yes",)


def test_a_reply_does_not_go_in_circles() -> None:
    """It ends before three words in a row come a third time, over the bounds of bubbles too; what is no word may."""
    again = say(*(token for _ in range(9) for token in spelled("hi yes no you")))
    assert reply(again, Sampling(temperature=0, repetition_penalty=1, max_tokens=60)) == ("hi yes no you hi yes no you hi yes",)
    parted = say(*(token for _ in range(9) for token in (HI, YES, COMMENT, HI, COMMENT)))
    assert reply(parted, Sampling(temperature=0, repetition_penalty=1, max_tokens=60)) == ("hi yes", "hi", "hi yes", "hi", "hi yes")
    assert reply(say(*spelled("😂" * 9), STOP), Sampling(temperature=0, repetition_penalty=1, max_tokens=60)) == ("😂" * 9,)


def test_a_tag_is_never_said_however_it_is_spelled(model: Any) -> None:
    """Nothing that was taken out of the messages has a name in a reply, not even a made-up one."""
    first, second, third = spelled("⟦")[-3:]
    tries = Scripted({HI: 50.0}, {first: 50.0}, {second: 50.0}, {third: 50.0, YES: 40.0}, {STOP: 50.0})
    assert reply(tries) == ("hi yes",)
    eager = Scripted({HI: 50.0}, {first: 50.0, YES: 40.0}, {second: 50.0, YES: 40.0}, {third: 50.0, YES: 40.0})
    assert "⟦" not in "".join(reply(eager, Sampling(temperature=1.0, max_tokens=60, seed=1)))
