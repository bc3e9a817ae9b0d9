"""The model card: what the base is, what it read, how well, how it talks, and what it is not."""

from __future__ import annotations

from typing import Any

import torch

from pretraining.evaluate import MODERN
from pretraining.mix import SOURCES
from pretraining.rows import ROW
from pretraining.train import Settings, Training
from twin.model.generate import generate
from twin.model.sampling import Sampling
from twin.model.template import Template
from twin.schema import Turn

OPENINGS = [
    ("Kate", "Sam", ["hi, how are you?", "what are you doing tonight?", "sounds good, see you then"]),
    ("Leo", "Maya", ["Hello! What did you have for breakfast?", "Do you drink coffee?", "Me too 😊"]),
    ("Ruth", "Ben", ["I'm so tired today", "I slept badly", "thanks"]),
    ("Таня", "Саша", ["привет! как дела?", "что делаешь вечером?", "хорошо, до встречи"]),
]


def talks(model: Any, template: Template) -> str:
    """What the model itself answers, unedited: greedy, the conversation growing by its own replies."""
    written: list[str] = []
    for person, contact, messages in OPENINGS:
        header, turns = template.header(person, contact=contact), []
        for message in messages:
            turns.append(Turn(contact, False, (message,), False))
            prompt = template.prompt(header, turns, group=False)
            *_, replies = generate(model, template, prompt, Sampling(temperature=0, max_tokens=60))
            turns.append(Turn(person, True, replies, False))
        written.append("\n".join(f"{turn.name}: {' / '.join(turn.bubbles)}" for turn in turns))
    return "\n\n".join(written)


def _table(rows: list[list[str]]) -> str:
    return "\n".join(f"| {' | '.join(row)} |" for row in rows)


def model_card(
    config: Any,
    settings: Settings,
    training: Training,
    counts: dict[str, list[int]],
    scores: dict[str, float],
    old: dict[str, float],
    samples: str,
    answers: str,
) -> str:
    """README.md of the model."""
    total = sum(map(sum, counts.values()))
    none = float("nan")
    sources = [
        [
            source.file,
            source.licence,
            " + ".join(f"{part:g}" for part in source.copies),
            f"{sum(counts[source.file]) / total:.1%}",
            f"{old.get(source.file, none):.3f}",
            f"{scores.get(source.file, none):.3f}",
        ]
        for source in SOURCES
    ]
    change = scores[MODERN] / old[MODERN] - 1
    sources.append([f"**{MODERN}** ({change:+.1%})", "", "", "", f"**{old[MODERN]:.3f}**", f"**{scores[MODERN]:.3f}**"])
    curve = [[f"{point['tokens']:,}", f"{point['loss']:.2f}", f"{point['bits']:.3f}"] for point in training.curve]
    tokens = training.steps * ROW * settings.batch
    place = "a GPU, bfloat16 autocast" if training.device.type == "cuda" else f"{torch.get_num_threads()} CPU threads, float32"
    return f"""# The small base model of twin

A Falcon made from scratch, small enough to lie in the repository: it carries the demo and the tests. It knows the form of a chat and
a little English and Russian small talk. It knows next to nothing about the world, and should be used for nothing but this.

- Architecture: that of falcon-7b (multi-query, parallel attention, rotary positions, no biases, tied head), {config.num_hidden_layers} layers,
  hidden size {config.hidden_size}, {config.num_attention_heads} heads of 64, {training.model.num_parameters() / 1e6:.1f} M parameters in bfloat16.
- Tokenizer: byte-level BPE, {config.vocab_size:,} tokens, English and Russian in one, contractions whole, Falcon's twelve special tokens at Falcon's ids.
- Training: {tokens:,} tokens in packed rows of {ROW} whose conversations do not see each other, {settings.batch} rows a step, {training.steps:,} steps in
  {training.seconds / 60:.0f} minutes on {place}. Muon (lr {settings.muon_lr:g}, weight decay {settings.muon_decay:g}) for the matrices,
  AdamW (lr {settings.adam_lr:g}) for embedding and norms; {settings.warm_up} steps of warm-up, a plateau, a straight line to zero over the last
  {settings.decay:.0%}; seed {settings.seed}. No loss is taken on headers.
- Made by: `python scripts/pretrain_base.py --corpora DIR --out twin/demo/base --tokens {tokens}`
- Licence of the weights: MIT, as the code. Sources that are not ours are not in the repository; they are listed below.
- `model.safetensors.sha256` is checked whenever twin loads it.

## What it read, and how well it foretells what it did not

Copies: in the first part, and in the second, which is read while the learning rate falls. Items whose sha256 is 0 modulo 100 were held out
(the first 400 of a source, at most 1,700 bytes of each, uncleaned). The last two columns are bits per UTF-8 byte of them, of the base before this one, and of
this one, by the same script; the one before had not read what was written for twin.

| source | from, licence | copies | share | base before | this base |
|---|---|---|---|---|---|
{_table(sources)}

Each dialogue was rendered by twin's template: one speaker, drawn at random, is "the person"; names are drawn from lists; long dialogues are cut
into windows of 8 to 14 turns; half of the turns are cut into a bubble a sentence; one turn in seven is in lower case without its last full stop.
What was written for twin keeps its bubbles and its case.

## How it learned

| tokens | training loss, nats a token | modern dialogue, bits per byte (first 20 of each source) |
|---|---|---|
{_table(curve)}

## How it talks

Greedy, unedited; the second speaker of each is the model.

```
{samples}
```

## Limits

It makes things up, forgets what was said a few turns ago, and repeats the tone of its sources: small talk, film and sport talk.
Its Russian is weaker than its English. It has not been made safe in any way.

## Appendix: forty everyday messages

Each is the first of a conversation. {answers}
"""
