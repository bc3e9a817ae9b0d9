"""General text between the conversations, so that the base forgets less of what it knew. Not here: choosing its share (config.py)."""

from __future__ import annotations

import json
import random
from collections.abc import Iterator
from pathlib import Path

from twin.errors import DatasetError
from twin.model.packing import Window
from twin.model.template import CONTEXT, TEXT, Template

SOURCE = -1
"""The `source` of these windows: they are from no conversation."""


def replay_windows(path: Path, template: Template, *, tokens: int, row_tokens: int, seed: int) -> list[Window]:
    """Stretches of general text, each after the token that begins a text in pre-training, together about `tokens` long.

    Texts are taken in an order that follows from the seed, each once; a text longer than a row is cut.

    Raises:
        DatasetError: The file cannot be read, is not what its name says, or holds too little.
    """
    texts = list(_texts(path))
    random.Random(seed).shuffle(texts)
    windows: list[Window] = []
    have = 0
    for text in texts:
        first, *ids = template.text(text)
        for start in range(0, len(ids), row_tokens - 1):
            piece = ids[start : start + row_tokens - 1]
            windows.append(Window((first, *piece), (CONTEXT, *[TEXT] * len(piece)), SOURCE, 0))
            have += 1 + len(piece)
            if have >= tokens:
                return windows
    raise DatasetError(f"{path} holds {have:,} tokens, but train.replay asks for {tokens:,}; give more text or lower train.replay in twin.toml")


def _texts(path: Path) -> Iterator[str]:
    try:
        whole = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise DatasetError(f"train.replay_text = {str(path)!r} cannot be read ({error}); give a .txt or .jsonl file in UTF-8") from error
    if path.suffix != ".jsonl":
        yield from (text.strip() for text in whole.replace("\r\n", "\n").split("\n\n") if text.strip())
        return
    for number, line in enumerate(whole.split("\n"), start=1):  # splitlines() would cut at U+2028, which JSON lets stand
        if not line.strip():
            continue
        try:
            text = json.loads(line)["text"].strip()
        except (ValueError, KeyError, TypeError, AttributeError):
            raise DatasetError(f'{path}:{number}: not a line like {{"text": "..."}}; correct or remove it') from None
        if text:
            yield text
