"""Chatting with twin's engine and with transformers' plain generate: tokens a second, time to the first text, memory.

    python scripts/bench_chat.py [--runs 3]
    python scripts/bench_chat.py --shape falcon-7b [--method qlora]      (on a GPU)

One conversation of twenty messages. Both programs have the same base and adapter and get the same prompts, which are those of twin's
conversation, and both answer each with the same number of tokens, the likeliest of those that are no markers; twin's way of drawing is otherwise
what it is in chat. transformers reads each prompt as a whole, as it is used, with its cache inside a reply: the adapter beside the base, as
peft loads it, or merged into it. Each program is a process of its own, all take turns, `--runs` times; the table gives the fastest of each, and
the most memory. How many of the tokens are the same is said too: where two are nearly as likely, rounding decides.

Then as many conversations at once as `--at-once` says, beside the same ones after each other, and what a token must take at least: the bytes of
the weights through the memory's bandwidth, which is measured. Falcon-7B's shape has random weights and the small base's tokenizer; nothing is
downloaded. Not here: what a conversation says.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, ClassVar

import torch
from torch import Tensor
from training_inputs import DEVICE, SHAPES, make_adapter, make_base

from twin.chat import engine as engines
from twin.chat.engine import Engine
from twin.chat.people import Contact, with_message
from twin.config import Config, Train, to_toml
from twin.model.base import choose_precision, load_template
from twin.model.embedded import EMBEDDED
from twin.model.generate import Draft
from twin.model.quantize import four_bits, plain_linears
from twin.model.sampling import Sampling
from twin.schema import Turn

MESSAGES = """hey! are you there?
how was your day, did you get anything done?
I went to the market this morning and bought far too many tomatoes
what would you cook with two kilos of them?
ok, soup it is. do you still have my big pot?
no hurry, I can come by on Thursday after work
is eight too late for you?
great. shall I bring anything else, bread maybe?
by the way, did you hear back from the landlord?
that is annoying, he said it would be last week
you could call the office instead, they answered me at once
I can give you the number if you want
how is your sister doing, is she still in Lisbon?
tell her hi from me. we should visit her in spring
I looked at flights yesterday and they are not even expensive
would you rather go in April or in May?
May is fine for me too, it will be warmer
then I will ask for the days off tomorrow
and you have to help me pick a suitcase, mine is broken
sleep well, see you on Thursday!""".splitlines()
PEERS = {"transformers": "transformers' generate", "merged": "transformers' generate, adapter merged"}


class Endless(Draft):
    """A reply that does not end before it is as long as it may be."""

    said: ClassVar[list[list[int]]] = []

    def __init__(self, *given: Any) -> None:
        super().__init__(*given)
        self.said.append([])

    def draw(self, scores: Tensor) -> int:
        """The likeliest token that is no marker."""
        scores[[self._template.bubble_id, self._template.stop_id]] = -torch.inf
        token = super().draw(scores)
        self.done = self._left == 0
        self.said[-1].append(token)
        return token

    def _circles(self, text: str) -> bool:
        return super()._circles(text) and False


clock = time.perf_counter
"""The time, or what of it this process had."""


def prepare(options: argparse.Namespace, folder: Path) -> Path:
    """A run that was never trained."""
    if options.shape == "embedded":
        shutil.copytree(EMBEDDED, folder / "base")
    else:
        make_base(folder / "base", SHAPES[options.shape])
    make_adapter(folder, options.rank)
    run = folder / "run-1"
    run.mkdir()
    (folder / "adapter").rename(run / "adapter")
    train = Train.model_validate({"base": str(folder / "base"), "method": options.method, "row_tokens": options.row_tokens})
    (run / "config.toml").write_text(to_toml(Config(train=train)), encoding="utf-8")
    people = {"person": "Nika Orlova", "chats": [{"name": "Priya", "kind": "personal", "targets": 1}]}
    (run / "run.json").write_text(json.dumps(people), encoding="utf-8")
    return run


def loaded(folder: Path) -> Engine:
    vars(engines)["Draft"] = Endless
    engine = Engine(folder / "run-1")
    list(engine.reply(with_message([], "Zoya", "warm up"), Contact("Zoya"), Sampling(temperature=0, max_tokens=4)))
    Endless.said.clear()
    return engine


def converse(engine: Engine, messages: list[str], tokens: int, contact: Contact) -> tuple[list[list[int]], float, list[float]]:
    """A conversation: its prompts, the seconds of all replies, and of each to its first text."""
    turns: list[Turn] = []
    bubbles: tuple[str, ...] = ()
    prompts, firsts, seconds = [], [], 0.0
    draw = Sampling(temperature=0, repetition_penalty=1, max_tokens=tokens)
    for message in messages:
        turns = with_message(turns, contact.name, message)
        prompts.append(engine._prompt(turns, contact, tokens))
        started, first = clock(), 0.0
        for bubbles in engine.reply(turns, contact, draw):  # noqa: B007  # the last are the reply
            first = first or clock() - started
        seconds += clock() - started
        firsts.append(first)
        turns.append(Turn(engine.person, True, bubbles, False))
    return prompts, seconds, firsts


def run_twin(job: dict[str, Any]) -> dict[str, Any]:
    """The conversation by twin's engine; leaves its prompts and replies to the peers."""
    folder = Path(job["folder"])
    engine = loaded(folder)
    prompts, seconds, firsts = converse(engine, MESSAGES, job["tokens"], Contact("Priya"))
    (folder / "talk.json").write_text(json.dumps({"prompts": prompts, "said": Endless.said}), encoding="utf-8")
    return {"seconds": seconds, "firsts": firsts}


