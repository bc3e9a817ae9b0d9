"""Rows, loss, optimizer and the loop: each against its plain form, and interrupted against not."""

from pathlib import Path

import numpy as np
import pytest
import torch
from pretraining import train
from pretraining.loss import _HeadLoss, head_loss
from pretraining.muon import Muon, orthogonal
from pretraining.rows import ROW, Rows, store
from pretraining.tokenizer import SPECIAL_TOKENS, texts, train_tokenizer
from torch import nn
from torch.nn.functional import cross_entropy

from tests.pretraining import corpora
from twin.model.template import Template

CPU = torch.device("cpu")
SETTINGS = train.Settings(hidden=64, layers=1, batch=4, micro_batch=2, warm_up=2)
TOKENS = 10 * 4 * ROW


@pytest.fixture(scope="module")
def work(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Corpora, a tokenizer of them, and the rows of both parts."""
    folder = tmp_path_factory.mktemp("work")
    corpora.save(folder / "corpora")
    (folder / "everyday" / "en").mkdir(parents=True)
    (folder / "everyday" / "ru").mkdir()
    (folder / "everyday" / "en" / "a.txt").write_text("A: tea? / or cake?\nB: cake!\n\nB: where are you?\nA: home\n", encoding="utf-8")
    (folder / "everyday" / "ru" / "a.txt").write_text("A: чай?\nB: да / спасибо\n", encoding="utf-8")
    train_tokenizer(texts(folder / "corpora", folder / "everyday", 1), 600, 0.2, 1).save_pretrained(folder / "tokenizer")
    for part in (0, 1):
        store(folder / f"rows-{part}.npz", folder / "corpora", folder / "everyday", folder / "tokenizer", 1, part)
    return folder


def training(work: Path, **changed: int) -> train.Training:
    parts = [Rows(work / f"rows-{part}.npz") for part in (0, 1)]
    return train.Training(train.build_model(600, SETTINGS), parts, SETTINGS, changed.get("tokens", TOKENS), CPU)


def template(work: Path) -> Template:
    from transformers import PreTrainedTokenizerFast

    return Template(PreTrainedTokenizerFast.from_pretrained(work / "tokenizer"))


def test_the_tokenizer_has_falcons_markers_where_falcon_has_them(work: Path) -> None:
    tokenizer = template(work).tokenizer
    assert tokenizer.convert_ids_to_tokens(list(range(12))) == SPECIAL_TOKENS
    for text in (" the red dog likes tea", " мой старый кот", " 👍🏽 don't\n"):
        assert tokenizer.decode(tokenizer.encode(text)) == text


def test_rows_hold_whole_segments_and_every_target_follows_its_own(work: Path) -> None:
    rows = Rows(work / "rows-0.npz")
    batch = rows.batch(np.array([0, 1]), CPU)
    assert batch.ids.shape == batch.positions.shape == (2, ROW)
    ids, positions = batch.ids.flatten(), batch.positions.flatten()
    assert torch.equal(batch.labels, ids[batch.places + 1])
    assert torch.equal(positions[batch.places + 1], positions[batch.places] + 1), "no target is foretold from another segment"
    starts = positions == 0
    header = template(work).header("Ann", contact="Bob")[0]
    assert set(ids[starts].tolist()) <= {header, 0} | set(range(12, 600)), "a header, sentences, or padding"
    filled = sum(int((rows.kinds[number] == 2).sum()) for number in range(len(rows) - 2)) / ((len(rows) - 2) * ROW)
    assert filled > 0.6, "headers and a little padding are all that is not learned"


def test_segments_of_a_row_do_not_see_each_other(work: Path) -> None:
    rows, model = Rows(work / "rows-0.npz"), train.build_model(600, SETTINGS).eval()
    number = next(number for number in range(len(rows)) if (rows.kinds[number] == 1).sum() > 2)
    batch = rows.batch(np.array([number]), CPU)
    second, third, *_ = [*(batch.positions[0] == 0).nonzero().flatten()[1:].tolist(), ROW]
    with torch.inference_mode():
        packed = model.transformer(input_ids=batch.ids, attention_mask=batch.segments, position_ids=batch.positions, use_cache=False).last_hidden_state
        alone = model.transformer(input_ids=batch.ids[:, second:third], use_cache=False).last_hidden_state
    assert torch.allclose(packed[:, second:third], alone, atol=1e-5)


@pytest.mark.parametrize("block", [7, 512])
def test_the_loss_and_its_gradients_are_those_of_cross_entropy(block: int) -> None:
    torch.manual_seed(1)
    hidden, weight, labels = torch.randn(30, 16, requires_grad=True), torch.randn(50, 16, requires_grad=True), torch.randint(50, (30,))
    wanted = torch.autograd.grad(cross_entropy(hidden @ weight.t(), labels, reduction="sum") / 3, (hidden, weight))
    found = torch.autograd.grad(_HeadLoss.apply(hidden, weight, labels, block) / 3, (hidden, weight))
    assert head_loss(hidden, weight, labels).item() == pytest.approx(cross_entropy(hidden @ weight.t(), labels, reduction="sum").item(), rel=1e-6)
    for one, other in zip(found, wanted, strict=True):
        assert torch.allclose(one, other, atol=1e-5)


@pytest.mark.parametrize("shape", [(3, 16, 16), (2, 16, 64), (2, 64, 16)])
def test_muon_steps_along_the_nearest_orthogonal_matrix(shape: tuple[int, int, int]) -> None:
    torch.manual_seed(1)
    matrices = torch.randn(shape)
    u, _, v = torch.linalg.svd(matrices, full_matrices=False)
    found = orthogonal(matrices)
    # five steps bring every singular value near 1, and leave the directions as they are
    values = torch.linalg.svdvals(found)
    assert values.min() > 0.7
    assert values.max() < 1.3
    assert (found - u @ v).norm() < 0.2 * (u @ v).norm()


def test_a_step_of_muon_is_momentum_direction_and_decay() -> None:
    torch.manual_seed(1)
    weight = nn.Parameter(torch.randn(32, 8))
    before, gradients = weight.detach().clone(), [torch.randn(32, 8), torch.randn(32, 8)]
    engine = Muon([weight], lr=0.1, momentum=0.9, weight_decay=0.5)
    momentum = torch.zeros(32, 8)
    for gradient in gradients:
        weight.grad = gradient.clone()
        engine.step()
        momentum = 0.9 * momentum + 0.1 * gradient
        update = orthogonal((0.1 * gradient + 0.9 * momentum)[None])[0]
        before = before * (1 - 0.1 * 0.5) - 0.1 * 2 * update  # 2: the root of rows over columns
    assert torch.allclose(weight, before, atol=1e-5)


def test_it_learns_and_the_rate_rises_stays_and_falls(work: Path) -> None:
    run = training(work)
    assert (run.steps, run.turning) == (10, 6)
    assert [run.rate(step) for step in range(10)] == [0.5, 1, 1, 1, 1, 1, 1, 0.75, 0.5, 0.25]
    run.advance()
    first = run.loss
    for _ in range(7):
        run.advance()
    assert run.loss < first


def test_an_interrupted_training_ends_where_an_uninterrupted_one_does(work: Path, tmp_path: Path) -> None:
    """Across the turn from one part of the mix to the next, too."""
    whole, first, second = training(work), training(work), training(work)
    for _ in range(10):
        whole.advance()
    for _ in range(5):
        first.advance()
    first.save(tmp_path / "checkpoint.pt")
    second.load(tmp_path / "checkpoint.pt")
    for _ in range(5):
        second.advance()
    assert second.loss == whole.loss
    for name, weight in whole.model.state_dict().items():
        assert torch.equal(weight, second.model.state_dict()[name]), name
    with pytest.raises(SystemExit, match="other settings"):
        training(work, tokens=2 * TOKENS).load(tmp_path / "checkpoint.pt")
