"""One job of bench_train.py, in a process of its own: `python training_job.py JOB`, which is JSON.

A job prepares what all programs read, checks a program's loss, tries its settings, or measures it with one of them. twin is run
as `twin train` and its metrics.jsonl is read; the peers are in training_peers.py.
"""

from __future__ import annotations

import contextlib
import gc
import json
import os
import resource
import signal
import sys
import tempfile
import threading
import time
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn
from training_inputs import DEVICE, Job, prepare, read_samples, targets_of
from training_peers import DECAY, RATE, TYPES, check_litgpt, check_trl, load_peft, norm, run_litgpt, run_trl


def check_reference(job: Job) -> dict[str, float]:
    """Every reply with its context alone, in float32; also without the adapter, to show that it counts."""
    samples, model = read_samples(job, job["check_windows"]), load_peft(job, torch.float32)
    count = targets_of(samples)
    loss = base = 0.0
    for sample in samples:
        ids, labels = (torch.tensor([sample[name]], device=DEVICE) for name in ("input_ids", "labels"))

        def total(ids: Tensor = ids, labels: Tensor = labels) -> Tensor:
            return nn.functional.cross_entropy(model(input_ids=ids).logits[0, :-1].float(), labels[0, 1:], reduction="sum") / count

        part = total()
        part.backward()
        loss += float(part.detach())
        with torch.no_grad(), model.disable_adapter():
            base += float(total())
    return {"loss": loss, "norm": norm(model), "without_adapter": base}


def check_twin(job: Job) -> dict[str, float]:
    """twin's packed rows through twin's loss, in the precision that training would have."""
    from twin.model.adapter import load_adapter
    from twin.model.base import load_base, load_template
    from twin.model.packing import Window, make_batch, pack
    from twin.model.score import target_losses
    from twin.model.template import CONTEXT, TEXT

    samples, dtype = read_samples(job, job["check_windows"]), TYPES[job["precision"]]
    windows = [Window(tuple(sample["input_ids"]), tuple(CONTEXT if label == -100 else TEXT for label in sample["labels"]), 0, 0) for sample in samples]
    base = str(Path(job["folder"]) / "base")
    model = load_adapter(load_base(base, load_template(base), dtype=dtype, place=DEVICE), Path(job["folder"]) / "adapter").train()
    for name, weight in model.named_parameters():
        weight.requires_grad_("lora_" in name)
    count, loss = targets_of(samples), 0.0
    rows = pack([len(window.ids) for window in windows], job["row_tokens"])
    for start in range(0, len(rows), 4):
        batch = make_batch([[windows[number] for number in row] for row in rows[start : start + 4]]).to(DEVICE)
        with torch.autocast(DEVICE.type, torch.bfloat16, enabled=dtype == torch.bfloat16):
            part = target_losses(model, batch).sum() / count
        part.backward()
        loss += float(part.detach())
    return {"loss": loss, "norm": norm(model)}


def run_twin(job: Job) -> dict[str, float]:
    """`twin train` for the warm-up and the stretch, then Ctrl-C, as a person would; the rates are those of its metrics.jsonl."""
    from twin.cli import main
    from twin.config import Config, Train, to_toml

    folder = Path(tempfile.mkdtemp(prefix="twin-", dir=job["folder"]))
    (folder / "dataset").symlink_to(Path(job["workspace"]) / "dataset")
    train = Train(
        base="embedded" if job["shape"] == "embedded" else str(Path(job["folder"]) / "base"),
        method=job["method"],
        precision=job["precision"],
        rank=job["rank"],
        alpha=2 * job["rank"],
        rows=job["rows"],
        row_tokens=job["row_tokens"],
        shared_tokens=job["shared_tokens"],
        learning_rate=RATE,
        weight_decay=DECAY,
        epochs=1000,
        validate_every=1_000_000,
        checkpoint_every=1_000_000,
    )
    (folder / "twin.toml").write_text(to_toml(Config(train=train)), encoding="utf-8")
    metrics = folder / "runs" / "bench" / "metrics.jsonl"
    threading.Thread(target=interrupt, args=(metrics, job["warm"], job["seconds"]), daemon=True).start()
    try:
        main(["train", "--run", "bench", "--workspace", str(folder)])
    except SystemExit as end:
        if end.code != 130:
            raise
    lines = read_metrics(metrics, job["warm"])
    seconds = lines[-1]["seconds"] - lines[0]["seconds"]
    return {"tokens": sum(line["tokens"] for line in lines[1:]) / seconds, "targets": sum(line["target_tokens"] for line in lines[1:]) / seconds}


