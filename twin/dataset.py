"""The dataset on disk: three splits of conversations and a report, written together or not at all.

    dataset/train.jsonl, validation.jsonl, test.jsonl    one conversation a line (schema.conversation_to_json)
    dataset/report.json                                  what went in, what was left out and why

A dataset is built in a folder of its own beside the old one and takes its place when it is complete.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Container, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import orjson

from twin.errors import DatasetError
from twin.schema import Conversation, conversation_from_json
from twin.workspace import private_folder

SPLITS = ("train", "validation", "test")


@contextmanager
def replacing(folder: Path) -> Iterator[Path]:
    """An empty private folder that takes the place of `folder` when the block ends well.

    Raises:
        DatasetError: The disk is full, or the folder cannot be written; the old one is kept.
    """
    fresh, old = folder.with_name(f".{folder.name}.partial"), folder.with_name(f".{folder.name}.old")
    try:
        _restore(folder, old)
        shutil.rmtree(fresh, ignore_errors=True)
        yield private_folder(fresh)
        if folder.exists():
            folder.rename(old)
        fresh.rename(folder)
        shutil.rmtree(old, ignore_errors=True)
    except BaseException as failure:
        shutil.rmtree(fresh, ignore_errors=True)
        _restore(folder, old)
        if isinstance(failure, OSError):
            raise DatasetError(f"{folder} cannot be written: {failure.strerror}; the dataset is as it was") from failure
        raise


def _restore(folder: Path, old: Path) -> None:
    """Puts the old dataset back where the process was stopped between moving it aside and moving in the new one."""
    if old.exists() and not folder.exists():
        old.rename(folder)
    shutil.rmtree(old, ignore_errors=True)


def read_split(folder: Path, split: str) -> list[Conversation]:
    """All conversations of a split. Raises DatasetError as `each_conversation` does."""
    return list(each_conversation(folder, split))


def each_conversation(folder: Path, split: str) -> Iterator[Conversation]:
    """The conversations of a split, one after the other.

    Raises:
        DatasetError: There is no dataset, or a line is not a conversation; names the line.
    """
    path = folder / f"{split}.jsonl"
    if not path.exists():
        raise DatasetError(f"{path} is not there; make the dataset with: twin prepare")
    with path.open("rb") as lines:
        for number, line in enumerate(lines, 1):
            try:
                conversation = conversation_from_json(orjson.loads(line))
            except (KeyError, TypeError, ValueError, AttributeError) as error:
                raise DatasetError(f"{path} line {number} is not a conversation ({error!r}); make the dataset again with: twin prepare") from error
            yield conversation


def unwanted(record: Path, choices: Container[int]) -> list[str]:
    """The names of chats that a dataset or a run has learned from, though they were excluded or forgotten since: if any, it is stale.

    Args:
        record: The dataset's report.json, or the run's run.json; one that is missing or damaged has learned from nothing.
        choices: The ids of those that take no part.
    """
    try:
        return [chat["name"] for chat in json.loads(record.read_text(encoding="utf-8"))["chats"] if chat["id"] in choices]
    except (OSError, ValueError, KeyError, TypeError):
        return []  # what needs the file says what is wrong with it


def read_report(folder: Path) -> dict[str, Any]:
    """The report of a dataset. Raises DatasetError when there is none."""
    try:
        report: dict[str, Any] = json.loads((folder / "report.json").read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise DatasetError(f"{folder} holds no dataset; make one with: twin prepare") from None
    except ValueError as error:
        raise DatasetError(f"{folder / 'report.json'} is damaged ({error}); make the dataset again with: twin prepare") from error
    return report
