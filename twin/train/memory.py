"""How much memory a training takes, by part, from the architecture alone.

The peak is where the forward pass has ended and the backward begins: everything that autograd keeps is there, and the losses.
What it keeps was listed with torch.autograd.graph.saved_tensors_hooks; each term below names its tensor. Nothing is fitted to totals,
and the constants that libraries have in it stand at the top.
"""

from __future__ import annotations

from twin.config import Train
from twin.train.machine import Machine
from twin.train.shape import Shape

LIBRARIES = {"cuda": 700_000_000, "mps": 500_000_000, "cpu": 30_000_000}
"""What libraries take once they compute, beside any tensor: on CUDA its context and cuBLAS's workspaces, on a CPU pages of their code."""
LOGIT_COPIES = 3
"""float32 copies of the logits at once, in the backward of cross_entropy: the log-softmax, its gradient, and that of the logits."""
LOGIT_CHUNK = {"cpu": 8 * 2**20}
"""Bytes of float32 logits that the loss makes at once, at most, by kind of device; elsewhere, and where the head learns, 128 MiB (losses.py)."""
NF4_BYTES = 0.5 + 1 / 64 + 4 / (64 * 256)
"""Bytes of a weight in NF4: 4 bits, an 8-bit scale for each 64, and a float32 for each 256 of those (QLoRA, arXiv 2305.14314, section 3)."""
TARGET_SHARE = 0.3
"""Share of the tokens that is learned, where nothing is known: the person's half of a chat, less headers and repeated context."""


def memory(shape: Shape, settings: Train, machine: Machine, *, rows: int, target_share: float = TARGET_SHARE) -> dict[str, int]:
    """Bytes by part: weights, adapter, activations, logits, overhead. Their sum is the peak, on a CPU beyond what the process had before.

    Args:
        shape: The base.
        settings: Its method, recomputed layers, dropout and so on, all of them settled.
        machine: What computes.
        rows: Packed rows on the device at once.
        target_share: Share of their tokens that is learned.
    """
    tokens = rows * settings.row_tokens
    width = number_bytes(settings, machine)
    learned = 4 * trainable(shape, settings)
    kept = round(tokens * kept_bytes(shape, settings, machine))
    recomputed = min(settings.recompute_layers, shape.layers)
    whole = shape.layers - recomputed
    # a layer of which only the input is kept gives the rest for a moment, one at a time
    activations = whole * kept + recomputed * tokens * shape.hidden * width + (kept if recomputed else 0)
    if whole and last_at_targets(shape, settings):
        activations -= kept - round(tokens * kept_bytes(shape, settings, machine, read=target_share))
    targets = round(tokens * target_share)
    activations += 2 * targets * shape.hidden * width  # what the head reads, and its gradient
    chunk = LOGIT_CHUNK.get(machine.kind, 2**27) if settings.method != "full" else 2**27
    logits = LOGIT_COPIES * min(targets * shape.vocabulary * 4, chunk)
    # a gradient beside each kept activation of the feed-forward part, once the losses are gone
    backward = tokens * (2 * shape.inner + 2 * shape.hidden) * width
    overhead = LIBRARIES[machine.kind] + max(0, backward - logits)
    overhead += 2 * shape.hidden * shape.inner if settings.method == "qlora" else 0  # one matrix in bfloat16 again
    best = learned if settings.validate_every or settings.epochs > 1 else 0  # the best so far is kept from the first validation on
    if settings.method != "full":
        adapter = 4 * learned + best  # its weights, their gradients, AdamW's two moments
    elif rows < settings.rows:
        adapter = 3 * learned + best  # the gradients of the rows before are there already, and the weights are counted as such
    else:
        head = 4 * shape.head_parameters  # the first gradient that comes; the others come as the activations go
        adapter = 2 * learned + best + head
        overhead += max(0, learned - activations - logits)
    return {
        "weights": weight_bytes(shape, settings, machine),
        "adapter": adapter,
        "activations": activations,
        "logits": logits,
        "overhead": overhead,
    }


