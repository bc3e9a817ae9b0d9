"""The peers of bench_train.py: TRL's trainer and litgpt's recipe, checked and measured.

Batching, padding, loss and optimizer are their own: a subclass of the trainer and a data module for the recipe do no more than hand
over token ids, count them and look at the clock.
"""

from __future__ import annotations

import contextlib
import gc
import math
import time
from pathlib import Path
from typing import Any

import torch
from torch import nn
from training_inputs import DEVICE, Job, Sample, read_samples

TYPES = {"float32": torch.float32, "bfloat16": torch.bfloat16}
RATE = 1e-3
DECAY = 0.01


class Done(BaseException):
    """The stretch of time is over. No Exception, so that no trainer takes it for a fault."""


class Watch:
    """Counts the tokens of a stretch of time that begins after the warm-up; `add` raises Done at its end."""

    def __init__(self, job: Job) -> None:
        self.warm, self.stretch = job["warm"], job["seconds"]
        self.began = self.warmed = self.seconds = math.nan
        self.tokens = self.targets = 0

    def add(self, tokens: int, targets: int) -> None:
        """What was worked off since the last call."""
        if DEVICE.type == "cuda":
            torch.cuda.synchronize()
        now = time.perf_counter()
        if math.isnan(self.began):
            self.began = now
        if math.isnan(self.warmed):
            self.warmed = now if now - self.began >= self.warm else math.nan
            return
        self.tokens, self.targets, self.seconds = self.tokens + tokens, self.targets + targets, now - self.warmed
        if self.seconds >= self.stretch:
            raise Done

    def rates(self) -> dict[str, float]:
        return {"tokens": self.tokens / self.seconds, "targets": self.targets / self.seconds}


def load_peft(job: Job, dtype: torch.dtype) -> Any:
    """The base as transformers has it, with the fixed adapter, to be trained."""
    from peft import PeftModel
    from transformers import AutoModelForCausalLM, BitsAndBytesConfig

    gc.collect()  # the trainer before, which holds its model
    folder, more = Path(job["folder"]), dict[str, Any]()
    if job["method"] == "qlora":
        compute = TYPES[job["precision"]]
        more["quantization_config"] = BitsAndBytesConfig(
            load_in_4bit=True, bnb_4bit_quant_type="nf4", bnb_4bit_use_double_quant=True, bnb_4bit_compute_dtype=compute
        )
    model = AutoModelForCausalLM.from_pretrained(folder / "base", dtype=dtype, attn_implementation="sdpa", device_map={"": DEVICE}, **more)
    return PeftModel.from_pretrained(model, str(folder / "adapter"), is_trainable=True)


def norm(model: nn.Module) -> float:
    """The length of the adapter's gradient."""
    return math.sqrt(sum(float(weight.grad.double().square().sum()) for weight in model.parameters() if weight.grad is not None))


# TRL


def make_trainer(job: Job, samples: list[Sample], **settings: Any) -> Any:
    """TRL's trainer with the fixed adapter. With packing, TRL packs the samples itself, in rows of row_tokens."""
    from datasets import Dataset
    from datasets.utils.logging import disable_progress_bar
    from transformers import AutoTokenizer
    from trl import SFTConfig, SFTTrainer

    class Timed(SFTTrainer):  # type: ignore[misc]
        watch: Watch | None = None

        def training_step(self, model: Any, inputs: dict[str, Any], *more: Any, **named: Any) -> Any:
            tokens = int(inputs["attention_mask"].sum()) if "attention_mask" in inputs else inputs["input_ids"].numel()
            targets = int((inputs["labels"][:, 1:] != -100).sum())
            loss = super().training_step(model, inputs, *more, **named)
            if self.watch:
                self.watch.add(tokens, targets)
            return loss

    disable_progress_bar()
    on_gpu, packing = DEVICE.type == "cuda", job["packing"]
    arguments = SFTConfig(
        output_dir=str(Path(job["folder"]) / "trl"),
        per_device_train_batch_size=job["batch"],
        packing=packing,
        max_length=job["row_tokens"] if packing else None,
        gradient_checkpointing=job["recompute"],
        bf16=job["precision"] == "bfloat16",
        use_cpu=not on_gpu,
        learning_rate=RATE,
        weight_decay=DECAY,
        logging_steps=50,
        disable_tqdm=True,
        report_to="none",
        save_strategy="no",
        dataloader_pin_memory=on_gpu,
        **settings,
    )
    model = load_peft(job, torch.bfloat16 if on_gpu and job["precision"] == "bfloat16" else torch.float32)
    tokenizer = AutoTokenizer.from_pretrained(Path(job["folder"]) / "base")
    return Timed(model=model, args=arguments, train_dataset=Dataset.from_list(samples), processing_class=tokenizer)


def check_trl(job: Job) -> dict[str, float]:
    """One step over all samples, without changing the weights, as the trainer reports it."""
    samples = read_samples(job, job["check_windows"])
    trainer = make_trainer(job, samples, max_steps=1)
    batches = len(trainer.get_train_dataloader())
    trainer.args.gradient_accumulation_steps = trainer.accelerator.gradient_accumulation_steps = batches
    trainer.args.learning_rate, trainer.args.max_grad_norm, trainer.args.logging_steps = 0.0, 1e9, 1
    loss = trainer.train().training_loss
    return {"loss": loss, "norm": next(line["grad_norm"] for line in trainer.state.log_history if "grad_norm" in line)}