def interrupt(metrics: Path, warm: float, stretch: float) -> None:
    """Ctrl-C when the lines of metrics.jsonl cover the warm-up and the stretch."""
    while True:
        time.sleep(0.2)
        lines = read_metrics(metrics, warm)
        if len(lines) > 1 and lines[-1]["seconds"] - lines[0]["seconds"] >= stretch:
            break
    os.kill(os.getpid(), signal.SIGINT)


def read_metrics(metrics: Path, warm: float) -> list[dict[str, float]]:
    """The lines after the warm-up, which is at least one step."""
    text = metrics.read_text(encoding="utf-8") if metrics.exists() else ""
    lines = [json.loads(line) for line in text.splitlines(keepends=True) if line.endswith("\n")]
    return [line for line in lines if line["seconds"] >= lines[0]["seconds"] + warm]


CHECKS = {"reference": check_reference, "twin": check_twin, "trl": check_trl, "litgpt": check_litgpt}
RUNS = {"twin": run_twin, "trl": run_trl, "litgpt": run_litgpt}


def measure(job: Job) -> dict[str, Any]:
    """The rates with one setting; with TRL's recomputation where they would not fit otherwise. No rates where they do not fit at all."""
    with contextlib.suppress(torch.OutOfMemoryError):
        return job["setting"] | RUNS[job["trainer"]](job | job["setting"])
    gc.collect()  # a trainer and its model hold one another
    torch.cuda.empty_cache()
    if job["trainer"] == "trl" and not job["setting"]["recompute"]:
        return measure(job | {"setting": job["setting"] | {"recompute": True}})
    return job["setting"] | {"tokens": 0.0, "targets": 0.0}


def sweep(job: Job) -> list[dict[str, Any]]:
    """The precisions with one batch size, then the other batch sizes with the faster of them; the best comes first."""
    middle = job["batches"][len(job["batches"]) // 2]
    tried = [measure(job | {"setting": {"precision": precision, "batch": middle, "recompute": False}}) for precision in job["precisions"]]
    precision = max(tried, key=lambda one: float(one["targets"]))["precision"]
    tried += [measure(job | {"setting": {"precision": precision, "batch": batch, "recompute": False}}) for batch in job["batches"] if batch != middle]
    return sorted(tried, key=lambda one: -float(one["targets"]))


def check(job: Job) -> dict[str, dict[str, float]]:
    """Loss and gradient in each precision, before training."""
    return {precision: CHECKS[job["trainer"]](job | {"precision": precision, "batch": 4, "recompute": False}) for precision in job["precisions"]}


def peak_memory() -> int:
    """The most that this process had: on the GPU, or else in memory, in bytes."""
    if DEVICE.type == "cuda":
        return torch.cuda.max_memory_allocated()
    status = Path("/proc/self/status")
    if status.exists():  # what getrusage tells begins with the parent's
        return next(int(line.split()[1]) * 1024 for line in status.read_text(encoding="utf-8").splitlines() if line.startswith("VmHWM"))
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss


def main() -> None:
    job = json.loads(sys.argv[1])
    torch.set_num_threads(job["threads"])
    torch.manual_seed(1)
    if DEVICE.type == "cuda" and job["memory_limit"] and job["name"] != "preparation":
        torch.cuda.set_per_process_memory_fraction(job["memory_limit"] * 1e9 / torch.cuda.get_device_properties(DEVICE).total_memory)
    tasks = {"prepare": prepare, "check": check, "sweep": sweep, "measure": measure}
    result = {task: tasks[task](job) for task in job["tasks"]} | {"memory": peak_memory(), **device()}
    Path(job["result"]).write_text(json.dumps(result), encoding="utf-8")


def device() -> dict[str, Any]:
    """Its name, and the precisions that are worth trying: some CPUs only imitate bfloat16, many times slower."""
    if DEVICE.type == "cuda":
        return {"device": torch.cuda.get_device_name(), "precisions": ["bfloat16"]}
    return {"device": "CPU", "precisions": ["float32", "bfloat16"] if torch.ops.mkldnn._is_mkldnn_bf16_supported() else ["float32"]}


if __name__ == "__main__":
    main()
