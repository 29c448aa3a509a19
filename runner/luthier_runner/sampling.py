"""One answer's next token, drawn from what the model says."""

import secrets
from collections import Counter
from dataclasses import dataclass, field
from typing import Any

import torch

from .failures import Failure
from .task import is_integer, is_number, or_null

CHECKS = {
    "max_tokens": (or_null(is_integer(1)), None, "a whole number from 1, or null"),
    "temperature": (is_number(0), 1.0, "a number from 0"),
    "top_p": (is_number(0, 1), 1.0, "a number from 0 to 1"),
    "seed": (or_null(is_integer(-(2**63), 2**63 - 1)), None, "a whole number, or null"),
    "n": (is_integer(1, 128), 1, "a whole number from 1 to 128"),
    "top_logprobs": (is_integer(0, 20), 0, "a whole number from 0 to 20"),
    "presence_penalty": (is_number(-2, 2), 0.0, "a number from -2 to 2"),
    "frequency_penalty": (is_number(-2, 2), 0.0, "a number from -2 to 2"),
}


@dataclass(frozen=True)
class Sampling:
    max_tokens: int | None
    temperature: float
    top_p: float
    seed: int
    n: int
    top_logprobs: int
    presence_penalty: float
    frequency_penalty: float


def read_sampling(request: dict[str, Any]) -> Sampling:
    values = {}
    for name, (check, default, wanted) in CHECKS.items():
        value = request.get(name)
        if value is None:
            value = default
        elif not check(value):
            raise Failure("bad_request", f"{name} is {value!r}.", f"Set {name} to {wanted}.")
        values[name] = value
    if values["seed"] is None:
        values["seed"] = secrets.randbits(63)
    return Sampling(**values)


@dataclass
class Sampler:
    """
    Draws for one answer, from a generator of its own: with the global one, answers that run side by side would depend on
    each other.
    """

    sampling: Sampling
    index: int
    counts: Counter[int] = field(default_factory=Counter)

    def __post_init__(self) -> None:
        self.generator = torch.Generator()
        self.generator.manual_seed((self.sampling.seed * 1_000_003 + self.index) % 2**63)

    def draw(self, logits: torch.Tensor) -> tuple[int, float, list[tuple[int, float]]]:
        """
        Token, its log probability, and the likeliest ones with theirs, from one row of logits. Log probabilities are the
        model's own, before temperature, penalties and top-p.
        """
        logits = logits.float().cpu()
        own = torch.log_softmax(logits, dim=-1)
        if not torch.isfinite(own.max()):
            raise Failure("internal", "The model's output is no number.", "Try precision fp32.")
        token = self._pick(self._penalised(logits))
        self.counts[token] += 1
        top = torch.topk(own, min(self.sampling.top_logprobs, own.numel()))
        return token, own[token].item(), list(zip(top.indices.tolist(), top.values.tolist()))

    def _penalised(self, logits: torch.Tensor) -> torch.Tensor:
        """OpenAI's formula: logit - count * frequency_penalty - (count > 0) * presence_penalty, over the answer so far."""
        sampling = self.sampling
        if not self.counts or not (sampling.presence_penalty or sampling.frequency_penalty):
            return logits
        logits = logits.clone()
        tokens = torch.tensor(list(self.counts.keys()))
        counts = torch.tensor(list(self.counts.values()), dtype=logits.dtype)
        logits[tokens] -= counts * sampling.frequency_penalty + sampling.presence_penalty
        return logits

    def _pick(self, logits: torch.Tensor) -> int:
        if self.sampling.temperature == 0:
            return int(logits.argmax())
        chances = torch.softmax(logits.double() / self.sampling.temperature, dim=-1)
        if self.sampling.top_p < 1:
            ordered, order = chances.sort(descending=True)
            # The least set whose chances reach top_p; the likeliest is always in it.
            kept = (ordered.cumsum(-1) - ordered) < self.sampling.top_p
            kept[0] = True
            chances = torch.zeros_like(chances).scatter(0, order[kept], ordered[kept])
        return int(torch.multinomial(chances, 1, generator=self.generator))
