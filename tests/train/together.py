"""Run by torchrun in each of several processes: what test_distributed.py asks of them, in one go, since PyTorch takes long to load."""

import json
import sys
from pathlib import Path

import torch

from tests import tiny
from twin.cli import main
from twin.model.score import make_rows
from twin.train.distributed import gathered, make_whole, shard, whole
from twin.train.loop import _TargetLosses
from twin.train.processes import first_process_decides, team, wait_for_all
from twin.train.rows import Feed


def trained_in_full(steps: int = 3) -> dict[str, torch.Tensor]:
    """Every weight of a tiny Falcon after a few steps, its norm of gradients, and what this process has held of it, as a share."""
    me = team()
    rows = make_rows(tiny.template(), tiny.chatter(20), row_tokens=192, shared_tokens=32)
    module = _TargetLosses(tiny.falcon())
    total = sum(weight.numel() for weight in module.parameters())
    if me.size > 1:
        shard(module, ["FalconDecoderLayer"], me, torch.device("cpu"))
    parameters = dict(module.named_parameters())
    held = sum(weight.to_local().numel() if me.size > 1 else weight.numel() for weight in parameters.values())
    optimizer = torch.optim.AdamW(parameters.values(), lr=1e-3)
    facts = {"held": torch.tensor(held / total)}
    with Feed(rows, size=3, seed=1, place=torch.device("cpu"), team=me) as feed:
        for step in range(steps):
            for batch in feed.batches(step, 1):
                (module(batch).sum() * me.size / feed.counts(step)[1]).backward()
            facts[f"norm {step}"] = whole(torch.nn.utils.clip_grad_norm_(parameters.values(), 1.0))
            optimizer.step()
            optimizer.zero_grad()
    slots = {f"exp_avg {name}": optimizer.state[weight]["exp_avg"] for name, weight in parameters.items()}
    facts |= gathered(slots, me)
    make_whole(module, me)
    assert module.model.lm_head.weight is module.model.transformer.word_embeddings.weight
    return facts | {name: weight.detach() for name, weight in module.named_parameters()}


def command(*arguments: str) -> object:
    """Exit status of a command of twin."""
    try:
        main(arguments)
    except SystemExit as end:
        return end.code
    return 0


if __name__ == "__main__":
    torch.set_num_threads(1)
    codes = {workspace: command("train", "--json", "--workspace", workspace) for workspace in sys.argv[1:]}
    codes["decided by"] = first_process_decides(lambda: team().rank)
    Path(f"codes-{team().rank}.json").write_text(json.dumps(codes))
    full = trained_in_full()
    if team().first:
        torch.save(full, "full.pt")
    wait_for_all()
