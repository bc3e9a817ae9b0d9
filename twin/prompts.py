"""The texts a model is shown, as files with named placeholders. In the wheel they lie beside this module, in a checkout in prompts/."""

import re
from functools import cache
from pathlib import Path

_HERE = Path(__file__).resolve().parent
_PLACEHOLDER = re.compile(r"\{(\w+)\}")


@cache
def _lines(name: str) -> tuple[str, ...]:
    packaged = _HERE / "prompts" / f"{name}.txt"
    path = packaged if packaged.exists() else _HERE.parent / "prompts" / f"{name}.txt"
    return tuple(path.read_text(encoding="utf-8").splitlines())


def one_line(name: str) -> str:
    """A name as it can stand in a line of a prompt and before what somebody says: without a line break or a colon, which would end it early."""
    return " ".join(name.replace(":", " ").splitlines()).strip() or "?"


def fill(name: str, /, **values: str | None) -> str:
    """The text of prompts/NAME.txt with its placeholders filled; a line with an absent (None or missing) value is left out."""
    kept = []
    for line in _lines(name):
        wanted = _PLACEHOLDER.findall(line)
        if all(values.get(key) is not None for key in wanted):
            # one pass over the template: braces inside a value are text, not placeholders
            kept.append(_PLACEHOLDER.sub(lambda match: str(values[match[1]]), line))
    return "\n".join(kept)
