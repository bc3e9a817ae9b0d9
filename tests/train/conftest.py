"""A tiny base and a dataset for the tests of a module."""

from pathlib import Path

import pytest


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> str:
    """What `train.base` is."""
    from tests import tiny  # with it PyTorch, which not all tests here need

    return tiny.save_base(tmp_path_factory.mktemp("base"))


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The dataset's folder."""
    from tests import tiny

    return tiny.save_dataset(tmp_path_factory.mktemp("work") / "dataset")
