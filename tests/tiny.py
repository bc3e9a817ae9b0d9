"""A tiny base model, its tokenizer, conversations and a dataset, built on the spot: what the tests of model/, train/ and evaluate/ share."""

import json
import random
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import torch
from hypothesis import strategies as st
from tokenizers import Tokenizer, decoders, models, pre_tokenizers
from transformers import FalconConfig, FalconForCausalLM, PreTrainedTokenizerFast

from twin.model.template import Template
from twin.schema import ChatKind, Conversation, Turn, conversation_to_json

torch.set_num_threads(1)  # models this small only lose by more, and sums come out the same on every machine

SPECIAL_TOKENS = [
    *(f">>{name}<<" for name in "TITLE ABSTRACT INTRODUCTION SUMMARY COMMENT ANSWER QUESTION DOMAIN PREFIX SUFFIX MIDDLE".split()),
    "<|endoftext|>",
]
HEADER, COMMENT, ANSWER, QUESTION, STOP = 2, 4, 5, 6, 11
"""Falcon's own ids of the markers."""
WORDS = " hi| yes| no| you| there| how| are| Ann| Bob| и|".split("|")[:-1]
"""Each one token, with its leading space; everything else is bytes. Their ids are the last in the vocabulary, in this order."""


def tokenizer(*, special: bool = True) -> PreTrainedTokenizerFast:
    """A byte-level BPE with Falcon's 12 special tokens, the 256 bytes, and WORDS. `special=False` adds markers as ordinary added tokens."""
    vocabulary = {token: number for number, token in enumerate([*SPECIAL_TOKENS, *sorted(pre_tokenizers.ByteLevel.alphabet())])}
    merges = []
    finals = []
    splitter = pre_tokenizers.ByteLevel(add_prefix_space=False)
    for word in WORDS:
        letters = splitter.pre_tokenize_str(word)[0][0]
        for end in range(2, len(letters) + 1):
            pair = (letters[: end - 1], letters[end - 1])
            if pair not in merges:
                merges.append(pair)
        finals.append(letters)
    for left, right in merges:
        if left + right not in finals:
            vocabulary.setdefault(left + right, len(vocabulary))
    for letters in finals:
        vocabulary[letters] = len(vocabulary)
    backend = Tokenizer(models.BPE(vocab=vocabulary, merges=merges))
    backend.pre_tokenizer = pre_tokenizers.Sequence([pre_tokenizers.Digits(individual_digits=True), splitter])
    backend.decoder = decoders.ByteLevel()
    if special:
        return PreTrainedTokenizerFast(tokenizer_object=backend, eos_token="<|endoftext|>", extra_special_tokens=SPECIAL_TOKENS[:-1])
    backend.add_tokens(SPECIAL_TOKENS)
    return PreTrainedTokenizerFast(tokenizer_object=backend)


def template() -> Template:
    """The template over the tiny tokenizer."""
    return Template(tokenizer())


def falcon(*, heads: int = 2, seed: int = 0, **config: Any) -> FalconForCausalLM:
    """A random Falcon of two layers with heads of 64, multi-query, as transformers makes it."""
    torch.manual_seed(seed)
    settings = {
        "vocab_size": len(tokenizer()),
        "hidden_size": 64 * heads,
        "num_attention_heads": heads,
        "num_hidden_layers": 2,
        "multi_query": True,
        "alibi": False,
        "bias": False,
        "parallel_attn": True,
        "new_decoder_architecture": False,
        "max_position_embeddings": 2048,
        "initializer_range": 0.1,
        "bos_token_id": STOP,
        "eos_token_id": STOP,
        "attn_implementation": "sdpa",
    }
    return FalconForCausalLM(FalconConfig(**(settings | config))).eval()


def save_base(folder: Path, model: Any | None = None, tokens: Any | None = None) -> str:
    """Saves a model (the tiny Falcon) and a tokenizer (the tiny one) as safetensors; returns what `train.base` is then."""
    folder.mkdir(parents=True, exist_ok=True)
    (model or falcon(heads=1)).save_pretrained(folder)
    (tokens or tokenizer()).save_pretrained(folder)
    return str(folder)


def me(*bubbles: str, learn: bool = True, ids: Sequence[int] = ()) -> Turn:
    """A turn of the person."""
    return Turn("Ann", True, bubbles, learn, tuple(ids))


def them(*bubbles: str, name: str = "Bob") -> Turn:
    """A turn of a contact."""
    return Turn(name, False, bubbles, False)


def conversation(*turns: Turn, chat: str = "Bob", group: bool = False, chat_id: int = 1) -> Conversation:
    """A conversation of Ann's."""
    kind = ChatKind.GROUP if group else ChatKind.PERSONAL
    return Conversation(chat_id, chat, kind, "Ann", datetime(2025, 1, 1, tzinfo=UTC), turns)


texts = st.text(st.one_of(st.sampled_from("hi yesно👍🏽\n>>ANSWER<<|endoftext|>é"), st.characters(exclude_categories=["Cs"])), max_size=12)
"""What people write, strange things among it."""


@st.composite
def conversations(draw: st.DrawFn, *, max_turns: int = 6) -> Conversation:
    """Any conversation: groups, several bubbles, turns of the person that are only context."""
    turns = []
    for number in range(draw(st.integers(1, max_turns))):
        bubbles = tuple(draw(st.lists(texts, min_size=1, max_size=3)))
        mine = draw(st.booleans())
        ids = tuple(100 * number + place for place in range(len(bubbles)))
        turns.append(Turn("Ann" if mine else draw(st.sampled_from(["Bob", "Ева", ">>ANSWER<<"])), mine, bubbles, mine and draw(st.booleans()), ids))
    return conversation(*turns, group=draw(st.booleans()), chat=draw(st.sampled_from(["Bob", "друзья"])))


def chatter(count: int, seed: int = 0, first_id: int = 1) -> list[Conversation]:
    """Conversations in which Ann answers in a way that can be learned: "yes", "yes yes" or "no" by what she is asked."""
    chance = random.Random(seed)
    answers = {"hi there": ("hi",), "how are you": ("yes", "you"), "no": ("no no no",), "are you there": ("yes yes",)}
    result, number = [], first_id
    for _ in range(count):
        turns = []
        for _ in range(chance.randint(1, 5)):
            question = chance.choice(list(answers))
            bubbles = answers[question]
            turns += [them(question), me(*bubbles, ids=range(number, number + len(bubbles)))]
            number += len(bubbles)
        result.append(conversation(*turns))
    return result


def save_dataset(folder: Path, **splits: Sequence[Conversation]) -> Path:
    """A dataset folder with these splits (train, validation, test); those not given are made up."""
    made_up = {"train": chatter(24), "validation": chatter(6, seed=1, first_id=1000), "test": chatter(6, seed=2, first_id=2000)}
    folder.mkdir(parents=True, exist_ok=True)
    for split, given in (made_up | splits).items():
        lines = [json.dumps(conversation_to_json(one), ensure_ascii=False) + "\n" for one in given]
        (folder / f"{split}.jsonl").write_text("".join(lines), encoding="utf-8")
    chats = [{"id": 1, "name": "Bob", "kind": "personal", "targets": 24}]
    (folder / "report.json").write_text(json.dumps({"person": "Ann", "chats": chats}), encoding="utf-8")
    return folder
