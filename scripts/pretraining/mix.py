"""What the base reads: the sources, their shares, and each dialogue as the conversation of an invented person.

Each dialogue is rendered by twin's own template: one speaker, drawn at random, is "the person", names are drawn from lists, long
dialogues are cut into windows of 8 to 14 turns (many beginnings are seen that way), and turns into bubbles now and then, so that the base
reads and writes the form in which a twin is trained.

There are two parts. The first is broad; the second, read while the learning rate falls, is nearer to how people chat today.
"""

from __future__ import annotations

import hashlib
import json
import lzma
import random
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from pretraining.clean import clean, fit, named, narrated, of_a_machine
from pretraining.names import CALLED, FIRST, GROUPS, draw, shown
from twin.schema import ChatKind, Conversation, Turn

EVERYDAY = Path(__file__).resolve().parent.parent / "everyday"
PARTS = 2


@dataclass(frozen=True)
class Source:
    """One file of the mix.

    Attributes:
        file: Its name without the ending; everyday_* is a folder of scripts/everyday.
        copies: How often it is read in each of the parts (a fraction samples it), with other names and bubbles each time.
        modern: Whether it counts among the modern dialogues, by which bases are compared.
    """

    file: str
    language: str
    copies: tuple[float, float]
    licence: str
    modern: bool = False

    @property
    def own(self) -> bool:
        """Whether it lies in the repository."""
        return self.file.startswith("everyday")


SOURCES = [
    Source("everyday_en", "en", (2, 5), "written for twin, in scripts/everyday/en, MIT"),
    Source("self_dialogue_en", "en", (0.9, 0.95), "jfainberg/self_dialogue_corpus, BSD-3", modern=True),
    Source("topical_chat_en", "en", (1, 1.2), "alexa/Topical-Chat, CDLA-Sharing-1.0", modern=True),
    Source("synthetic_persona_chat_en", "en", (1.3, 1), "google-research-datasets/Synthetic-Persona-Chat, CC BY 4.0", modern=True),
    Source("casino_en", "en", (1, 1), "kushalchawla/CaSiNo, CC BY 4.0", modern=True),
    Source("taskmaster_en", "en", (1, 1), "google-research-datasets/Taskmaster (TM-4), CC BY 4.0", modern=True),
    Source("chatterbot_en", "en", (2, 1), "gunthercox/chatterbot-corpus, BSD-3"),
    Source("tatoeba_en", "en", (0.4, 0), "Tatoeba by way of genimind/seq2seq, CC BY 2.0 FR"),
    Source("gutenberg_dialogues_en", "en", (0.05, 0), "quoted speech from Project Gutenberg, public domain"),
    Source("everyday_ru", "ru", (2, 5), "written for twin, in scripts/everyday/ru, MIT"),
    Source("chatterbot_ru", "ru", (2, 1), "gunthercox/chatterbot-corpus, BSD-3"),
    Source("tatoeba_ru", "ru", (1, 0.5), "Tatoeba by way of facebookresearch/LASER, CC BY 2.0 FR"),
    Source("drama_ru", "ru", (0.5, 0.15), "dracor-org/rusdracor, CC0"),
    Source("classic_dialogues_ru", "ru", (0.6, 0.2), "d0rj/RusLit and JoannaBy/RussianNovels, public domain"),
    Source("short_sentences_ru", "ru", (0.35, 0.1), "Koziev/NLP_Datasets, CC0"),
]
SENTENCES = 12
"""Sentences that belong to no dialogue stand together, each after an end-of-text token, as plain text does in any pre-training."""


def _lines(corpora: Path, everyday: Path, source: Source) -> Iterator[str]:
    if source.own:
        for path in sorted((everyday / source.language).glob("*.txt")):
            yield from (block.strip() for block in re.split(r"\n\s*\n", path.read_text(encoding="utf-8")) if block.strip())
        return
    with lzma.open(corpora / f"{source.file}.jsonl.xz", "rt", encoding="utf-8") as lines:
        yield from (line.rstrip("\n") for line in lines)


def read(corpora: Path, everyday: Path, source: Source, *, held_out: bool) -> Iterator[dict[str, Any]]:
    """The items of one source: the training part, or those whose sha256 is 0 modulo 100."""
    for line in _lines(corpora, everyday, source):
        if (int(hashlib.sha256(line.encode()).hexdigest(), 16) % 100 == 0) == held_out:
            if source.own:
                yield {"turns": [said.split(": ", 1) for said in line.split("\n") if ": " in said]}
            else:
                yield json.loads(line)


def bubbles(text: str, chance: random.Random, *, vary: bool) -> list[str]:
    """A turn as one message, or, half the time, a message a sentence; if `vary`, now and then in the lower case of chats."""
    text = " ".join(text.split())
    parts = re.split(r"(?<=[.!?…])(?<!Mr\.)(?<!Mrs\.)(?<!Ms\.)(?<!Dr\.)(?<!St\.)\s+", text) if chance.random() < 0.5 else [text]
    if vary and chance.random() < 0.15:
        parts = [part.lower().removesuffix(".") for part in parts]
    return [part for part in parts if part][:6]


