"""Corpora in the form that scripts/pretrain_base.py reads, small and made up."""

import json
import lzma
import random
from pathlib import Path

from pretraining.mix import SOURCES

WORDS = {
    "en": "the a my your big small red cold tea dog cat train house garden rain winter song friend morning evening is was likes wants sees finds".split(),
    "ru": "мой твой большой красный чай пёс кот поезд дом сад дождь зима песня друг утро вечер был любит хочет видит находит старый новый".split(),
}


def save(folder: Path, dialogues: int = 40) -> Path:
    """A file for each source, of so many dialogues of four to eight turns, or of sentences that belong to none."""
    folder.mkdir(parents=True)
    for source in SOURCES:
        if source.own:
            continue
        chance = random.Random(source.file)

        def sentence(chance: random.Random = chance, language: str = source.language) -> str:
            return " ".join(chance.choices(WORDS[language], k=chance.randint(3, 9))).capitalize() + "."

        with lzma.open(folder / f"{source.file}.jsonl.xz", "wt", encoding="utf-8") as file:
            for _ in range(dialogues):
                turns = [[("User 1", "User 2")[number % 2], f"{sentence()} {sentence()}"] for number in range(chance.randint(4, 8))]
                item = {"text": sentence()} if source.file.startswith(("tatoeba", "short")) else {"turns": turns}
                file.write(json.dumps(item, ensure_ascii=False) + "\n")
    return folder
