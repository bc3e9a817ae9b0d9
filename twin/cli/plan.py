"""`twin doctor`, and how a plan is shown."""

from __future__ import annotations

import importlib.util
import json
import shutil
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from twin.cli.options import JsonOption, WorkspaceOption, app
from twin.cli.show import ask, put, say
from twin.errors import DatasetError, UsageError, WorkspaceError, duration

if TYPE_CHECKING:
    from twin.config import Train
    from twin.train.plan import Plan


@app.command()
def doctor(
    gpu: Annotated[str, typer.Option("--gpu", help='Plan for this card instead of what is found, as "RTX 3090".')] = "",
    memory: Annotated[float, typer.Option("--memory", min=0, help="Plan for a GPU with so many GB instead of what is found.")] = 0.0,
    workspace: WorkspaceOption = None,
    as_json: JsonOption = False,
) -> None:
    """Tell what training will take on this machine, and what stands in its way. Works without a workspace, too."""
    from twin.config import Train
    from twin.train.machine import named_machine
    from twin.train.plan import make_plan
    from twin.workspace import find_workspace

    machine = named_machine(gpu, memory) if gpu or memory else None
    settings, dataset, place = Train(), None, Path.cwd()
    try:
        found = find_workspace(at=workspace)
    except WorkspaceError:
        if workspace is not None:
            raise
    else:
        settings, place = found.config().train, found.root
        dataset = found.dataset if (found.dataset / "train.jsonl").exists() else None
    try:
        plan = make_plan(settings, dataset, machine=machine)
    except DatasetError as error:
        plan = make_plan(settings, machine=machine)
        faults = [str(error)]
    else:
        faults = []
    show_plan(plan, place, as_json, *faults)


def show_plan(plan: Plan, place: Path, as_json: bool, *faults: str) -> None:
    """Prints a plan with what stands in its way: its own problems, `faults`, and what is wrong around `place`."""
    faults = (*plan.problems, *faults, *surroundings(plan, place))
    if as_json:
        put(json.dumps(plan.to_json() | {"problems": faults}, ensure_ascii=False))
        return
    put("\n".join(plan_lines(plan)))
    put("\n".join(["", *(f"problem: {fault}" for fault in faults)]) if faults else "\nno problems found")


def settle(settings: Train, root: Path, *, yes: bool) -> Train:
    """What a new run is trained with, told and, where it takes a large download, agreed to. `root` is where twin.toml lies.

    Raises:
        UsageError: The person does not want the download, or cannot be asked.
    """
    from twin.train.plan import gigabytes, make_plan

    plan = make_plan(settings)
    chosen = plan.settings
    if chosen.replay_text:
        chosen = chosen.model_copy(update={"replay_text": str(root / chosen.replay_text)})
    if settings.base == "auto":
        why = "it fits" if chosen.base != "embedded" else f"larger ones do not fit {plan.machine.name}"
        say(f"base: {chosen.base} ({why}); another: train.base in twin.toml")
        if plan.download_bytes and not yes:
            answer = ask(f"{chosen.base} is {gigabytes(plan.download_bytes)} to download. Go on? [y/N] ", secret=False)
            if answer is None or answer.strip().lower() not in ("y", "yes"):
                raise UsageError(f'{chosen.base} is not downloaded; agree with twin train --yes, or set train.base = "embedded" in twin.toml')
    for problem in plan.problems:
        say(f"problem: {problem}")
    return chosen


def compared(result: dict[str, Any]) -> str:
    """How the plan of a training held: what it expected, and what came."""
    from twin.train.plan import gigabytes

    planned = result["planned"]
    expected = f"about {duration(planned['seconds'])} for {planned['steps']:,} steps, {gigabytes(planned['memory_bytes'])}" if planned["seconds"] else "nothing"
    return f"planned: {expected}; took {duration(result['seconds'])} for {result['steps']:,}, {gigabytes(result['memory_bytes'])}"


