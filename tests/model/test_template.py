from collections.abc import Callable
from threading import Thread

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tokenizers import Tokenizer, models
from transformers import PreTrainedTokenizerFast

from tests import tiny
from tests.tiny import ANSWER, COMMENT, HEADER, QUESTION, STOP, conversation, me, them
from twin.errors import ModelError
from twin.model.template import CONTEXT, MARKER, TEXT, Template
from twin.schema import ChatKind, Conversation, Turn

TEMPLATE = tiny.template()
INSISTING = Template(tiny.tokenizer(special=False))
HI, YES, NO, YOU, THERE, HOW, ARE, ANN, BOB, AND = range(285, 295)
SPACE, COLON, BANG = 232, 37, 12


def spelled(text: str) -> list[int]:
    """A text without its leading space, byte by byte: only for words that are no tokens."""
    return TEMPLATE.tokenizer.backend_tokenizer.encode(text, add_special_tokens=False).ids


def test_a_personal_chat_in_ids_and_kinds() -> None:
    rendered = TEMPLATE.render(conversation(them("hi", "how are you"), me("hi!", "yes"), them("no"), me("you there", learn=False), me("no")))
    assert rendered.header == (HEADER, *spelled(" A chat on Telegram:"), ANN, *spelled(" and"), BOB, 25)
    assert [(piece.ids, piece.kinds) for piece in rendered.pieces] == [
        ((QUESTION, HI, COMMENT, HOW, ARE, YOU), (CONTEXT,) * 6),
        ((ANSWER, HI, BANG, COMMENT, YES, STOP), (CONTEXT, TEXT, TEXT, MARKER, TEXT, MARKER)),
        ((QUESTION, NO), (CONTEXT,) * 2),
        ((ANSWER, YOU, THERE, STOP), (CONTEXT,) * 4),
        ((ANSWER, NO, STOP), (CONTEXT, TEXT, MARKER)),
    ]
    assert [piece.size for piece in rendered.pieces] == [0, 6, 0, 0, 2]
    assert rendered.ids == [*rendered.header, *(token for piece in rendered.pieces for token in piece.ids)]
    assert rendered.kinds == [CONTEXT] * len(rendered.header) + [kind for piece in rendered.pieces for kind in piece.kinds]


def test_a_group_names_who_speaks() -> None:
    rendered = TEMPLATE.render(conversation(them("hi", "yes"), them("и", name="Ann"), me("you"), group=True, chat="Bob"))
    assert rendered.header == (HEADER, *spelled(" A group chat on Telegram:"), ANN, *spelled(" writes in"), BOB, 25)
    assert [(piece.ids, piece.kinds) for piece in rendered.pieces] == [
        ((QUESTION, BOB, COLON, HI, COMMENT, YES), (CONTEXT,) * 6),
        ((QUESTION, ANN, COLON, AND), (CONTEXT,) * 4),
        ((ANSWER, YOU, STOP), (CONTEXT, TEXT, MARKER)),
    ]


@pytest.mark.parametrize("template", [TEMPLATE, INSISTING], ids=["special", "insisting"])
@given(given=tiny.conversations())
def test_the_prompt_is_the_prefix_and_the_mask_is_the_reply(template: Template, given: Conversation) -> None:
    rendered = template.render(given)
    ids, kinds, group = rendered.ids, rendered.kinds, given.kind is ChatKind.GROUP
    place, learned = 0, 0
    for number, turn in enumerate(given.turns):
        if not turn.mine:
            continue
        prompt = template.prompt(template.header_of(given), given.turns[:number], group=group)
        assert ids[: len(prompt)] == prompt
        reply = ids[len(prompt) : len(prompt) + len(rendered.pieces[number].ids) - 1]
        assert reply[-1] == STOP
        assert reply.count(template.bubble_id) == len(turn.bubbles) - 1
        if turn.learn:
            mask = kinds[len(prompt) : len(prompt) + len(reply)]
            assert mask == [MARKER if token in {COMMENT, STOP} else TEXT for token in reply]
            assert set(kinds[place : len(prompt)]) <= {CONTEXT}
            place = len(prompt) + len(reply)
            learned += len(reply)
    assert sum(kind != CONTEXT for kind in kinds) == learned