def run_peer(job: dict[str, Any]) -> dict[str, Any]:
    """The same prompts by transformers."""
    from contextlib import nullcontext

    from peft import PeftModel
    from transformers import AutoModelForCausalLM
    from transformers.generation.streamers import BaseStreamer

    folder = Path(job["folder"])
    talk, template = json.loads((folder / "talk.json").read_text(encoding="utf-8")), load_template(str(folder / "base"))
    dtype = choose_precision("auto", DEVICE)
    quantized = four_bits(dtype, DEVICE) if job["method"] == "qlora" else None
    with plain_linears() if quantized else nullcontext():
        model: Any = AutoModelForCausalLM.from_pretrained(folder / "base", dtype=dtype, device_map={"": DEVICE}, quantization_config=quantized)
    model = PeftModel.from_pretrained(model, str(folder / "run-1" / "adapter")).eval()
    if job["program"] == "merged":
        model = model.merge_and_unload()

    class Watch(BaseStreamer):
        def __init__(self) -> None:
            self.times: list[float] = []

        def put(self, value: Tensor) -> None:
            self.times.append(clock())

        def end(self) -> None:
            pass

    exact = {"do_sample": False, "suppress_tokens": [*sorted(template.specials), *range(template.size, model.config.vocab_size)], "pad_token_id": 11}

    def reply(prompt: list[int], tokens: int, watch: Watch) -> list[int]:
        ids = torch.tensor([prompt], device=DEVICE)
        out = model.generate(input_ids=ids, attention_mask=torch.ones_like(ids), max_new_tokens=tokens, min_new_tokens=tokens, streamer=watch, **exact)
        said: list[int] = out[0, len(prompt) :].tolist()
        return said

    reply(talk["prompts"][0], 4, Watch())
    seconds, firsts, same = 0.0, [], 0
    for prompt, wanted in zip(talk["prompts"], talk["said"], strict=True):
        watch, started = Watch(), clock()
        said = reply(prompt, job["tokens"], watch)
        seconds += clock() - started
        firsts.append(watch.times[1] - started)  # the first call is the prompt's
        assert len(said) == len(wanted) == job["tokens"]
        same += sum(one == other for one, other in zip(said, wanted, strict=True))
    return {"seconds": seconds, "firsts": firsts, "same": same / sum(map(len, talk["said"]))}


def run_together(job: dict[str, Any]) -> dict[str, Any]:
    """Several conversations at once, and after each other: tokens a second. And the floor of one token."""
    engine = loaded(Path(job["folder"]))
    rates = []
    for count in job["at_once"]:
        talks = [[MESSAGES[(number * 5 + place) % len(MESSAGES)] for place in range(job["turns"])] for number in range(count)]
        total = count * job["turns"] * job["tokens"]
        pair = []
        for name, workers in (("apart", 1), ("together", count)):
            people = [Contact(f"{name} {number}") for number in range(count)]
            started = clock()
            with ThreadPoolExecutor(workers) as pool:
                list(pool.map(lambda talk, who: converse(engine, talk, job["tokens"], who), talks, people))
            pair.append(total / (clock() - started))
        rates.append([count, *pair])
    weights = {part.data_ptr(): part.nbytes for part in engine._scheduler._voices.speak("run-1").parameters()}
    return {"rates": rates, "bytes": sum(weights.values()), "bandwidth": bandwidth()}


def bandwidth() -> float:
    """Bytes a second that are read, of more than any cache holds: the most of several tries."""
    numbers, best = torch.ones(2**30 if DEVICE.type == "cuda" else 2**26, device=DEVICE), 0.0
    for _ in range(5):
        if DEVICE.type == "cuda":
            torch.cuda.synchronize()
        started = clock()
        float(numbers.sum())
        best = max(best, numbers.nbytes / (clock() - started))
    return best


