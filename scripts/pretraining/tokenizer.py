"""The tokenizer: a byte-level BPE with Falcon's special tokens, one for English and Russian."""

from __future__ import annotations

import random
from collections.abc import Iterable, Iterator
from pathlib import Path

from tokenizers import Regex, Tokenizer, decoders, models, pre_tokenizers, trainers
from transformers import PreTrainedTokenizerFast

from pretraining.mix import SOURCES, dialogues

# Falcon's own special tokens, in Falcon's own order (ids 0 to 11 of tiiuae/falcon-7b).
SPECIAL_TOKENS = [
    *(f">>{name}<<" for name in "TITLE ABSTRACT INTRODUCTION SUMMARY COMMENT ANSWER QUESTION DOMAIN PREFIX SUFFIX MIDDLE".split()),
    "<|endoftext|>",
]
WORDS = r" ?\p{L}+(?:'\p{L}+)*| ?\p{N}| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+"
"""What no merge crosses. Unlike GPT-2's, it leaves contractions whole: "don't" and "I'm" are a token each, and chats are full of them."""


def texts(corpora: Path, everyday: Path, seed: int) -> dict[str, list[str]]:
    """Every message of the first part of the mix, as it stands in the template, by language."""
    found: dict[str, list[str]] = {"en": [], "ru": []}
    for source in SOURCES:
        for item in dialogues(corpora, everyday, source, seed, part=0):
            messages = item if isinstance(item, list) else [bubble for turn in item.turns for bubble in turn.bubbles]
            found[source.language] += [f" {message}" for message in messages]
    return found


def _sample(messages: list[str], characters: float, chance: random.Random) -> Iterator[str]:
    chance.shuffle(messages)
    for message in messages:
        characters -= len(message)
        if characters < 0:
            return
        yield message


def train_tokenizer(messages: dict[str, list[str]], vocabulary: int, russian: float, seed: int) -> PreTrainedTokenizerFast:
    """A tokenizer from ten million characters, of which `russian` is Russian's share."""
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence(
        [pre_tokenizers.Split(Regex(WORDS), behavior="isolated"), pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False)]
    )
    tokenizer.decoder = decoders.ByteLevel()
    trainer = trainers.BpeTrainer(
        vocab_size=vocabulary, special_tokens=SPECIAL_TOKENS, initial_alphabet=sorted(pre_tokenizers.ByteLevel.alphabet()), show_progress=False
    )
    chance = random.Random(seed)
    shares = {"en": 1 - russian, "ru": russian}
    chosen: Iterable[str] = (text for language, share in shares.items() for text in _sample(list(messages[language]), 1e7 * share, chance))
    tokenizer.train_from_iterator(chosen, trainer)
    return PreTrainedTokenizerFast(tokenizer_object=tokenizer, eos_token="<|endoftext|>", additional_special_tokens=SPECIAL_TOKENS[:-1], model_max_length=2048)
