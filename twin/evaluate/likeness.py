"""How much closer the twin is to the person than the base model alone, on messages that neither has seen."""

from __future__ import annotations

from pathlib import Path

from twin.config import load_config
from twin.dataset import read_split
from twin.errors import DatasetError
from twin.model import base
from twin.model.adapter import load_twin
from twin.model.score import Score, make_rows, score


def before_and_after(run: Path, dataset: Path, split: str = "test") -> dict[str, Score]:
    """The base model's score and the twin's on a split, both in the same rows with the same header and context.

    Raises:
        DatasetError: The split holds no reply.
        ModelError: The run cannot be loaded.
    """
    settings = load_config(run / "config.toml").train
    template = base.load_template(settings.base)
    rows = make_rows(template, read_split(dataset, split), row_tokens=settings.row_tokens, shared_tokens=settings.shared_tokens)
    if not rows:
        raise DatasetError(f"{dataset / split}.jsonl holds no reply to measure on; import more chats or raise prepare.{split}_share")
    twin = load_twin(run, settings, template, base.device())
    with twin.base_alone() as model:
        before = score(model, rows)
    return {"base": before, "twin": score(twin.model, rows)}
