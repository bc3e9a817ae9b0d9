"""General ability kept: bits per byte of texts that are nobody's messages, under the base and under the twin. By what they rise, the twin has forgotten.

The texts are read as replay reads them (train/replay.py): each after the token that begins a text in pre-training, without a header.
Not here: the text that is read where the person names none (general_text.py).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from twin.errors import DatasetError
from twin.evaluate.general_text import ENGLISH, RUSSIAN
from twin.evaluate.intervals import Value, difference
from twin.evaluate.predicting import predict
from twin.model.adapter import Twin
from twin.model.packing import Window, pack
from twin.model.template import CONTEXT, TEXT, Template


def paragraphs(text: str) -> list[str]:
    """The paragraphs of a text, parted by empty lines, as a file of replay text is."""
    return [paragraph.strip() for paragraph in text.replace("\r\n", "\n").split("\n\n") if paragraph.strip()]


KINDS = {kind: [" ".join(paragraph.split()) for paragraph in paragraphs(text)] for kind, text in (("english", ENGLISH), ("russian", RUSSIAN))}
"""What is read where the person names no file: prose and talk of our own, which no base can have learned from. Where its lines end means nothing."""


def read_paragraphs(path: Path) -> list[str]:
    """Those of a file of the person's choice.

    Raises:
        DatasetError: It cannot be read as UTF-8 text, or is empty.
    """
    try:
        found = paragraphs(path.read_text(encoding="utf-8-sig"))
    except (OSError, UnicodeDecodeError) as error:
        raise DatasetError(f"{path} cannot be read ({error}); give a text file in UTF-8, an empty line between two paragraphs") from error
    if not found:
        raise DatasetError(f"{path} holds no text; give a text file in UTF-8, an empty line between two paragraphs")
    return found


def general(
    twin: Twin,
    template: Template,
    texts: Sequence[str],
    *,
    row_tokens: int,
    seed: int,
    progress: Callable[[int, int], None] = lambda done, total: None,
) -> dict[str, Value]:
    """Bits per byte of all texts together: "before" by the base, "after" by the twin, and "change", the second less the first, as intervals over the texts.

    "change" is of the same texts under both, and so far surer than the two alone: training has made the model forget where its whole interval is above 0.

    Args:
        twin: What is measured, with its base.
        template: Over its tokenizer.
        texts: Paragraphs; n is of these.
        row_tokens: Of a packed row; a longer text is cut.
        seed: Of the intervals.
        progress: Told how many rows are done, of both models.
    """
    windows = [window for number, text in enumerate(texts) for window in _windows(template, text, number, row_tokens)]
    rows = [[windows[number] for number in row] for row in pack([len(window.ids) for window in windows], row_tokens)]
    with twin.base_alone() as model:
        before = predict(model, rows, len(texts), progress=lambda done, total: progress(done, 2 * total))
    after = predict(twin.model, rows, len(texts), progress=lambda done, total: progress(total + done, 2 * total))
    change = difference(after.bits, before.bits, after.sizes, before.sizes, seed=seed)
    return {"before": before.per_byte(seed), "after": after.per_byte(seed), "change": change}


def _windows(template: Template, text: str, source: int, row_tokens: int) -> list[Window]:
    first, *ids = template.text(text)
    pieces = [ids[start : start + row_tokens - 1] for start in range(0, len(ids), row_tokens - 1)]
    sizes = [len(text.encode()), *[0] * len(pieces)]  # whole in the first: what is asked for is the sum
    return [Window((first, *piece), (CONTEXT, *[TEXT] * len(piece)), source, size) for piece, size in zip(pieces, sizes, strict=False)]
