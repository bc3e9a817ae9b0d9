"""What a training will take, and the settings that fit this machine, told before anything is loaded."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from twin.config import Train
from twin.train.machine import Machine, find_machine
from twin.train.memory import TARGET_SHARE, last_at_targets, memory, trainable
from twin.train.processes import team
from twin.train.shape import FALCON, Shape, shape_of
from twin.train.workload import Workload, workload_of

EFFICIENCY = {"cuda": 0.6, "mps": 0.3, "cpu": 0.4}
"""Share of its fastest matrix product that a device keeps up through training. CUDA's is what packed and compiled training is known
to reach (torchtune: 0.56 on a 4090), MPS's an assumption, the CPU's the demo's 2,850 tokens/s, 59 GFLOP/s, of about 150 on two cores."""
DEQUANTISED_TOKENS = 150
"""Making a block's NF4 weights bfloat16 again takes as long as computing so many tokens with them: it moves 3 bytes a weight, where a
token takes 2 operations a weight (0.9 TB/s against 0.6 of 71 TFLOP/s, RTX 3090: 70 tokens; 4.8 TB/s against 790, H200: 150)."""
TOKENS_ON_CPU = 2048
"""More at once compute no faster on a CPU, and take more memory (docs/benchmarks.md)."""
USABLE = {"cuda": 0.97, "mps": 0.8, "cpu": 0.9}
"""Share of the free memory that a plan may fill: the rest goes to what lies between blocks and, but for CUDA, to the other programs."""


@dataclass(frozen=True, slots=True)
class Plan:
    """What a training will be.

    Attributes:
        machine: What computes.
        settings: The settings with nothing left to "auto".
        shape: The base; None where nothing on this machine tells what it is.
        workload: The dataset; None where there is none.
        memory: Bytes by part (memory.memory); empty without a shape.
        epoch_steps: Steps of the optimizer in one reading of the dataset.
        steps: Steps at most; the validation split may end it sooner.
        tokens: Tokens that all of them read.
        seconds: Expected time of all steps, 0 where it cannot be told.
        problems: What stands in the way, with its remedy.
    """

    machine: Machine
    settings: Train
    shape: Shape | None
    workload: Workload | None
    memory: dict[str, int]
    epoch_steps: int
    steps: int
    tokens: int
    seconds: float
    problems: tuple[str, ...] = ()

    @property
    def total_bytes(self) -> int:
        """The expected peak; on a CPU beyond what the process had before."""
        return sum(self.memory.values())

    @property
    def download_bytes(self) -> int:
        """What must be downloaded first."""
        return 0 if self.shape is None or self.shape.complete else self.shape.stored_bytes

    @property
    def fits(self) -> bool:
        """Whether the memory suffices."""
        return self.total_bytes <= USABLE[self.machine.kind] * self.machine.free_bytes

    @property
    def method(self) -> str:
        """The method as people call it: "LoRA bf16", "QLoRA NF4"."""
        names = {"lora": "LoRA", "qlora": "QLoRA", "dora": "DoRA", "full": "full", "prefix": "prefix", "prompt": "prompt"}
        return f"{names[self.settings.method]} {'NF4' if self.settings.method == 'qlora' else precision(self.settings, self.machine)}"

    def to_json(self) -> dict[str, Any]:
        """As `twin doctor --json` prints it."""
        machine, settings, work = self.machine, self.settings, self.workload
        return {
            "device": {name: getattr(machine, name) for name in machine.__slots__},
            "base": settings.base,
            "method": self.method,
            "row_tokens": settings.row_tokens,
            "rows": settings.rows,
            "micro_rows": settings.micro_rows,
            "recompute_layers": settings.recompute_layers,
            "memory_bytes": self.memory | {"total": self.total_bytes},
            "fits": self.fits,
            "dataset": None if work is None else {name: getattr(work, name) for name in work.__slots__},
            "steps": self.steps,
            "tokens": self.tokens,
            "seconds": round(self.seconds, 1),
            "download_bytes": self.download_bytes,
            "problems": list(self.problems),
        }


