"""Training by twin, by TRL's SFTTrainer and by litgpt's LoRA recipe: target tokens a second, memory, and whether the loss is right.

    python scripts/bench_train.py --export result.json --me user1000 [--seconds 20] [--runs 1]
    python scripts/bench_train.py --shape falcon-7b [--method qlora --memory-limit 24]      (on a GPU)

The export goes through twin's import and prepare; without one it is the demo's. All programs get the same base, adapter and
hyper-parameters, and the same targets in the same context (training_inputs.py); a step of the optimizer has the same number of targets
for each, on average. That it is so is verified: the targets are counted in each form, and each program's mean loss over the replies of
some windows, with an adapter that counts, must be that of plain transformers in float32, which is shown one reply with its context at a
time: within 1e-3 in float32, 1e-2 in bfloat16. The one that may be wrong is TRL with packing, whose samples see one another on a Falcon;
its padding-free batches of several samples do too, and are left out for that. The table's last column is the length of the gradient in
terms of the reference's: TRL divides it once more by the number of batches that it accumulates, which AdamW hardly notices.

A peer's precision and batch size are tried first, for seconds, and it is measured with its best; so is twin's precision. Each
measurement is a process of its own, all take turns, `--runs` times; the table gives the fastest of each, and the most memory.
TRL and litgpt "a reply a sample" pad; "windows" are a window a sample with all its replies as targets, padded too. Falcon-7B's shape
has random weights and the small base's tokenizer; nothing is downloaded.
"""

from __future__ import annotations

import argparse
import importlib.util
import json
import os
import platform
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from measuring import cost

HERE = Path(__file__).resolve().parent
DEMO = HERE.parent / "twin" / "demo" / "result.json"
PROGRAMS: dict[str, dict[str, Any]] = {
    "twin": {"trainer": "twin", "whole_windows": True, "packing": True},
    "TRL, a reply a sample": {"trainer": "trl", "whole_windows": False, "packing": False},
    "TRL, packed": {"trainer": "trl", "whole_windows": False, "packing": True},
    "TRL, windows": {"trainer": "trl", "whole_windows": True, "packing": False},
    "litgpt, a reply a sample": {"trainer": "litgpt", "whole_windows": False, "packing": False},
    "litgpt, windows": {"trainer": "litgpt", "whole_windows": True, "packing": False},
}
TOLERANCE = {"float32": 1e-3, "bfloat16": 1e-2}
WANTED = {"TRL, a reply a sample": (6, 12), "litgpt, a reply a sample": (3, 5), "litgpt, windows": (3, 5), "TRL, windows": (1.5, 2.5)}
"""How many times a peer's target tokens a second must be reached, and should."""


def workspace(options: argparse.Namespace, folder: Path) -> Path:
    """A workspace with the dataset; its validation split is one short conversation, since no program is to be measured on it."""
    place, twin = folder / "workspace", (sys.executable, "-m", "twin")
    cost(*twin, "init", str(place))
    if options.workspace:
        shutil.copytree(options.workspace / "dataset", place / "dataset")
    else:
        cost(*twin, "import", str(options.export), *(["--me", options.me] if options.me else []), "--workspace", str(place))
        cost(*twin, "prepare", "--workspace", str(place))
    validation = place / "dataset" / "validation.jsonl"
    validation.write_text(min(validation.read_text(encoding="utf-8").splitlines(keepends=True), key=len, default=""), encoding="utf-8")
    return place


def run(job: dict[str, Any]) -> dict[str, Any]:
    """Runs a job in a process of its own. Raises RuntimeError when it fails."""
    result = Path(job["folder"]) / "result.json"
    result.unlink(missing_ok=True)
    known = {"OMP_NUM_THREADS": str(job["threads"]), "HF_HOME": str(Path(job["folder"]) / "hub"), "HF_HUB_OFFLINE": "1", "TOKENIZERS_PARALLELISM": "false"}
    command = [sys.executable, str(HERE / "training_job.py"), json.dumps(job | {"result": str(result)})]
    done = subprocess.run(command, capture_output=True, text=True, env=os.environ | known, cwd=job["folder"], check=False)
    if done.returncode or not result.exists():
        raise RuntimeError(f"{job['name']}: {(done.stderr.strip() or done.stdout.strip())[-3000:]}")
    answer: dict[str, Any] = json.loads(result.read_text(encoding="utf-8"))
    return answer