def run(job: dict[str, Any]) -> dict[str, Any]:
    """Runs a job in a process of its own. Raises RuntimeError when it fails."""
    known = {"OMP_NUM_THREADS": str(job["threads"]), "HF_HUB_OFFLINE": "1", "TOKENIZERS_PARALLELISM": "false"}
    command = [sys.executable, __file__, "--job", json.dumps(job)]
    done = subprocess.run(command, capture_output=True, text=True, env=os.environ | known, check=False)
    if done.returncode:
        raise RuntimeError(f"{job['program']}: {done.stderr.strip()[-3000:]}")
    answer: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return answer


def do(job: dict[str, Any]) -> None:
    """What a process of its own does."""
    global clock
    clock = time.process_time if job["processor"] else time.perf_counter
    with torch.inference_mode() if job["program"] in PEERS else torch.no_grad():
        answer = {"twin": run_twin, "together": run_together}.get(job["program"], run_peer)(job)
    peak = torch.cuda.max_memory_allocated() if DEVICE.type == "cuda" else resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
    print(json.dumps(answer | {"memory": peak}))


def parse() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--shape", choices=("embedded", "tiny", "falcon-7b"), default="embedded")
    parser.add_argument("--method", choices=("lora", "qlora"), default="lora", help="qlora: the base in 4 bits (NF4)")
    parser.add_argument("--rank", type=int, default=16)
    parser.add_argument("--row-tokens", type=int, default=512)
    parser.add_argument("--tokens", type=int, default=32, help="of each reply")
    parser.add_argument("--turns", type=int, default=4, help="of each of several conversations")
    parser.add_argument("--at-once", type=int, nargs="*", default=[1, 2, 4, 8])
    parser.add_argument("--threads", type=int, default=min(2, os.cpu_count() or 1))
    parser.add_argument("--processor", action="store_true", help="seconds of the processor, one thread: where other work has a part of it")
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--job", help=argparse.SUPPRESS)
    return parser.parse_args()


def main() -> None:
    options = parse()
    if options.job:
        do(json.loads(options.job))
        return
    options.threads = 1 if options.processor else options.threads
    programs = ["twin", "transformers", *(["merged"] if options.method == "lora" else [])]
    best: dict[str, dict[str, Any]] = {}
    with tempfile.TemporaryDirectory(prefix="twin-bench-") as name:
        prepare(options, Path(name))
        job = {key: getattr(options, key) for key in ("method", "tokens", "turns", "at_once", "threads", "processor")} | {"folder": name}
        for number in range(options.runs):
            for program in programs:
                one = run(job | {"program": program})
                print(f"round {number + 1}, {program}: {one['seconds']:.2f} s", file=sys.stderr, flush=True)
                most = max(one["memory"], best.get(program, one)["memory"])
                best[program] = min(one, best.get(program, one), key=lambda found: float(found["seconds"])) | {"memory": most}
        together = run(job | {"program": "together"})
    clocked = f"{options.threads} threads{', seconds of the processor' * options.processor}"
    print(f"{DEVICE.type}, {platform.machine()}, {clocked}; {options.shape}, {options.method} r={options.rank}, rows of {options.row_tokens}")
    print(f"{len(MESSAGES)} messages, {options.tokens} tokens each\n")
    print("| program | tokens/s | twin is faster by | to the first text, ms | in the last five turns | peak memory, MB | the same tokens |")
    print("|---|---|---|---|---|---|---|")
    for program, found in best.items():
        firsts = [1000 * first for first in found["firsts"]]
        rate, times = len(MESSAGES) * options.tokens / found["seconds"], found["seconds"] / best["twin"]["seconds"]
        cells = [PEERS.get(program, program), f"{rate:.0f}", f"{times:.2f}" if program in PEERS else "", f"{sum(firsts) / len(firsts):.0f}"]
        cells += [f"{sum(firsts[-5:]) / 5:.0f}", f"{found['memory'] / 1e6:,.0f}", f"{found['same']:.1%}" if "same" in found else ""]
        print(f"| {' | '.join(cells)} |")
    print("\n| conversations | after each other, tokens/s | at once, tokens/s | times |\n|---|---|---|---|")
    for count, apart, at_once in together["rates"]:
        print(f"| {count} | {apart:.0f} | {at_once:.0f} | {at_once / apart:.2f} |")
    found, weights, rate = best["twin"], together["bytes"], together["bandwidth"]
    took = (found["seconds"] - sum(found["firsts"])) / (len(MESSAGES) * (options.tokens - 1))
    print(f"\n{weights / 1e6:,.0f} MB of weights at {rate / 1e9:,.1f} GB/s: {1000 * weights / rate:.2f} ms a token at least; {1000 * took:.2f} ms are taken")


if __name__ == "__main__":
    main()
