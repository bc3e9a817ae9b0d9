"""Pre-train the small Falcon that twin ships, from scratch: tokenizer, model, model card.

    python scripts/pretrain_base.py --corpora DIR --out DIR --work DIR [--tokens 18e6 | --minutes 120]
    python scripts/pretrain_base.py --corpora DIR --evaluate MODEL_DIR
    python scripts/pretrain_base.py --talk MODEL_DIR

DIR of --corpora holds the *.jsonl.xz named in pretraining/mix.py, one JSON object a line: dialogues as {"turns": [[speaker, text], ...]},
single sentences as {"text": ...}; what was written for twin lies in scripts/everyday. Items whose sha256 is 0 modulo 100 are never trained
on: bits per byte are taken on them, the same way for every model.

Interrupted (SIGTERM saves first), the same command goes on from WORK/checkpoint.pt as if nothing had been. The parts: pretraining/mix.py
(sources, shares, cleaning), tokenizer.py, rows.py (packing), train.py (model, optimizers, schedule), evaluate.py, card.py.
"""

from __future__ import annotations

import argparse
import hashlib
import json
from concurrent.futures import ProcessPoolExecutor
from dataclasses import asdict
from pathlib import Path

import torch
from pretraining.card import model_card, talks
from pretraining.evaluate import MODERN, bits_per_byte
from pretraining.mix import EVERYDAY, PARTS
from pretraining.prompts import appendix
from pretraining.rows import Rows, store
from pretraining.tokenizer import texts, train_tokenizer
from pretraining.train import Settings, Training, build_model, run, speed
from transformers import FalconForCausalLM, PreTrainedTokenizerFast

from twin.model.attention import fuse_attention
from twin.model.template import Template
from twin.train.machine import tune_malloc

OLD = Path(__file__).resolve().parent.parent / "twin" / "demo" / "base"


def seal(folder: Path) -> None:
    """Writes the hash that twin checks when it loads the model, and a tokenizer class that every transformers 5 knows."""
    weights = folder / "model.safetensors"
    (folder / "model.safetensors.sha256").write_text(f"{hashlib.sha256(weights.read_bytes()).hexdigest()}  model.safetensors\n", encoding="utf-8")
    weights.chmod(0o644)
    settings = folder / "tokenizer_config.json"
    values = json.loads(settings.read_text(encoding="utf-8")) | {"tokenizer_class": "PreTrainedTokenizerFast"}
    settings.write_text(json.dumps(values, indent=1) + "\n", encoding="utf-8")


def load(folder: Path, device: torch.device) -> tuple[FalconForCausalLM, Template]:
    """The model in a folder, and the template over its tokenizer."""
    model = FalconForCausalLM.from_pretrained(folder, dtype=torch.float32).to(device).eval()
    fuse_attention(model)
    return model, Template(PreTrainedTokenizerFast.from_pretrained(folder))


def evaluate(options: argparse.Namespace, folder: Path, device: torch.device) -> dict[str, float]:
    """Held-out bits per byte of the model in a folder, by source."""
    return bits_per_byte(*load(folder, device), options.corpora, options.everyday)


def prepare(options: argparse.Namespace) -> tuple[PreTrainedTokenizerFast, list[Rows], dict[str, list[int]]]:
    """Tokenizer, rows of each part and the tokens of each source in them, made once and kept in --work."""
    folder = options.work / "tokenizer"
    if not (folder / "tokenizer_config.json").exists():
        print("making the tokenizer", flush=True)
        messages = texts(options.corpora, options.everyday, options.seed)
        train_tokenizer(messages, options.vocabulary, options.russian, options.seed).save_pretrained(folder)
    tokenizer = PreTrainedTokenizerFast.from_pretrained(folder)
    files = [options.work / f"rows-{part}.npz" for part in range(PARTS)]
    counts = options.work / "tokens.json"
    if not counts.exists():
        print("making the rows", flush=True)
        with ProcessPoolExecutor() as pool:
            jobs = [pool.submit(store, file, options.corpora, options.everyday, folder, options.seed, part) for part, file in enumerate(files)]
            found = [job.result() for job in jobs]
        counts.write_text(json.dumps({name: [part[name] for part in found] for name in found[0]}), encoding="utf-8")
    return tokenizer, [Rows(file) for file in files], json.loads(counts.read_text(encoding="utf-8"))


