"""A sentence encoder made quicker: its linear layers multiply whole numbers of 8 bits.

Each word and each row of weights has a scale of its own, and sums of whole numbers are exact in any order: it
does not matter for a text what else is encoded with it, if all are of one length, which `transformer` sees
to. Whether an encoder is rounded is decided in `sources`.

Of what was tried on two cores in November 2026 (`python -m tests.bench.bench_embedding`) this is the quickest
that finds planted topics as well as the full encoder does. PyTorch's own `quantize_dynamic`, with one scale
for a whole batch, is as quick but strays further (a mean cosine to the full vectors of 0.978, not 0.997).
"""

from __future__ import annotations

import platform
from pathlib import Path
from typing import TYPE_CHECKING

from valbench_core.embedding.files import MINILM_WEIGHTS, file_sha256

if TYPE_CHECKING:
    import torch
    from sentence_transformers import SentenceTransformer
    from torch import nn

VERSION = "rounded-2"
"""Counts up when the way of rounding changes."""
WORD_LIMIT = 127
"""Largest rounded value of a word."""
WEIGHT_LIMIT = 63
"""Largest rounded weight: two of it times 255 are below 2**15, where older processors would cut them off."""


def can_be_rounded(folder: Path) -> bool:
    """Say whether the model in a folder is one whose rounded form was measured, on a processor that gains."""
    weights = folder / "model.safetensors"
    intel_like = platform.machine().lower() in ("x86_64", "amd64")
    return intel_like and weights.is_file() and file_sha256(weights) == MINILM_WEIGHTS


def round_weights(model: SentenceTransformer) -> None:
    """Put rounded layers in the place of a model's linear layers."""
    from torch import nn

    linear = [(name, layer) for name, layer in model.named_modules() if isinstance(layer, nn.Linear)]
    for name, layer in linear:
        above, _, own = name.rpartition(".")
        setattr(model.get_submodule(above), own, _rounded(layer))


def _rounded(layer: nn.Linear) -> nn.Module:
    import torch

    scales, weights = _whole(layer.weight.detach().float(), WEIGHT_LIMIT)
    columns, scales = weights.t().contiguous(), scales.t()
    bias = 0.0 if layer.bias is None else layer.bias.detach()

    class Rounded(torch.nn.Module):
        """A linear layer that multiplies whole numbers."""

        def forward(self, given: torch.Tensor) -> torch.Tensor:
            sizes, words = _whole(given.reshape(-1, given.shape[-1]), WORD_LIMIT)
            found = torch._int_mm(words, columns).float().mul_(sizes).mul_(scales).add_(bias)
            return found.view(*given.shape[:-1], -1)

    return Rounded()


def _whole(rows: torch.Tensor, limit: int) -> tuple[torch.Tensor, torch.Tensor]:
    """Return a scale for each row, and the rows as whole numbers up to a limit."""
    import torch

    scales = rows.abs().amax(1, keepdim=True).clamp_min_(1e-9).div_(limit)
    return scales, (rows / scales).round_().to(torch.int8)
