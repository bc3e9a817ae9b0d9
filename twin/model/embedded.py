"""The small Falcon that comes with twin: where it lies, whether it is whole, and which one of them a run was trained on. Not here: loading it."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

from twin.errors import ModelError

EMBEDDED = Path(__file__).resolve().parent.parent / "demo" / "base"
"""Its folder."""


def revision(base: str) -> str | None:
    """What tells the embedded base from the one of another version of twin: the sha256 of its weights; None for every other base.

    Raises:
        ModelError: The file that names it is missing.
    """
    return _wanted() if base == "embedded" else None


def trained_on(run: Path, base: str) -> bool:
    """Whether a run that was trained on `base` was trained on what stands under that name now: an adapter fits no other weights."""
    if base != "embedded":
        return True
    try:
        return bool(json.loads((run / "run.json").read_text(encoding="utf-8")).get("base") == revision(base))
    except (OSError, ValueError, AttributeError):
        return False


def check_trained_on(run: Path, base: str) -> None:
    """Raises ModelError unless the run was trained on the base that stands here now."""
    if not trained_on(run, base):
        raise ModelError(f"{run.name} was trained on the small base of another version of twin, and fits no other; train again with: twin train --fresh")


def check_embedded() -> None:
    """Raises ModelError unless its weights are those that their .sha256 file names."""
    weights = EMBEDDED / "model.safetensors"
    try:
        with weights.open("rb") as file:
            found = hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        raise ModelError(f"{EMBEDDED} is incomplete ({error}); install twin again") from error
    if found != (wanted := _wanted()):
        raise ModelError(f"{weights} is damaged (sha256 {found[:12]}…, expected {wanted[:12]}…); install twin again")


def _wanted() -> str:
    try:
        return (EMBEDDED / "model.safetensors.sha256").read_text(encoding="utf-8").split()[0]
    except (OSError, IndexError) as error:
        raise ModelError(f"{EMBEDDED} is incomplete ({error}); install twin again") from error
