"""Pre-train the small Falcon that twin ships, from scratch: tokenizer, model, model card.

    python scripts/pretrain_base.py --corpora DIR --out twin/demo/base [--tokens 12e6]

DIR holds the *.jsonl.xz named in SOURCES, one JSON object a line: dialogues as {"turns": [[speaker, text], ...]}, single
sentences as {"text": ...}. Each dialogue is rendered by twin's own template: one speaker, drawn at random, is "the person", names
are drawn from a list, and turns are cut into bubbles now and then, so the base already reads and writes the form in which a
twin is trained. Items whose sha256 is 0 modulo 100 are never trained on; the card reports bits per byte on them.

Interrupted, the same command resumes from the last checkpoint (WORK/checkpoint.pt, every 200 steps).
"""

from __future__ import annotations

import argparse
import hashlib
import json
import lzma
import math
import random
import re
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import torch
from tokenizers import Tokenizer, decoders, models, pre_tokenizers, trainers
from torch.nn.functional import cross_entropy
from transformers import FalconConfig, FalconForCausalLM, PreTrainedTokenizerFast

from twin.model.attention import fuse_attention
from twin.model.template import Template
from twin.schema import ChatKind, Conversation, Turn

# Falcon's own special tokens, in Falcon's own order (ids 0 to 11 of tiiuae/falcon-7b).
SPECIAL_TOKENS = [
    *(f">>{name}<<" for name in "TITLE ABSTRACT INTRODUCTION SUMMARY COMMENT ANSWER QUESTION DOMAIN PREFIX SUFFIX MIDDLE".split()),
    "<|endoftext|>",
]
NAMES = {
    "en": "Anna Ben Chloe Dan Emma Felix Grace Harry Isla Jack Kate Leo Maya Noah Olga Paul Rose Sam Tess Will Zoe Priya Omar Ivan Lena Marco".split(),
    "ru": "Аня Борис Вера Гриша Даша Женя Зоя Игорь Катя Лёша Маша Миша Никита Оля Павел Рита Саша Таня Юля Мама Папа Дима".split(),
}
ROW = 512
BATCH = 8
MICRO_BATCH = 4  # rows a pass: larger ones spend their time in fresh memory for the logits


@dataclass(frozen=True)
class Source:
    """One file of the mix. `copies` is how often it is read in an epoch (a fraction samples it)."""

    file: str
    language: str
    copies: float
    licence: str


SOURCES = [
    Source("self_dialogue_en", "en", 1.5, "jfainberg/self_dialogue_corpus, BSD-3"),
    Source("topical_chat_en", "en", 1, "alexa/Topical-Chat, CDLA-Sharing-1.0"),
    Source("synthetic_persona_chat_en", "en", 2, "google-research-datasets/Synthetic-Persona-Chat, CC BY 4.0"),
    Source("casino_en", "en", 1, "kushalchawla/CaSiNo, CC BY 4.0"),
    Source("taskmaster_en", "en", 1, "google-research-datasets/Taskmaster (TM-4), CC BY 4.0"),
    Source("chatterbot_en", "en", 3, "gunthercox/chatterbot-corpus, BSD-3"),
    Source("tatoeba_en", "en", 0.5, "Tatoeba by way of genimind/seq2seq, CC BY 2.0 FR"),
    Source("gutenberg_dialogues_en", "en", 0.2, "quoted speech from Project Gutenberg, public domain"),
    Source("irc_technical_en", "en", 0.1, "jkkummerfeld/irc-disentanglement, CC BY 4.0"),
    Source("chatterbot_ru", "ru", 3, "gunthercox/chatterbot-corpus, BSD-3"),
    Source("tatoeba_ru", "ru", 1, "Tatoeba by way of facebookresearch/LASER, CC BY 2.0 FR"),
    Source("drama_ru", "ru", 0.4, "dracor-org/rusdracor, CC0"),
    Source("classic_dialogues_ru", "ru", 0.3, "d0rj/RusLit and JoannaBy/RussianNovels, public domain"),
    Source("short_sentences_ru", "ru", 0.3, "Koziev/NLP_Datasets, CC0"),
]


def read(corpora: Path, source: Source, *, held_out: bool) -> Iterator[dict]:
    """The items of one source: the training part, or the one in a hundred that is held out."""
    with lzma.open(corpora / f"{source.file}.jsonl.xz", "rt", encoding="utf-8") as lines:
        for line in lines:
            if (int(hashlib.sha256(line.rstrip("\n").encode()).hexdigest(), 16) % 100 == 0) == held_out:
                yield json.loads(line)


