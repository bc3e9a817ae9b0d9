from typing import Any

import pytest
import torch
from peft import LoraConfig, get_peft_model
from torch import nn

from tests import tiny
from twin.model.folded_lora import fold
from twin.model.losses import packing_way, target_losses
from twin.model.packing import make_batch
from twin.model.score import make_rows

BATCH = make_batch(make_rows(tiny.template(), tiny.chatter(6), row_tokens=192, shared_tokens=32))


def adapted(**settings: Any) -> Any:
    torch.manual_seed(0)
    config = LoraConfig(**({"r": 4, "lora_alpha": 6, "target_modules": "all-linear", "init_lora_weights": False} | settings))
    return get_peft_model(tiny.falcon(), config).train()


def outcome(model: Any) -> list[torch.Tensor]:
    losses = target_losses(model, BATCH)
    losses.sum().backward()
    return [losses.detach(), *(weight.grad for weight in model.parameters() if weight.requires_grad)]


def products(model: Any) -> int:
    """How often an adapter's own layers are called for a batch."""
    packing_way(model, row_tokens=192)  # calls them, too
    seen: list[int] = []
    hooks = [module.register_forward_hook(lambda *_: seen.append(1)) for name, module in model.named_modules() if name.endswith("lora_A.default")]
    target_losses(model, BATCH)
    for hook in hooks:
        hook.remove()
    return len(seen)


def test_losses_and_gradients_are_those_of_pefts_own_layers() -> None:
    folded = adapted()
    assert fold(folded) == 8
    assert products(folded) == 0
    for one, other in zip(outcome(folded), outcome(adapted()), strict=True):
        torch.testing.assert_close(one, other, atol=1e-4, rtol=1e-4)


def test_a_bias_stays() -> None:
    class Biased(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.layer = nn.Linear(5, 3)

        def forward(self, x: torch.Tensor) -> torch.Tensor:
            return self.layer(x)

    torch.manual_seed(0)
    model: Any = get_peft_model(Biased(), LoraConfig(r=2, target_modules=["layer"], init_lora_weights=False))
    x = torch.randn(2, 7, 5)
    expected = model(x)
    assert fold(model) == 1
    torch.testing.assert_close(model(x), expected)


@pytest.mark.parametrize("settings", [{"lora_dropout": 0.5}, {"use_dora": True}])
def test_what_cannot_be_folded_is_left_to_peft(settings: dict[str, Any]) -> None:
    model = adapted(**settings)
    calls = products(model)
    fold(model)
    assert products(model) == calls


def test_in_bfloat16_the_adapter_keeps_its_own_products() -> None:
    folded, plain = adapted(), adapted()
    fold(folded)
    with torch.autocast("cpu", torch.bfloat16):
        assert products(folded) == 8
        assert torch.equal(target_losses(folded, BATCH), target_losses(plain, BATCH))


def test_without_its_adapter_it_is_the_base() -> None:
    model = adapted()
    fold(model)
    with model.disable_adapter(), torch.no_grad():
        alone = target_losses(model, BATCH)
    assert torch.equal(alone, target_losses(tiny.falcon(), BATCH).detach())
