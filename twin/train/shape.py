"""What a base model is made of, told without loading it: from its config.json and the heads of its safetensors files.

Nothing is asked of the network: a base is a folder, or lies in the cache of huggingface_hub, or is one whose facts stand here.
"""

from __future__ import annotations

import json
import math
import struct
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from twin.errors import ModelError
from twin.model.embedded import EMBEDDED

FALCON = "tiiuae/falcon-7b"


@dataclass(frozen=True, slots=True)
class Shape:
    """The architecture of a causal language model.

    Attributes:
        name: What `train.base` is.
        folder: Where its files lie on this machine; None where they do not.
        hidden: Width of the residual stream.
        query, key: Width of all query heads together, and of all key (or value) heads.
        inner: Width inside the feed-forward part.
        gated: Whether that part has a gate, as in Llama; Falcon has none.
        fused: Whether query, key and value come from one matrix.
        context: Tokens it reads at most.
        block_parameters: Parameters in the blocks.
        table_parameters: Parameters of the embedding, and of the head where that is a table of its own.
        stored_bytes: Bytes of its weights on the disk.
        complete: Whether the weights are on this machine.
    """

    name: str
    folder: Path | None
    hidden: int
    layers: int
    heads: int
    query: int
    key: int
    inner: int
    gated: bool
    fused: bool
    vocabulary: int
    context: int
    block_parameters: int
    table_parameters: int
    stored_bytes: int
    complete: bool

    @property
    def parameters(self) -> int:
        """All of them."""
        return self.block_parameters + self.table_parameters

    @property
    def head_parameters(self) -> int:
        """Those of the head, be it tied or not."""
        return self.vocabulary * self.hidden

    @property
    def linears(self) -> dict[str, tuple[int, int]]:
        """The linear layers of a block by the end of their names: width in and out."""
        if self.fused:
            attention = {"query_key_value": (self.hidden, self.query + 2 * self.key), "dense": (self.query, self.hidden)}
        else:
            attention = {"q_proj": (self.hidden, self.query), "k_proj": (self.hidden, self.key), "v_proj": (self.hidden, self.key)}
            attention["o_proj"] = (self.query, self.hidden)
        if self.gated:
            return attention | dict.fromkeys(("gate_proj", "up_proj"), (self.hidden, self.inner)) | {"down_proj": (self.inner, self.hidden)}
        return attention | {"dense_h_to_4h": (self.hidden, self.inner), "dense_4h_to_h": (self.inner, self.hidden)}


FALCON_7B = Shape(
    name=FALCON,
    folder=None,
    hidden=4544,
    layers=32,
    heads=71,
    query=4544,
    key=64,
    inner=18176,
    gated=False,
    fused=True,
    vocabulary=65_024,
    context=2048,
    block_parameters=6_626_000_000,
    table_parameters=65_024 * 4544,
    stored_bytes=14_434_000_000,  # the tied head is stored twice
    complete=False,
)
"""tiiuae/falcon-7b, from its model card and config.json."""

_UNGATED = {"falcon", "gpt2", "gpt_neox", "gptj", "opt", "phi", "bloom", "gpt_bigcode"}


def shape_of(base: str) -> Shape | None:
    """The shape of a base ("embedded", a folder, or a name); None where nothing on this machine tells.

    Raises:
        ModelError: Its files are there and cannot be understood.
    """
    folder = _folder(base)
    if folder is None:
        return FALCON_7B if base == FALCON else None
    try:
        return replace(_read(folder), name=base)
    except KeyError:
        return None  # an architecture of another kind: no plan, but it may well be trained
    except (OSError, ValueError, TypeError, struct.error) as error:
        raise ModelError(f"base {base}: {folder} does not say what it is made of ({error!r}); check train.base in twin.toml") from error


def _folder(base: str) -> Path | None:
    if base == "embedded":
        return EMBEDDED
    if (Path(base) / "config.json").is_file():
        return Path(base)
    from huggingface_hub import try_to_load_from_cache
    from huggingface_hub.errors import HFValidationError

    try:
        found = try_to_load_from_cache(base, "config.json")
    except HFValidationError:  # a path that is not there
        return None
    return Path(found).parent if isinstance(found, str) else None


def _read(folder: Path) -> Shape:
    whole = json.loads((folder / "config.json").read_text(encoding="utf-8"))
    config = whole.get("text_config", whole)

    def first(*keys: str, default: Any = None) -> Any:
        found = next((config[key] for key in keys if config.get(key) is not None), default)
        if found is None:
            raise KeyError(keys[0])
        return found

    kind = str(config.get("model_type", whole.get("model_type", "")))
    hidden, layers = int(first("hidden_size", "n_embd")), int(first("num_hidden_layers", "n_layer"))
    heads = int(first("num_attention_heads", "n_head"))
    size = int(first("head_dim", default=hidden // heads))
    key_heads = int(first("num_key_value_heads", "num_kv_heads", default=heads))
    if kind == "falcon" and config.get("multi_query") and not config.get("new_decoder_architecture"):
        key_heads = 1  # transformers' Falcon does not look at num_kv_heads then
    shape = Shape(
        name="",
        folder=folder,
        hidden=hidden,
        layers=layers,
        heads=heads,
        query=heads * size,
        key=key_heads * size,
        inner=int(first("intermediate_size", "ffn_hidden_size", "n_inner", default=4 * hidden)),
        gated=kind not in _UNGATED,
        fused=kind in _UNGATED,
        vocabulary=int(first("vocab_size")),
        context=int(first("max_position_embeddings", "n_positions", default=2048)),
        block_parameters=0,
        table_parameters=0,
        stored_bytes=0,
        complete=False,
    )
    tied = bool(config.get("tie_word_embeddings", whole.get("tie_word_embeddings", True)))
    tables = shape.vocabulary * hidden * (1 if tied else 2)
    weights = _weights(folder)
    if weights is None:
        blocks = layers * (sum(math.prod(sizes) for sizes in shape.linears.values()) + 2 * hidden)
        return replace(shape, block_parameters=blocks, table_parameters=tables, stored_bytes=2 * (blocks + tables))
    tensors = [about for path in weights for about in _tensors(path).values()]
    parameters = sum(math.prod(about["shape"]) for about in tensors)
    stored_twice = sum(math.prod(about["shape"]) == shape.head_parameters for about in tensors) == 2 and tied
    blocks = parameters - tables - stored_twice * shape.head_parameters
    stored = sum(path.stat().st_size for path in weights)
    return replace(shape, block_parameters=blocks, table_parameters=tables, stored_bytes=stored, complete=True)


def _weights(folder: Path) -> list[Path] | None:
    """The safetensors files of a model; None unless all of them are there."""
    index = folder / "model.safetensors.index.json"
    names = set(json.loads(index.read_text(encoding="utf-8"))["weight_map"].values()) if index.is_file() else {"model.safetensors"}
    paths = [folder / name for name in sorted(names)]
    return paths if all(path.is_file() for path in paths) else None


def _tensors(path: Path) -> dict[str, dict[str, Any]]:
    """Type and shape of each tensor of a safetensors file: its first 8 bytes give the length of the JSON that says so."""
    with path.open("rb") as file:
        (length,) = struct.unpack("<Q", file.read(8))
        if length > 100_000_000:  # the format's own limit
            raise ValueError(f"{path.name} is no safetensors file")
        head: dict[str, dict[str, Any]] = json.loads(file.read(length))
    head.pop("__metadata__", None)
    return head