def bubbles(text: str, chance: random.Random) -> list[str]:
    """A turn as one message, or, half the time, a message a sentence; now and then in the lower case of chats."""
    text = " ".join(text.split())
    parts = re.split(r"(?<=[.!?…])\s+", text) if chance.random() < 0.5 else [text]
    if chance.random() < 0.15:
        parts = [part.lower().removesuffix(".") for part in parts]
    return [part for part in parts if part][:6]


def as_conversation(item: dict, language: str, chance: random.Random) -> Conversation | None:
    """A dialogue as the conversation of an invented person; None when nothing is left of it."""
    spoken = item.get("turns") or [["A", item["text"]]]
    speakers = list(dict.fromkeys(speaker for speaker, _ in spoken))
    names = dict(zip(speakers, chance.sample(NAMES[language] * (1 + len(speakers) // 20), len(speakers)), strict=True))
    me = chance.choice(speakers)
    turns: list[Turn] = []
    for speaker, text in spoken:
        said = bubbles(text, chance)
        if not said:
            continue
        if turns and turns[-1].name == names[speaker]:
            said = [*turns[-1].bubbles, *said]
            turns.pop()
        turns.append(Turn(names[speaker], speaker == me, tuple(said[:8]), speaker == me))
    if not turns:
        return None
    kind = ChatKind.GROUP if len(speakers) > 2 else ChatKind.PERSONAL
    others = [names[speaker] for speaker in speakers if speaker != me]
    title = others[0] if others else chance.choice(NAMES[language])
    if kind is ChatKind.GROUP:
        title = " & ".join(others[:2])
    return Conversation(0, title, kind, names[me], datetime(2025, 1, 1, tzinfo=UTC), tuple(turns))


def conversations(corpora: Path, source: Source, seed: int, *, held_out: bool) -> Iterator[Conversation]:
    """A source's items, `copies` times over (once when held out), each time with other names and bubbles."""
    chance = random.Random(f"{seed}-{source.file}-{held_out}")
    rounds = 1.0 if held_out else source.copies
    while rounds > 0:
        for item in read(corpora, source, held_out=held_out):
            if rounds >= 1 or chance.random() < rounds:
                conversation = as_conversation(item, source.language, chance)
                if conversation:
                    yield conversation
        rounds -= 1


def train_tokenizer(corpora: Path, vocabulary: int, seed: int) -> PreTrainedTokenizerFast:
    """A byte-level BPE with Falcon's special tokens at Falcon's ids."""
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence([pre_tokenizers.Digits(individual_digits=True), pre_tokenizers.ByteLevel(add_prefix_space=False)])
    tokenizer.decoder = decoders.ByteLevel()
    trainer = trainers.BpeTrainer(
        vocab_size=vocabulary,
        special_tokens=SPECIAL_TOKENS,
        initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
        show_progress=False,
    )
    chance = random.Random(seed)

    def texts() -> Iterator[str]:
        for source in SOURCES:
            for conversation in conversations(corpora, source, seed, held_out=False):
                if chance.random() < 0.4:
                    yield from (f" {bubble}" for turn in conversation.turns for bubble in turn.bubbles)

    tokenizer.train_from_iterator(texts(), trainer)
    return PreTrainedTokenizerFast(
        tokenizer_object=tokenizer,
        eos_token="<|endoftext|>",
        additional_special_tokens=SPECIAL_TOKENS[:-1],
        model_max_length=2048,
    )


def encode(corpora: Path, template: Template, seed: int) -> np.ndarray:
    """All training conversations of an epoch, shuffled, as one stream of ids cut into rows: (rows, ROW + 1) uint16."""
    pieces = [
        np.array(template.render(conversation).ids, dtype=np.uint16)
        for source in SOURCES
        for conversation in conversations(corpora, source, seed, held_out=False)
    ]
    random.Random(seed).shuffle(pieces)
    stream = np.concatenate(pieces)
    rows = (len(stream) - 1) // ROW
    return np.stack([stream[row * ROW : row * ROW + ROW + 1] for row in range(rows)])


def build_model(vocabulary: int, hidden: int, layers: int) -> FalconForCausalLM:
    """A Falcon of falcon-7b's kind: multi-query, parallel attention, rotary, no biases, tied head."""
    config = FalconConfig(
        vocab_size=vocabulary,
        hidden_size=hidden,
        num_hidden_layers=layers,
        num_attention_heads=hidden // 64,
        multi_query=True,
        parallel_attn=True,
        new_decoder_architecture=False,
        bias=False,
        alibi=False,
        max_position_embeddings=2048,
        bos_token_id=11,
        eos_token_id=11,
        tie_word_embeddings=True,
    )
    model = FalconForCausalLM(config)
    fuse_attention(model)
    return model


def optimizers(model: FalconForCausalLM) -> list[torch.optim.Optimizer]:
    """Muon for the matrices of the blocks, AdamW for the embedding and the norms."""
    matrices = [weight for name, weight in model.named_parameters() if ".h." in name and weight.ndim == 2]
    chosen = {id(weight) for weight in matrices}
    rest = [weight for weight in model.parameters() if id(weight) not in chosen]
    return [
        torch.optim.Muon(matrices, lr=0.02, momentum=0.95, weight_decay=0.01, adjust_lr_fn="original"),
        torch.optim.AdamW(rest, lr=3e-3, betas=(0.9, 0.95), weight_decay=0.0, fused=True),
    ]


@torch.inference_mode()
def bits_per_byte(model: FalconForCausalLM, template: Template, corpora: Path, source: Source, seed: int, limit: int = 150) -> float:
    """-log2 p of every text token of held-out conversations over their UTF-8 bytes, first ROW tokens of each."""
    bits = size = 0.0
    for number, conversation in enumerate(conversations(corpora, source, seed, held_out=True)):
        if number == limit:
            break
        rendered = template.render(conversation)
        ids = torch.tensor([rendered.ids[:ROW]])
        with torch.autocast("cpu", torch.bfloat16):
            logits = model(input_ids=ids).logits[0, :-1].float()
        losses = cross_entropy(logits, ids[0, 1:], reduction="none")
        text = [token not in template.specials for token in ids[0, 1:].tolist()]
        text[: len(rendered.header) - 1] = [False] * (len(rendered.header) - 1)
        bits += float(losses[torch.tensor(text)].sum()) / math.log(2)
        size += len(template.decode(t for t, keep in zip(ids[0, 1:].tolist(), text, strict=True) if keep).encode())
    return bits / max(size, 1)


def train(model: FalconForCausalLM, rows: np.ndarray, tokens: int, work: Path, seed: int) -> list[dict]:
    """One pass of `tokens` tokens; learning rates warm up, stay, and fall linearly over the last 40 %."""
    steps = tokens // (ROW * BATCH)
    engines = optimizers(model)
    peaks = [engine.param_groups[0]["lr"] for engine in engines]
    curve: list[dict] = []
    first = 0
    checkpoint = work / "checkpoint.pt"
    if checkpoint.exists():
        state = torch.load(checkpoint, weights_only=True)
        model.load_state_dict(state["model"])
        for engine, saved in zip(engines, state["optimizers"], strict=True):
            engine.load_state_dict(saved)
        first, curve = state["step"], json.loads(state["curve"])
    order = np.random.default_rng(seed).permutation(np.tile(np.arange(len(rows)), steps * BATCH // len(rows) + 1))
    started = time.monotonic()
    model.train()
    mean = 0.0
    for step in range(first, steps):
        factor = min(1.0, (step + 1) / 60, max(0.02, (steps - step) / (0.4 * steps)))
        for engine, peak in zip(engines, peaks, strict=True):
            for group in engine.param_groups:
                group["lr"] = peak * factor
        batch = torch.from_numpy(rows[order[step * BATCH : (step + 1) * BATCH]].astype(np.int64))
        total = 0.0
        for part in batch.split(MICRO_BATCH):
            with torch.autocast("cpu", torch.bfloat16):
                logits = model(input_ids=part[:, :-1]).logits
            loss = cross_entropy(logits.flatten(0, 1).float(), part[:, 1:].flatten()) * (len(part) / BATCH)
            loss.backward()
            total += float(loss.detach())
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        for engine in engines:
            engine.step()
            engine.zero_grad(set_to_none=True)
        mean = total if not mean else 0.98 * mean + 0.02 * total
        if step % 50 == 0:
            rate = (step - first + 1) * ROW * BATCH / (time.monotonic() - started)
            curve.append({"step": step, "tokens": step * ROW * BATCH, "loss": round(mean, 4)})
            print(f"step {step}/{steps}  loss {mean:.3f}  {rate:,.0f} tokens/s  {(steps - step) * ROW * BATCH / rate / 60:.0f} min left", flush=True)
        if step % 200 == 199:
            state = {"model": model.state_dict(), "optimizers": [e.state_dict() for e in engines], "step": step + 1, "curve": json.dumps(curve)}
            torch.save(state, checkpoint.with_suffix(".tmp"))
            checkpoint.with_suffix(".tmp").replace(checkpoint)
    return curve


def seal(folder: Path) -> None:
    """Writes the hash that twin checks when it loads the model, and a tokenizer class that every transformers 5 knows."""
    weights = folder / "model.safetensors"
    (folder / "model.safetensors.sha256").write_text(f"{hashlib.sha256(weights.read_bytes()).hexdigest()}  model.safetensors\n", encoding="utf-8")
    weights.chmod(0o644)
    settings = folder / "tokenizer_config.json"
    values = json.loads(settings.read_text(encoding="utf-8")) | {"tokenizer_class": "PreTrainedTokenizerFast"}
    settings.write_text(json.dumps(values, indent=1) + "\n", encoding="utf-8")


def model_card(model: FalconForCausalLM, options: argparse.Namespace, curve: list[dict], minutes: float, scores: dict[str, float]) -> str:
    """README.md of the model: what it is, what it read, how well, and what it is not."""
    config = model.config
    sources = "\n".join(f"| {source.file} | {source.licence} | {source.copies:g} | {scores[source.file]:.2f} |" for source in SOURCES)
    points = [point for point in curve if point["step"] % 200 == 0]
    learned = "\n".join(f"| {point['tokens']:,} | {point['loss']:.2f} |" for point in points)
    return f"""# The small base model of twin

A Falcon made from scratch, small enough to lie in the repository: it carries the demo and the tests. It knows the form of a chat and
a little English and Russian small talk. It knows next to nothing about the world, and should be used for nothing but this.

- Architecture: that of falcon-7b (multi-query, parallel attention, rotary positions, no biases, tied head), {config.num_hidden_layers} layers,
  hidden size {config.hidden_size}, {config.num_attention_heads} heads of 64, {model.num_parameters() / 1e6:.1f} M parameters in bfloat16.
- Tokenizer: byte-level BPE, {config.vocab_size:,} tokens, English and Russian in one, Falcon's twelve special tokens at Falcon's ids.
- Training: {int(options.tokens):,} tokens in rows of {ROW}, {BATCH} rows a step, Muon for the matrices and AdamW for the rest, bfloat16 autocast,
  seed {options.seed}, two CPU cores, {minutes:.0f} minutes for the last stretch (the run was resumed).
- Made by: `python scripts/pretrain_base.py --corpora DIR --out twin/demo/base --tokens {options.tokens:.3g}`
- Licence of the weights: MIT, as the code. The texts are not in the repository; their sources are below.
- `model.safetensors.sha256` is checked whenever twin loads it.

## What it read

Items whose sha256 is 0 modulo 100 were held out; bits per UTF-8 byte are of the first 150 of those in each source.

| source | from, licence | copies in an epoch | held-out bits per byte |
|---|---|---|---|
{sources}

Each dialogue was rendered by twin's template: one speaker, drawn at random, is "the person"; the names are drawn from a list; half of the turns
are cut into a bubble a sentence; one turn in seven is in lower case without its last full stop.

## How it learned

| tokens | nats a token |
|---|---|
{learned}

## Limits

It makes things up, forgets what was said a few turns ago, and repeats the tone of its sources: film and sport talk, dated book dialogue.
Its Russian is weaker than its English. It has not been made safe in any way.
"""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--corpora", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--work", type=Path, default=Path("pretrain-work"), help="tokenizer, rows and checkpoint while it runs")
    parser.add_argument("--tokens", type=float, default=12e6)
    parser.add_argument("--vocabulary", type=int, default=8192)
    parser.add_argument("--hidden", type=int, default=256)
    parser.add_argument("--layers", type=int, default=6)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    options.work.mkdir(parents=True, exist_ok=True)
    torch.manual_seed(options.seed)

    folder = options.work / "tokenizer"
    if not folder.exists():
        train_tokenizer(options.corpora, options.vocabulary, options.seed).save_pretrained(folder)
    tokenizer = PreTrainedTokenizerFast.from_pretrained(folder)
    template = Template(tokenizer)
    store = options.work / "rows.npy"
    if not store.exists():
        np.save(store, encode(options.corpora, template, options.seed))
    rows = np.load(store, mmap_mode="r")
    print(f"{len(rows) * ROW:,} tokens an epoch", flush=True)
    model = build_model(len(tokenizer), options.hidden, options.layers)
    print(f"{model.num_parameters():,} parameters", flush=True)

    started = time.monotonic()
    curve = train(model, rows, int(options.tokens), options.work, options.seed)
    minutes = (time.monotonic() - started) / 60
    model.eval()
    scores = {source.file: round(bits_per_byte(model, template, options.corpora, source, options.seed), 3) for source in SOURCES}
    model.to(torch.bfloat16).save_pretrained(options.out)
    tokenizer.save_pretrained(options.out)
    seal(options.out)
    (options.out / "README.md").write_text(model_card(model, options, curve, minutes, scores), encoding="utf-8")


if __name__ == "__main__":
    main()