def samples_a_row(program: dict[str, Any], counts: dict[str, int]) -> float:
    """How many of a peer's samples have as many targets as one of twin's rows; of its packed rows as many more as they repeat tokens."""
    if program["whole_windows"]:
        return counts["windows"] / counts["rows"]
    return counts["reply_tokens"] / counts["tokens"] if program["packing"] else counts["replies"] / counts["rows"]


def say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


def best_setting(job: dict[str, Any], options: argparse.Namespace) -> tuple[dict[str, Any], dict[str, Any]]:
    """A program's loss in each precision, and the setting with which it is fastest."""
    short = job | {"seconds": options.sweep_seconds, "warm": options.sweep_seconds / 3, "windows": 500}
    checks = ["check"] if compares(options) else []
    if job["trainer"] != "twin":
        answer = run(short | {"tasks": [*checks, "sweep"]})
        tried = answer["sweep"]
    else:
        answer = run(short | {"tasks": checks}) if checks else {}
        settings = [{"precision": precision, "batch": 0, "recompute": False} for precision in options.precisions]
        if len(settings) == 1:
            return answer.get("check", {}), settings[0]
        tried = [run(short | {"tasks": ["measure"], "setting": setting})["measure"] for setting in settings]
        tried.sort(key=lambda one: -float(one["targets"]))
    say(f"{job['name']}: " + "; ".join(f"{described(one)} {one['targets']:,.0f}" for one in tried))
    return answer.get("check", {}), {name: tried[0][name] for name in ("precision", "batch", "recompute")}


def compares(options: argparse.Namespace) -> bool:
    """Whether losses are compared: not those of four bits, nor where the reference's float32 may not fit."""
    return options.method == "lora" and not options.memory_limit


def described(setting: dict[str, Any]) -> str:
    """A setting in words."""
    words = [setting["precision"], f"batch {setting['batch']}" if setting["batch"] else "", "checkpointing" if setting["recompute"] else ""]
    return ", ".join(word for word in words if word)


def measure(jobs: dict[str, dict[str, Any]], options: argparse.Namespace) -> dict[str, dict[str, Any]]:
    """Every program in turn: its losses, its best setting, then its rates and memory. A peer that cannot is left out, and it is said why."""
    found: dict[str, dict[str, Any]] = {}
    for name, job in jobs.items():
        try:
            checks, setting = best_setting(job, options)
        except RuntimeError as error:
            if name == "twin":
                raise
            say(str(error))
            continue
        found[name] = {"checks": checks, "setting": setting, "targets": 0.0, "tokens": 0.0, "memory": 0}
    for number in range(options.runs):
        for name, best in found.items():
            answer = run(jobs[name] | {"tasks": ["measure"], "setting": best["setting"]})
            best["memory"] = max(best["memory"], answer["memory"])
            if answer["measure"]["targets"] > best["targets"]:
                best |= {"targets": answer["measure"]["targets"], "tokens": answer["measure"]["tokens"], "device": answer["device"]}
            say(f"round {number + 1}, {name}: {answer['measure']['targets']:,.0f} target tokens/s")
    return found


def table(found: dict[str, dict[str, Any]], reference: dict[str, float]) -> list[str]:
    """Prints the results; returns the programs whose loss is wrong though it should not be."""
    print("\n| program | its best setting | target tokens/s | tokens/s | twin is faster | peak memory, MB | loss - reference, float32 | bfloat16 | gradient |")
    print("|---|---|---|---|---|---|---|---|---|")
    wrong = []
    for name, one in found.items():
        cells = []
        for precision, tolerance in TOLERANCE.items():
            away = one["checks"][precision]["loss"] - reference["loss"] if precision in one["checks"] else None
            bad = away is not None and not abs(away) <= tolerance
            cells.append("" if away is None else f"{away:+.5f}{' **wrong**' if bad else ''}")
            if bad and name != "TRL, packed":
                wrong.append(f"{name} in {precision}")
        used = one["checks"].get(one["setting"]["precision"])
        cells.append(f"{used['norm'] / reference['norm']:.3f}" if used else "")
        times = f"{found['twin']['targets'] / one['targets']:.2f}" if one["targets"] else "does not fit"
        cells = [name, described(one["setting"]), f"{one['targets']:,.0f}", f"{one['tokens']:,.0f}", times, f"{one['memory'] / 1e6:,.0f}", *cells]
        print(f"| {' | '.join(cells)} |")
    print()
    for name, (must, aim) in WANTED.items():
        if found.get(name, {}).get("targets"):
            print(f"{found['twin']['targets'] / found[name]['targets']:.2f} times {name} (at least {must}, aim {aim})")
    return wrong


