"""Several runs over one base, loaded once, of which one answers at a time; and the base alone.

Under float32 a voice is a set of whole weights, base and adapter in one, put in the place of the base's own: nothing is computed beside them,
and to switch takes no time. In bfloat16 the sum would round the adapter away, and 4 bits take none, so there the adapters stay beside the base,
as peft has them, and where a base has markers added, whose rows are learned. Not here: whose turn it is.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import torch
from peft.tuners.tuners_utils import BaseTunerLayer
from torch import Tensor

from twin.config import Train
from twin.model.adapter import Twin, load_adapter, load_twin
from twin.model.base import choose_precision, load_base
from twin.model.embedded import check_trained_on
from twin.model.template import Template

_ALONE = ("full", "prefix", "prompt")
"""The methods whose outcome does not stand beside others on a base."""
_WHOLE_BYTES = 2**30
"""Weights that the voices have as their own, at most: the embedded base has 25 MB of them, one of 7 billion 28 GB. Above, adapters stay beside it, too."""


class Voices:
    """The runs' voices by their names, and None: the base alone.

    Args:
        runs: The folders of finished runs, each with a name of its own. Several are adapters over one base; none: the base alone answers.
        settings: Of each run's training; where there are no runs, what the base is loaded by.
        template: Over the base's tokenizer.
        place: The device.
        progress: Told in a few words what is being loaded.

    Raises:
        ModelError: A run, its base or its adapter cannot be loaded.
    """

    def __init__(
        self, runs: Sequence[Path], settings: Sequence[Train], template: Template, place: torch.device, *, progress: Callable[[str], None] = lambda what: None
    ) -> None:
        first = settings[0]
        self._alone = ExitStack()
        self._speaking: str | None = None
        self._weights: dict[str | None, list[Tensor]] = {}
        self._adapters: dict[str | None, str] = {}
        dtype = choose_precision(first.precision, place)
        if runs and (first.method in _ALONE or (len(runs) == 1 and (dtype != torch.float32 or first.method == "qlora"))):
            self._twin = load_twin(runs[0], first, template, place, progress=progress)
            self._speaking = runs[0].name
            return
        progress(f"loading {first.base}")
        model: Any = load_base(first.base, template, dtype=dtype, place=place, quantized=first.method == "qlora" and bool(runs))
        self._twin = Twin(model)
        named = list(model.parameters())
        plain = dtype == torch.float32 and first.method != "qlora" and not template.added
        whole = plain and sum(weight.nbytes for weight in named) * len(runs) <= _WHOLE_BYTES
        for run, own in zip(runs, settings, strict=False):
            check_trained_on(run, own.base)
            progress(f"loading the adapter of {run.name}")
            if whole:
                self._weights[run.name] = _whole(model, run, named)
            else:
                self._adapters[run.name] = f"voice{len(self._adapters)}"
                self._twin = Twin(load_adapter(self._twin.model, run / "adapter", added=template.added, name=self._adapters[run.name]))
                self._speaking = next(iter(self._adapters))
        if self._weights:
            self._parameters = named
            self._weights[None] = [weight.data for weight in named]
            laid = {id(data): _laid_out(data) for weights in self._weights.values() for data in weights}  # what voices share stays one
            self._weights = {voice: [laid[id(data)] for data in weights] for voice, weights in self._weights.items()}
            self._put(None)

    def speak(self, voice: str | None) -> Any:
        """The model with this voice, which it has until another is asked for."""
        if voice == self._speaking and (voice is not None or not self._twin.load_base):
            return self._twin.model
        self._speaking = voice
        if self._weights:
            self._put(voice)
            return self._twin.model
        self._alone.close()
        if voice is None:
            return self._alone.enter_context(self._twin.base_alone())
        if len(self._adapters) > 1:
            self._twin.model.set_adapter(self._adapters[voice])
        return self._twin.model

    def _put(self, voice: str | None) -> None:
        for weight, data in zip(self._parameters, self._weights[voice], strict=True):
            weight.data = data


def _whole(model: Any, run: Path, parameters: Sequence[Tensor]) -> list[Tensor]:
    """The weights of a base with a run's adapter, each the base's own where the adapter changes nothing. The base is left as it was."""
    before = [weight.data for weight in parameters]
    twin: Any = load_adapter(model, run / "adapter")
    changed = {id(module.get_base_layer().weight) for module in twin.modules() if isinstance(module, BaseTunerLayer)}
    for weight in parameters:
        if id(weight) in changed:
            weight.data = weight.data.clone()
    twin.merge_adapter()
    after = [weight.data for weight in parameters]
    for weight, data in zip(parameters, before, strict=True):
        weight.data = data
    twin.base_model.unload()
    return after


def _laid_out(weight: Tensor) -> Tensor:
    """The same numbers, in memory as a CPU multiplies a few rows by them fastest (docs/benchmarks.md)."""
    return weight.t().contiguous().t() if weight.ndim == 2 and weight.device.type == "cpu" else weight
