"""Answers written side by side: cohorts of sequences that share one forward pass and one cache."""

from dataclasses import dataclass
from typing import Any

import torch

from .pieces import TextStream
from .sampling import Sampler


@dataclass
class Sequence:
    """One answer in the making."""

    request: str
    index: int
    prompt: list[int]
    sampler: Sampler
    stream: TextStream
    adapter: str | None
    ends: set[int]
    left: int
    written: int = 0
    next: int = -1
    reason: str | None = None


class Cohort:
    """
    Sequences whose caches are one: prompts are padded on the left, so that all write at the same place. The cache is the
    model's own, of whatever kind.
    """

    def __init__(self, model: Any, sequences: list[Sequence], pad: int) -> None:
        self.model = model
        self.sequences = sequences
        self.device = next(model.parameters()).device
        width = max(len(sequence.prompt) for sequence in sequences)
        rows = [[pad] * (width - len(sequence.prompt)) + sequence.prompt for sequence in sequences]
        mask = [[0] * (width - len(sequence.prompt)) + [1] * len(sequence.prompt) for sequence in sequences]
        self.mask = torch.tensor(mask, device=self.device)
        self.cache: Any = None
        self.logits = self._forward(torch.tensor(rows, device=self.device), (self.mask.cumsum(1) - 1).clamp(min=0))

    def _forward(self, ids: torch.Tensor, positions: torch.Tensor) -> torch.Tensor:
        more = {}
        if hasattr(self.model, "peft_config"):
            # `__base__` is PEFT's name for the base alone; adapters are mixed within one batch.
            more["adapter_names"] = [sequence.adapter or "__base__" for sequence in self.sequences]
        with torch.inference_mode():
            output = self.model(
                input_ids=ids,
                attention_mask=self.mask,
                position_ids=positions,
                past_key_values=self.cache,
                use_cache=True,
                logits_to_keep=1,
                **more,
            )
        self.cache = output.past_key_values
        return output.logits[:, -1]

    def step(self) -> None:
        """Feeds the tokens that were drawn last."""
        ids = torch.tensor([[sequence.next] for sequence in self.sequences], device=self.device)
        self.mask = torch.cat([self.mask, self.mask.new_ones(len(self.sequences), 1)], dim=1)
        self.logits = self._forward(ids, self.mask.sum(1, keepdim=True) - 1)

    def drop_finished(self) -> None:
        kept = [place for place, sequence in enumerate(self.sequences) if sequence.reason is None]
        # Caches of some kinds cannot lose rows: finished ones are then written on, unheard, until all are done.
        if len(kept) == len(self.sequences) or (kept and not hasattr(self.cache, "reorder_cache")):
            return
        self.sequences = [self.sequences[place] for place in kept]
        if kept:
            places = torch.tensor(kept, device=self.device)
            self.mask = self.mask[places]
            self.cache.reorder_cache(places)

    def mergeable(self) -> bool:
        """Whether the cache is keys and values of all places alone; sliding windows and states of other kinds are not joined."""
        from transformers.cache_utils import DynamicLayer

        layers = getattr(self.cache, "layers", None)
        return bool(layers) and all(type(layer) is DynamicLayer for layer in layers)

    def join(self, other: "Cohort") -> None:
        """Takes over the sequences of another cohort, both about to `step`: the shorter cache is padded on the left."""
        width = max(self.mask.shape[1], other.mask.shape[1])
        masks = [padded(cohort.mask, width, 1) for cohort in (self, other)]
        for own, theirs in zip(self.cache.layers, other.cache.layers):
            own.keys = torch.cat([padded(own.keys, width, 2), padded(theirs.keys, width, 2)])
            own.values = torch.cat([padded(own.values, width, 2), padded(theirs.values, width, 2)])
        self.mask = torch.cat(masks)
        self.sequences = [*self.sequences, *other.sequences]


def padded(tensor: torch.Tensor, width: int, dimension: int) -> torch.Tensor:
    """`tensor` with zeros before it, `width` long in `dimension`."""
    shape = list(tensor.shape)
    shape[dimension] = width - shape[dimension]
    return torch.cat([tensor.new_zeros(shape), tensor], dim=dimension) if shape[dimension] else tensor