def parse() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    data = parser.add_mutually_exclusive_group()
    data.add_argument("--export", type=Path, default=DEMO, help="An export of Telegram Desktop; default: the demo's.")
    data.add_argument("--workspace", type=Path, help="A workspace with a dataset, instead.")
    parser.add_argument("--me", help="As in `twin import`.")
    parser.add_argument("--shape", choices=("embedded", "tiny", "falcon-7b"), default="embedded")
    parser.add_argument("--method", choices=("lora", "qlora"), default="lora", help="With qlora no loss is compared: it has another.")
    parser.add_argument("--memory-limit", type=float, default=0.0, metavar="GB", help="As if the GPU had no more; no loss is compared then.")
    parser.add_argument("--row-tokens", type=int, default=512)
    parser.add_argument("--shared-tokens", type=int, default=128)
    parser.add_argument("--rows", type=int, default=8, help="twin's rows for each step of the optimizer; the peers' steps have as many targets.")
    parser.add_argument("--rank", type=int, default=16)
    parser.add_argument("--batches", type=int, nargs="+", default=[1, 2, 4, 8], help="Batch sizes that peers are tried with.")
    parser.add_argument("--precisions", nargs="+", choices=tuple(TOLERANCE), help="Default: bfloat16 on a GPU, both on a CPU that has it, else float32.")
    parser.add_argument("--programs", nargs="+", choices=tuple(PROGRAMS), default=list(PROGRAMS))
    parser.add_argument("--check-windows", type=int, default=8, help="Windows whose loss is compared.")
    parser.add_argument("--seconds", type=float, default=20.0)
    parser.add_argument("--warm", type=float, default=3.0, help="Seconds before those that are measured.")
    parser.add_argument("--sweep-seconds", type=float, default=3.0, help="Seconds for each setting that is tried.")
    parser.add_argument("--threads", type=int, default=min(2, os.cpu_count() or 1))
    parser.add_argument("--runs", type=int, default=1)
    return parser.parse_args()


def main() -> None:
    options = parse()
    if importlib.util.find_spec("trl") is None:
        sys.exit("bench_train: trl is not installed; run: make bench, or pip install -c constraints.txt -e '.[bench]'")
    names = ("shape", "method", "memory_limit", "row_tokens", "shared_tokens", "rows", "rank", "batches", "check_windows", "seconds", "warm", "threads")
    with tempfile.TemporaryDirectory(prefix="twin-bench-") as name:
        folder = Path(name)
        shared = {key: getattr(options, key) for key in names} | {"folder": str(folder), "workspace": str(workspace(options, folder)), "windows": None}
        about = run(shared | {"name": "preparation", "tasks": ["prepare"]})
        options.precisions = shared["precisions"] = options.precisions or about["precisions"]
        counts = about["prepare"]
        say(", ".join(f"{count:,} {what.replace('_', ' ')}" for what, count in counts.items()))
        reference = {"loss": 0.0, "norm": 0.0}
        if compares(options):
            alone = shared | {"name": "reference", "trainer": "reference", "whole_windows": False, "precisions": ["float32"]}
            reference = run(alone | {"tasks": ["check"]})["check"]["float32"]
            say(f"reference: loss {reference['loss']:.5f}, without the adapter {reference['without_adapter']:.5f}")
            if not abs(reference["loss"] - reference["without_adapter"]) > 2 * TOLERANCE["bfloat16"]:
                raise RuntimeError("the adapter changes the loss too little to see whether a program applies it")
        jobs = {}
        for program in dict.fromkeys(["twin", *options.programs]):
            samples = options.rows * samples_a_row(PROGRAMS[program], counts)
            jobs[program] = shared | PROGRAMS[program] | {"name": program, "samples_a_step": samples}
        found = measure(jobs, options)
        limit = f", limited to {options.memory_limit} GB" if options.memory_limit else ""
        print(f"{about['device']}{limit}; {platform.machine()}, {options.threads} threads, Python {platform.python_version()}")
        print(f"{options.shape}, {options.method} r={options.rank}, rows of {options.row_tokens}, {options.rows} a step")
        if wrong := table(found, reference):
            sys.exit(f"bench_train: these have another loss than the reference: {', '.join(wrong)}")


if __name__ == "__main__":
    main()