def precision(settings: Train, machine: Machine) -> str:
    """The arithmetic in short: bf16 or float32."""
    if settings.precision == "auto":
        return "bf16" if machine.kind == "cuda" and machine.bfloat16 else "float32"
    return "bf16" if settings.precision == "bfloat16" else "float32"


def make_plan(settings: Train, dataset: Path | None = None, *, machine: Machine | None = None, workload: Workload | None = None) -> Plan:
    """The plan for some settings: what they leave to "auto" is chosen so that it fits, what they say stays as it is.

    Falcon-7B is taken where a CUDA device holds it, in the method that is fastest there, and the embedded base elsewhere. Layers are
    recomputed only where one row does not fit otherwise: that costs half as much time again, and a smaller batch costs little.

    Args:
        settings: The [train] table.
        dataset: What `twin prepare` wrote; None plans the memory alone.
        machine: Default: the one that is found.
        workload: In place of a dataset.

    Raises:
        DatasetError: There is no dataset in the folder, or it is damaged.
        ModelError: The base's files are there and cannot be understood.
    """
    machine = machine or find_machine()
    bases = [settings.base] if settings.base != "auto" else [FALCON, "embedded"] if machine.kind == "cuda" else ["embedded"]
    for base in bases:
        shape = shape_of(base)
        named = settings.model_copy(update={"base": base})
        share = workload.target_share if workload else TARGET_SHARE
        chosen = _best([_plan(machine, shape, option, workload) for option in _options(named, shape, machine, share)])
        if chosen.fits:
            break
    if dataset is not None and workload is None:
        return make_plan(settings, machine=machine, workload=workload_of(dataset, chosen.shape, chosen.settings))
    chosen = _divided(chosen)
    return replace(chosen, problems=_problems(chosen))


def resolved(settings: Train, machine: Machine | None = None) -> Train:
    """The settings with every "auto" replaced by what fits this machine."""
    return make_plan(settings, machine=machine).settings