def plan_lines(plan: Plan) -> list[str]:
    """A plan for people: a line for each thing, its name in front."""
    from twin.train.plan import gigabytes

    machine, settings, work = plan.machine, plan.settings, plan.workload
    kind = "bfloat16" if machine.bfloat16 else "no bfloat16"
    device = f"{machine.name} ({gigabytes(machine.free_bytes)} of {gigabytes(machine.total_bytes)} free, "
    device += f"{kind}, {_speed(machine.flops)}{', not what is here' if machine.simulated else ''})"
    base = settings.base
    if plan.shape is not None:
        base += f" ({plan.shape.parameters / 1e9:.2f} B parameters)" if plan.shape.parameters > 1e8 else f" ({plan.shape.parameters / 1e6:.1f} M parameters)"
    if plan.download_bytes:
        base += f"; {gigabytes(plan.download_bytes)} must be downloaded first"
    again = f"{settings.recompute_layers} of {plan.shape.layers} layers recomputed" if plan.shape and settings.recompute_layers else "nothing recomputed"
    rows = f"{settings.micro_rows} rows x {settings.row_tokens} tokens at once, {settings.rows} for a step; {again}"
    lines = [("device", device), ("base", base), ("method", plan.method), ("rows", rows)]
    if work is None:
        lines.append(("dataset", "none yet; make one with: twin prepare"))
    else:
        about = "" if work.exact else "about "
        lines.append(("dataset", f"{about}{work.tokens:,} tokens in {work.rows:,} rows, {work.target_tokens:,} of them to learn"))
        lines.append(("training", f"{plan.steps:,} steps, {about}{plan.tokens:,} tokens, at most"))
    if plan.memory:
        for number, (part, size) in enumerate(plan.memory.items()):
            lines.append(("memory" if not number else "", f"{gigabytes(size):>8}  {_PARTS[part]}"))
        share = f"of {gigabytes(machine.free_bytes)} free: {'it fits' if plan.fits else 'TOO MUCH'}"
        lines.append(("", f"{gigabytes(plan.total_bytes):>8}  in all, {share}"))
    if plan.seconds and work is not None:
        lines.append(("time", f"about {duration(plan.seconds)}, {plan.tokens / plan.seconds:,.0f} tokens/s"))
    return [f"{name:<10}{text}" for name, text in lines]


def _speed(flops: float) -> str:
    return f"{flops / 1e12:,.0f} TFLOP/s" if flops >= 1e13 else f"{flops / 1e9:,.0f} GFLOP/s"


_PARTS = {
    "weights": "the base's weights",
    "adapter": "what is learned, its gradients and AdamW's state",
    "activations": "what is kept for the backward pass",
    "logits": "predictions",
    "overhead": "libraries and what comes and goes",
}


def surroundings(plan: Plan, place: Path) -> list[str]:
    """What else than memory stands in the way.

    Args:
        plan: What is to be trained.
        place: The folder whose disk the checkpoints go to.
    """
    from twin.train.plan import gigabytes

    faults = []
    if plan.machine.kind == "cpu" and plan.seconds > 3600 and plan.workload is not None:
        faults.append(f"no GPU: training takes about {duration(plan.seconds)} here; fewer train.epochs or a smaller train.base are faster")
    needed = (plan.settings.keep_checkpoints + 2) * plan.memory.get("adapter", 0)
    if (free := shutil.disk_usage(place).free) < needed:
        faults.append(f"{place}: {gigabytes(free)} free on the disk, checkpoints take {gigabytes(needed)}; make room, or lower train.keep_checkpoints")
    if plan.machine.simulated:
        return faults
    home = Path.home()
    if plan.download_bytes and (free := shutil.disk_usage(home).free) < plan.download_bytes:
        faults.append(f"{home}: {gigabytes(free)} free on the disk, {plan.settings.base} takes {gigabytes(plan.download_bytes)}; make room, or set HF_HOME")
    if plan.settings.method == "qlora" and importlib.util.find_spec("bitsandbytes") is None:
        faults.append("qlora needs bitsandbytes, which is not installed; install it with: pip install bitsandbytes")
    return faults