def number_bytes(settings: Train, machine: Machine) -> int:
    """Bytes of a number in the arithmetic that the settings choose on this machine."""
    if settings.precision == "auto":
        return 2 if machine.kind == "cuda" and machine.bfloat16 else 4
    return 4 if settings.precision == "float32" else 2


def weight_bytes(shape: Shape, settings: Train, machine: Machine) -> int:
    """The base's weights on the device: the linear layers in NF4 for qlora, the embedding never."""
    width = 4 if settings.method == "full" else number_bytes(settings, machine)
    if settings.method == "qlora":
        return round(shape.block_parameters * NF4_BYTES + shape.table_parameters * width)
    return shape.parameters * width


def trainable(shape: Shape, settings: Train) -> int:
    """How many parameters are learned."""
    match settings.method:
        case "full":
            return shape.parameters
        case "prefix":
            return settings.virtual_tokens * shape.layers * 2 * shape.key
        case "prompt":
            return settings.virtual_tokens * shape.hidden
    sizes = _adapted(shape, settings).values()
    magnitudes = sum(wide for _, wide in sizes) if settings.method == "dora" else 0
    return shape.layers * (sum(settings.rank * (narrow + wide) for narrow, wide in sizes) + magnitudes)


def last_at_targets(shape: Shape, settings: Train) -> bool:
    """Whether the last layer works at the targets alone, after its attention: where twin has an attention of its own."""
    return shape.fused and settings.engine == "twin" and settings.method not in {"prefix", "prompt"}


def kept_bytes(shape: Shape, settings: Train, machine: Machine, *, read: float = 1.0) -> float:
    """What autograd keeps of one token in one layer, or on average where only a share of the tokens is `read` of it.

    For Falcon-7B with LoRA on all linear layers in bfloat16 this comes to 110 KB, twelve times the hidden size and a little.
    """
    width = number_bytes(settings, machine)
    cpu = machine.kind == "cpu"
    adapted = settings.method in {"lora", "qlora", "dora"}
    learns = adapted or settings.method == "full"
    norms = 1 if shape.fused else 2  # Falcon's attention and feed-forward part share one
    own = cpu and width == 4 and shape.fused and shape.query == shape.heads * shape.key  # multi_query.py: some queries can be left out, and no row copied
    seen = norms * shape.hidden + 2 * shape.key * (1 if shape.fused or not cpu else shape.query // shape.key)
    attention = 2 * shape.query  # queries and output
    after = shape.inner * (3 if shape.gated else 1)  # what the activation and the gate's product read
    if learns:  # inputs of the matrices that learn: both norms' outputs, the attention's, which is kept already, and the activation's
        seen += shape.hidden
        after += (norms - 1) * shape.hidden + shape.inner
        attention += shape.query if cpu and not own else 0  # its segments are copied into a row
        if read < 1:  # what is read of them is copied
            after += shape.hidden + (0 if own else shape.query)
    numbers = seen + attention * (read if own else 1) + after * read
    if adapted and not (settings.method == "lora" and width == 4 and not settings.dropout):  # folded_lora.py keeps nothing
        numbers += settings.rank * len(_adapted(shape, settings))
        inputs = sum(narrow for narrow, _ in _adapted(shape, settings).values())
        if settings.dropout:  # each adapter's own input, and what was dropped of it: on CUDA a byte, elsewhere a factor
            numbers += round(inputs * (1.5 if machine.kind == "cuda" and width == 2 else 2))
        if settings.method == "dora":  # what the magnitudes scale: the layer's output and the adapter's
            numbers += 2 * sum(wide for _, wide in _adapted(shape, settings).values())
    statistics = 8 * norms + (0 if own else 4 * shape.heads)  # float32: mean and deviation of a norm, the attention's log-sum of each head
    return numbers * width + statistics


def _adapted(shape: Shape, settings: Train) -> dict[str, tuple[int, int]]:
    """The linear layers of a block that get an adapter."""
    linears = shape.linears
    named = {name: sizes for name, sizes in linears.items() if any(target.endswith(name) for target in settings.targets)}
    return named or linears