def _divided(plan: Plan) -> Plan:
    """The plan for this process where several train together: each holds a part of the base where it cannot hold all of it."""
    settings, processes = plan.settings, team().size
    wanted = settings.shard == "on" or (settings.shard == "auto" and not plan.fits and settings.method in {"lora", "dora", "full"})
    if processes == 1 or not wanted:
        return replace(plan, settings=settings.model_copy(update={"shard": "off"}))
    parts = plan.memory | {"weights": plan.memory.get("weights", 0) // processes}
    return replace(plan, settings=settings.model_copy(update={"shard": "on"}), memory=parts)


def gigabytes(size: float) -> str:
    """Bytes as people read them: "13.8 GB" (10^9 bytes), or MB."""
    return f"{size / 1e9:.1f} GB" if size >= 999.5e6 else f"{size / 1e6:.0f} MB"


def _options(settings: Train, shape: Shape | None, machine: Machine, share: float) -> Iterator[Train]:
    """For each method that comes into question the settings that fit best."""
    quantized = machine.kind == "cuda" and settings.engine == "twin"
    methods = [settings.method] if settings.method != "auto" else ["lora", "qlora"] if quantized else ["lora"]
    for method in methods:
        option = settings.model_copy(update={"method": method})
        most = min(settings.rows, max(1, TOKENS_ON_CPU // settings.row_tokens)) if machine.kind == "cpu" else settings.rows
        rows = [settings.micro_rows] if settings.micro_rows else list(range(most, 0, -1))
        layers = (
            [settings.recompute_layers]
            if settings.recompute_layers >= 0
            else [0]
            if shape is None or method in {"prefix", "prompt"}
            else list(range(shape.layers + 1))
        )
        pairs = [(count, layers[0]) for count in rows] + [(rows[-1], again) for again in layers[1:]]
        made = [option.model_copy(update={"micro_rows": count, "recompute_layers": again}) for count, again in pairs]
        if shape is None:
            yield made[0]
            continue
        usable = USABLE[machine.kind] * machine.free_bytes
        sizes = (sum(memory(shape, one, machine, rows=one.micro_rows, target_share=share).values()) for one in made)
        yield next((one for one, size in zip(made, sizes, strict=True) if size <= usable), made[-1])


def _best(plans: list[Plan]) -> Plan:
    """The fastest that fits; where none does, the smallest."""
    fitting = [plan for plan in plans if plan.fits]
    return min(fitting, key=lambda plan: plan.seconds) if fitting else min(plans, key=lambda plan: plan.total_bytes)


_SOME = Workload(1000, 512_000, 153_600, 0)
"""What speeds are compared on where there is no dataset."""


def _plan(machine: Machine, shape: Shape | None, settings: Train, workload: Workload | None) -> Plan:
    work = workload or _SOME
    epoch_steps = -(-work.rows // settings.rows)
    steps = max(1, round(settings.epochs * epoch_steps))
    tokens = round(work.tokens * steps / max(1, epoch_steps))
    parts: dict[str, int] = {}
    seconds = 0.0
    if shape is not None:
        parts = memory(shape, settings, machine, rows=settings.micro_rows, target_share=work.target_share)
        looks = 1 + (steps // settings.validate_every if settings.validate_every else round(settings.epochs))
        operations = tokens * _operations(shape, settings, work.target_share)
        operations += looks * work.validation_tokens * 2 * (shape.block_parameters + work.target_share * shape.head_parameters)
        seconds = operations / (EFFICIENCY[machine.kind] * machine.flops)
        if settings.method == "qlora":
            seconds *= 1 + DEQUANTISED_TOKENS / (settings.micro_rows * settings.row_tokens)
    return Plan(machine, settings, shape, workload, parts, epoch_steps, steps, tokens, seconds)


def _operations(shape: Shape, settings: Train, target_share: float) -> float:
    """Floating-point operations for a token of training.

    A product with a weight takes 2 forward, 2 for the gradient of its input and 2 for that of the weight, if it learns; a recomputed
    layer goes forward twice. The head works at targets only. Attention inside segments of a chat's length is half a percent, and left out.
    """
    learns = 2 if settings.method == "full" else 0
    after = shape.inner * shape.hidden * (3 if shape.gated else 2) + shape.query * shape.hidden  # in the last layer at the targets alone
    blocks = shape.block_parameters - (after * (1 - target_share) if last_at_targets(shape, settings) else 0)
    again = 2 * min(settings.recompute_layers, shape.layers) / shape.layers
    adapter = 0 if settings.method in {"full", "prompt", "prefix"} else (6 + again) * trainable(shape, settings)
    return (4 + learns + again) * blocks + (4 + learns) * target_share * shape.head_parameters + adapter


def _problems(plan: Plan) -> tuple[str, ...]:
    settings, machine, shape = plan.settings, plan.machine, plan.shape
    problems = []
    if shape is None:
        problems.append(f"nothing on this machine tells what {settings.base} is made of: download it first, or give its folder, for a plan (train.base)")
    elif not plan.fits:
        needs = f"{settings.base} with {plan.method} needs {gigabytes(plan.total_bytes)}, {gigabytes(machine.free_bytes)} are free on {machine.name}"
        problems.append(f"{needs}: {_remedy(plan)}")
    if shape is not None and settings.row_tokens > shape.context:
        problems.append(f"train.row_tokens is {settings.row_tokens}, but {settings.base} reads {shape.context} tokens at most: lower it")
    if settings.method == "qlora" and machine.kind == "mps":
        problems.append('train.method is "qlora", which needs CUDA or a CPU: set it to "lora"')
    return tuple(problems)


def _remedy(plan: Plan) -> str:
    settings, shape = plan.settings, plan.shape
    assert shape is not None
    easier: list[dict[str, Any]] = [{"micro_rows": 1}, {"micro_rows": 1, "recompute_layers": shape.layers}]
    if plan.machine.kind == "cuda" and settings.method != "qlora":
        easier += [{"method": "qlora"}, {"method": "qlora", "micro_rows": 1}, {"method": "qlora", "micro_rows": 1, "recompute_layers": shape.layers}]
    for change in easier:
        other = settings.model_copy(update=change)
        if _plan(plan.machine, shape, other, plan.workload).fits:
            return f"set train.{', train.'.join(f'{key} = {value!r}' for key, value in change.items())}".replace("'", '"')
    return 'use a smaller base (train.base = "embedded" fits everywhere), shorter rows (train.row_tokens), or a larger device'