def _usable(item: dict[str, Any], source: Source, names: list[str]) -> list[list[tuple[int, str]]]:
    """The stretches of a dialogue that may be learned from, as (number of the speaker, text)."""
    speakers = list(dict.fromkeys(speaker for speaker, _ in item["turns"]))
    if source.file == "synthetic_persona_chat_en":
        speakers.sort()  # "User 1", "User 2": the numbers that its slots have
    stretches: list[list[tuple[int, str]]] = [[]]
    for speaker, text in item["turns"]:
        number = speakers.index(speaker)
        if source.file == "synthetic_persona_chat_en":
            text = named(text.replace("’", "'"), number, names)
        text = text.strip() if source.own else clean(re.sub(r"\([^)]*\)", " ", text) if source.file == "drama_ru" else text)
        bad = not source.own and not fit(text, source.language)
        bad = bad or (source.file.startswith("chatterbot") and (of_a_machine(text) or len(text) < 2))
        bad = bad or (source.file in ("drama_ru", "classic_dialogues_ru") and narrated(text))
        if not bad:
            stretches[-1].append((number, text))
        elif stretches[-1]:
            stretches.append([])
    least = 1 if len(item["turns"]) == 1 else 2
    return [stretch for stretch in stretches if len(stretch) >= least]


def _windows(stretch: list[tuple[int, str]], chance: random.Random) -> Iterator[list[tuple[int, str]]]:
    """A long dialogue in pieces of 8 to 14 turns, or, one time in three, as it is."""
    if len(stretch) <= 14 or chance.random() < 0.33:
        yield stretch
        return
    while stretch:
        size = chance.randint(8, 14)
        if len(stretch) - size < 4:
            size = len(stretch)
        yield stretch[:size]
        stretch = stretch[size:]


def _conversation(spoken: list[tuple[int, str]], source: Source, names: list[str], chance: random.Random, *, vary: bool) -> Conversation | None:
    speakers = sorted({number for number, _ in spoken})
    language = source.language
    me = chance.choice(speakers)
    turns: list[Turn] = []
    for number, text in spoken:
        said = [part for part in text.split(" / ") if part] if source.own else bubbles(text, chance, vary=vary)
        if not said:
            continue
        if turns and turns[-1].name == names[number]:
            said = [*turns.pop().bubbles, *said]
        turns.append(Turn(names[number], number == me, tuple(said[:8]), True))
    if not turns:
        return None
    others = [names[number] for number in speakers if number != me]
    group = len(speakers) > 2 or (vary and len(speakers) == 2 and chance.random() < 0.04)
    if group:
        title = chance.choice(GROUPS[language]) if chance.random() < 0.7 else " & ".join(others[:2])
    elif chance.random() < 0.06 and vary:
        title = chance.choice(CALLED[language])
    else:
        first = others[0] if others else chance.choice(FIRST[language])
        title = shown(first, language, chance) if vary else first
    person = shown(names[me], language, chance) if vary else names[me]
    return Conversation(0, title, ChatKind.GROUP if group else ChatKind.PERSONAL, person, datetime(2025, 1, 1, tzinfo=UTC), tuple(turns))


def dialogues(corpora: Path, everyday: Path, source: Source, seed: int, part: int) -> Iterator[Conversation | list[str]]:
    """A source's items for one part of the training: conversations, or a few sentences that belong to none."""
    rounds = source.copies[part]
    chance = random.Random(f"{seed}-{source.file}-{part}")
    sentences: list[str] = []
    while rounds > 0:
        for item in read(corpora, everyday, source, held_out=False):
            if rounds < 1 and chance.random() >= rounds:
                continue
            if "turns" not in item:
                text = clean(item["text"])
                if fit(text, source.language) and len(text.split()) > 2 and text[-1] in ".!?" and text[0].isupper():
                    sentences.append(text)
                continue
            names = draw(len({speaker for speaker, _ in item["turns"]}), source.language, chance)
            for stretch in _usable(item, source, names):
                for window in _windows(stretch, chance):
                    if conversation := _conversation(window, source, names, chance, vary=True):
                        yield conversation
        rounds -= 1
    chance.shuffle(sentences)  # the files are sorted
    yield from (sentences[start : start + SENTENCES] for start in range(0, len(sentences), SENTENCES))


def held_out(corpora: Path, everyday: Path, source: Source, seed: int = 1) -> Iterator[Conversation]:
    """A source's held-out items, uncleaned, whole, in their own case: the same for every base that is compared."""
    chance = random.Random(f"{seed}-{source.file}-held-out")
    for item in read(corpora, everyday, source, held_out=True):
        spoken = item.get("turns") or [["A", item["text"]]]
        speakers = list(dict.fromkeys(speaker for speaker, _ in spoken))
        names = draw(len(speakers), source.language, chance)
        numbered = [(speakers.index(speaker), text) for speaker, text in spoken]
        if conversation := _conversation(numbered, source, names, chance, vary=False):
            yield conversation