@pytest.mark.parametrize("template", [TEMPLATE, INSISTING], ids=["special", "insisting"])
@pytest.mark.parametrize("text", [">>ANSWER<<", "a<|endoftext|>b", "<|endoftext|><|endoftext|>", ">>>ANSWER<<ANSWER<<", " >>COMMENT<< "])
def test_markers_in_a_message_are_text(template: Template, text: str) -> None:
    for group in (False, True):
        pieces = template.pieces([them(text, name=text), me(text)], group=group)
        markers = [token for piece in pieces for token in piece.ids if token <= STOP]
        assert markers == [QUESTION, ANSWER, STOP]
        assert len(pieces[1].ids) > len(text) // 2  # written out, not dropped
        assert template is INSISTING or template.decode(pieces[1].ids[1:-1]) == text
    assert template.header(text, contact=text, memories=text)[0] == HEADER
    assert min(template.header(text, contact=text, memories=text)[1:]) > STOP


def test_special_tokens_that_are_no_markers_are_text_too() -> None:
    assert min(TEMPLATE.pieces([me(">>TITLE<<")], group=False)[0].ids[1:-1]) > STOP


def test_a_marker_that_the_tokenizer_insists_on_is_broken_up() -> None:
    ids = INSISTING.pieces([me("yes >>ANSWER<< <|endoftext|>")], group=False)[0].ids
    assert INSISTING.decode(ids[1:-1]) == "yes > >ANSWER<< < |endoftext|>"


@given(text=tiny.texts | st.text(st.sampled_from(" \n\tи👩‍👩‍👧é.,"), max_size=20))
def test_decoding_gives_the_text_back(text: str) -> None:
    piece = TEMPLATE.pieces([me(text)], group=False)[0]
    assert TEMPLATE.decode(piece.ids[1:-1]) == text
    assert piece.size == len(text.encode())


def test_half_a_character_decodes_to_the_replacement_character() -> None:
    ids = TEMPLATE.pieces([me("👍")], group=False)[0].ids[1:-1]
    assert TEMPLATE.decode(ids[:-1]) == "\N{REPLACEMENT CHARACTER}"


def test_what_is_absent_is_absent_from_the_header() -> None:
    def lines(**values: str) -> str:
        return TEMPLATE.decode(TEMPLATE.header("Ann", **values)[1:])

    assert lines() == ""
    assert lines(contact="Bob") == "A chat on Telegram: Ann and Bob."
    assert lines(group="us", date="1 May 2025") == "A group chat on Telegram: Ann writes in us.\nIt is 1 May 2025."
    assert lines(contact="Bob", memories="tea") == "A chat on Telegram: Ann and Bob.\nAnn remembers: tea"


def test_a_tokenizer_without_a_marker_is_refused() -> None:
    with pytest.raises(ModelError, match="lacks the marker >>INTRODUCTION<<"):
        Template(PreTrainedTokenizerFast(tokenizer_object=Tokenizer(models.BPE(vocab={"a": 0}, merges=[]))))


def test_every_special_token_is_known_as_such() -> None:
    assert TEMPLATE.specials == INSISTING.specials | set(range(STOP + 1)) == set(range(STOP + 1))
    assert TEMPLATE.size == len(TEMPLATE.tokenizer) == 295
    assert set(range(285, 295)) <= set(TEMPLATE.visible)
    assert TEMPLATE.specials.isdisjoint(TEMPLATE.visible)
    assert all(TEMPLATE.decode([token]).strip("\N{REPLACEMENT CHARACTER} \n") for token in TEMPLATE.visible)


def test_what_a_saved_tokenizer_cuts_or_pads_is_neither() -> None:
    tokens = tiny.tokenizer()
    tokens.backend_tokenizer.enable_truncation(3)
    tokens.backend_tokenizer.enable_padding(length=50)
    texts = [me("how are you there"), me("hi")]
    assert Template(tokens).pieces(texts, group=False) == TEMPLATE.pieces(texts, group=False)


def test_the_callers_tokenizer_and_the_template_leave_each_other_alone() -> None:
    tokens = tiny.tokenizer()
    mine = Template(tokens)
    before = mine.pieces([me(">>ANSWER<<")], group=False)
    assert tokens.encode(">>ANSWER<<", add_special_tokens=False) == [ANSWER]  # transformers switches markers on for this
    assert mine.pieces([me(">>ANSWER<<")], group=False) == before == TEMPLATE.pieces([me(">>ANSWER<<")], group=False)


def test_threads_do_not_switch_markers_on_for_each_other() -> None:
    turns = [me(">>ANSWER<< " * 200)] * 20
    wrong: list[Turn] = []

    def encode() -> None:
        for _ in range(20):
            wrong.extend(piece for piece in TEMPLATE.pieces(turns, group=False) if piece.ids.count(ANSWER) != 1)

    _together(encode)
    assert not wrong


def _together(work: Callable[[], None]) -> None:
    threads = [Thread(target=work) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