def budget(options: argparse.Namespace, parts: list[Rows], vocabulary: int, settings: Settings, device: torch.device) -> int:
    """The tokens of the run; from --minutes they are reckoned once, when it first starts: the schedule depends on them."""
    if not options.minutes:
        return int(options.tokens)
    file = options.work / "budget.json"
    if file.exists():
        return int(json.loads(file.read_text(encoding="utf-8"))["tokens"])
    tokens = int(0.97 * 60 * options.minutes * speed(build_model(vocabulary, settings), parts, settings, device))
    file.write_text(json.dumps({"tokens": tokens}), encoding="utf-8")
    return tokens


def main() -> None:
    defaults = Settings()
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--corpora", type=Path)
    parser.add_argument("--everyday", type=Path, default=EVERYDAY, help="the conversations written for twin: en/*.txt, ru/*.txt")
    parser.add_argument("--out", type=Path, help="where the model goes")
    parser.add_argument("--work", type=Path, default=Path("pretrain-work"), help="tokenizer, rows and checkpoint while it runs")
    parser.add_argument("--evaluate", type=Path, metavar="MODEL_DIR", help="print the held-out bits per byte of this model and do nothing else")
    parser.add_argument("--talk", type=Path, metavar="MODEL_DIR", help="print what this model answers to forty messages and do nothing else")
    length = parser.add_mutually_exclusive_group()
    length.add_argument("--tokens", type=float, default=18e6)
    length.add_argument("--minutes", type=float)
    parser.add_argument("--vocabulary", type=int, default=8192)
    parser.add_argument("--russian", type=float, default=0.15, help="its share of the text that the tokenizer is made from")
    for name, value in asdict(defaults).items():
        parser.add_argument(f"--{name.replace('_', '-')}", type=type(value), default=value)
    options = parser.parse_args()
    device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
    tune_malloc(exact=False)
    if options.talk:
        print(appendix(*load(options.talk, device)))
        return
    if not options.corpora:
        parser.error("--corpora is needed")
    if options.evaluate:
        for name, value in evaluate(options, options.evaluate, device).items():
            print(f"{name:28} {value:.4f}")
        return
    if not options.out:
        parser.error("--out is needed")
    options.work.mkdir(parents=True, exist_ok=True)

    tokenizer, parts, counts = prepare(options)
    template = Template(tokenizer)
    settings = Settings(**{name: getattr(options, name) for name in asdict(defaults)})
    tokens = budget(options, parts, len(tokenizer), settings, device)
    model = build_model(len(tokenizer), settings)
    print(f"{model.num_parameters():,} parameters, {tokens:,} tokens of {sum(map(sum, counts.values())):,}", flush=True)
    training = Training(model, parts, settings, tokens, device)

    def measure() -> float:
        return bits_per_byte(training.model, template, options.corpora, options.everyday, limit=20, modern_only=True)[MODERN]

    if not run(training, options.work / "checkpoint.pt", measure):
        print(f"stopped and saved at step {training.step}; the same command goes on from there")
        return
    model.to(torch.bfloat16).save_pretrained(options.out)
    tokenizer.save_pretrained(options.out)
    seal(options.out)
    scores, old = evaluate(options, options.out, device), evaluate(options, OLD, device)
    written = load(options.out, device)
    card = model_card(model.config, settings, training, counts, scores, old, talks(*written), appendix(*written))
    (options.out / "README.md").write_text(card, encoding="utf-8")


if __name__ == "__main__":
    main()