def run_trl(job: Job) -> dict[str, float]:
    """TRL's own loop over the warm-up and the stretch."""
    trainer = make_trainer(
        job, read_samples(job, job["windows"]), max_steps=1_000_000, gradient_accumulation_steps=max(1, round(job["samples_a_step"] / job["batch"]))
    )
    trainer.watch = Watch(job)
    with contextlib.suppress(Done):
        trainer.train()
    return trainer.watch.rates()


# litgpt


def litgpt_precision(job: Job) -> str:
    """Its name for it: true bf16 where its recipe takes that by itself, on a GPU."""
    return "32-true" if job["precision"] == "float32" else "bf16-true" if DEVICE.type == "cuda" else "bf16-mixed"


def check_litgpt(job: Job) -> dict[str, float]:
    """Its model and its loss, called as in its `fit`."""
    import lightning
    from litgpt.data import get_sft_collate_fn
    from litgpt.lora import GPT, Config, mark_only_lora_as_trainable
    from litgpt.utils import chunked_cross_entropy, load_checkpoint

    folder, samples = Path(job["folder"]) / "litgpt", as_tensors(read_samples(job, job["check_windows"]))
    fabric = lightning.Fabric(devices=1, precision=litgpt_precision(job))
    with fabric.init_module(empty_init=False):
        model = GPT(Config.from_file(folder / "model_config.yaml", **litgpt_lora(job)))
    mark_only_lora_as_trainable(model)
    model = fabric.setup_module(model)
    load_checkpoint(fabric, model, folder / "lit_model.pth", strict=False)
    count = sum(int((sample["labels"] != -100).sum()) for sample in samples)
    loss = 0.0
    for start in range(0, len(samples), job["batch"]):
        batch = get_sft_collate_fn()(samples[start : start + job["batch"]])
        ids, labels = batch["input_ids"].to(DEVICE), batch["labels"].to(DEVICE)
        logits = model(ids, lm_head_chunk_size=128)
        logits[-1] = logits[-1][..., :-1, :]
        part = chunked_cross_entropy(logits, labels[..., 1:]) * int((labels != -100).sum()) / count
        fabric.backward(part)
        loss += float(part.detach())
    for name, weight in model.named_parameters():
        if name.endswith("attn.qkv.lora_A"):  # three of them where peft has one, whose gradient is the sum of theirs
            weight.grad = torch.cat([sum(weight.grad.chunk(3)), torch.zeros_like(weight.grad)[weight.grad.shape[0] // 3 :]])
    return {"loss": loss, "norm": norm(model)}


def run_litgpt(job: Job) -> dict[str, float]:
    """litgpt's recipe, `litgpt finetune_lora`, over the warm-up and the stretch."""
    from litgpt.args import EvalArgs, LogArgs, TrainArgs
    from litgpt.data import DataModule, get_sft_collate_fn
    from litgpt.finetune.lora import setup
    from torch.utils.data import DataLoader

    gc.collect()
    watch, samples, collate = Watch(job), as_tensors(read_samples(job, job["windows"])), get_sft_collate_fn()
    before = [0, 0]

    def counted(chosen: list[dict[str, Any]]) -> dict[str, Any]:
        watch.add(*before)
        before[:] = sum(len(sample["input_ids"]) for sample in chosen), sum(int((sample["labels"] != -100).sum()) for sample in chosen)
        batch: dict[str, Any] = collate(chosen)
        return batch

    class Given(DataModule):  # type: ignore[misc]
        prompt_style = None

        def train_dataloader(self) -> Any:
            return DataLoader(samples, batch_size=job["batch"], shuffle=True, drop_last=True, collate_fn=counted)  # type: ignore[arg-type]

        def val_dataloader(self) -> Any:
            return DataLoader(samples[:1], collate_fn=collate)  # type: ignore[arg-type]

    with contextlib.suppress(Done):
        setup(
            Path(job["folder"]) / "litgpt",
            Path(job["folder"]) / "litgpt-out",
            precision=litgpt_precision(job),
            quantize="bnb.nf4-dq" if job["method"] == "qlora" else None,
            data=Given(),
            train=TrainArgs(
                global_batch_size=max(1, round(job["samples_a_step"] / job["batch"])) * job["batch"],
                micro_batch_size=job["batch"],
                epochs=1000,
                log_interval=50,
            ),
            log=LogArgs(),
            eval=EvalArgs(interval=1_000_000, max_new_tokens=1),
            optimizer={"class_path": "torch.optim.AdamW", "init_args": {"lr": RATE, "weight_decay": DECAY}},
            **litgpt_lora(job),
        )
    return watch.rates()


def litgpt_lora(job: Job) -> dict[str, Any]:
    """Its names for the same adapter: all linear layers of the blocks, no dropout."""
    layers = ("query", "key", "value", "projection", "mlp")
    return {"lora_r": job["rank"], "lora_alpha": 2 * job["rank"], "lora_dropout": 0.0} | {f"lora_{layer}": True for layer in layers}


def as_tensors(samples: list[Sample]) -> list[dict[str, Any]]:
    """Samples as litgpt's own datasets give them."""
    counts = [{"raw": len(sample["input_ids"]), "raw_plus_prompt_template": len(sample["input_ids"])} for sample in samples]
    return [{name: torch.tensor(ids) for name, ids in sample.items()} | {"token_counts": count} for sample, count in zip(samples, counts, strict=True)]
