"""Rows as tokens, measured before training, and the order they are trained in."""

from dataclasses import dataclass
from typing import Any, Iterator

import torch
from torch.utils.data import Sampler

from .chat_template import ChatTemplate, Example
from .failures import Failure
from .task import Row, Task, read_rows


@dataclass(frozen=True)
class Side:
    """A file's rows as examples (one a row, or chosen and rejected), and those that are too long to take."""

    examples: list[tuple[Example, ...]]
    too_long: list[dict[str, Any]]

    @property
    def tokens(self) -> int:
        return sum(len(example.ids) for row in self.examples for example in row)

    @property
    def learned(self) -> int:
        return sum(example.learned for row in self.examples for example in row)


def read_side(job: str, file: str, task: Task, template: ChatTemplate, limit: int) -> Side:
    """Rows over `limit` tokens are left out and named: TRL would cut or drop them without a word."""
    rows = read_rows(job, file, task.method)
    measured = [(row, template.examples(row)) for row in rows]
    return Side(
        examples=[examples for _, examples in measured if longest(examples) <= limit],
        too_long=[too_long(row, examples, limit) for row, examples in measured if longest(examples) > limit],
    )


def longest(examples: tuple[Example, ...]) -> int:
    return max(len(example.ids) for example in examples)


def too_long(row: Row, examples: tuple[Example, ...], limit: int) -> dict[str, Any]:
    return {"file": row.file, "row": row.number, "tokens": longest(examples), "limit": limit}


def need_rows(side: Side) -> None:
    if side.examples:
        return
    if side.too_long:
        limit = side.too_long[0]["limit"]
        message = f"Every row of train.jsonl has more than {limit} tokens."
        raise Failure("no_rows", message, "Raise max_length, or take a base with a longer context.", too_long=side.too_long)
    raise Failure("no_rows", "train.jsonl has no rows.", "Write some rows.", too_long=[])


def columns(side: Side, method: str, fill_to: int, pad: int) -> list[dict[str, Any]]:
    """
    Examples as TRL's collators read them, and behind them fillers up to a multiple of `fill_to` (the global batch). A
    filler teaches nothing, but with it every process has as many rows: otherwise accelerate trains some rows twice.
    """
    rows = [row_of(examples, method) for examples in side.examples]
    missing = -len(rows) % fill_to
    return rows + [filler(method, pad)] * missing


def row_of(examples: tuple[Example, ...], method: str) -> dict[str, Any]:
    first = examples[0]
    if method == "supervised":
        labels = [-100] * first.learned_from + first.ids[first.learned_from :]
        return {"input_ids": first.ids, "labels": labels}
    chosen, rejected = examples
    return {
        "prompt_ids": first.ids[: first.learned_from],
        "chosen_ids": chosen.ids[chosen.learned_from :],
        "rejected_ids": rejected.ids[rejected.learned_from :],
        "weight": 1.0,
        "ref_chosen_logps": 0.0,
        "ref_rejected_logps": 0.0,
    }


def filler(method: str, pad: int) -> dict[str, Any]:
    if method == "supervised":
        return {"input_ids": [pad], "labels": [-100]}
    empty = {"prompt_ids": [pad], "chosen_ids": [pad], "rejected_ids": [pad]}
    return {**empty, "weight": 0.0, "ref_chosen_logps": 0.0, "ref_rejected_logps": 0.0}


class Order(Sampler[int]):
    """
    The order of rows in one epoch: drawn from seed and epoch alone, so that it is the same for any number of processes and after
    a resume; fillers last, so that every batch but the last is full.
    """

    def __init__(self, rows: int, total: int, seed: int) -> None:
        self.rows = rows
        self.total = total
        self.seed = seed
        self.epoch = 0

    def of(self, epoch: int) -> list[int]:
        generator = torch.Generator().manual_seed((self.seed << 20) + epoch)
        return torch.randperm(self.rows, generator=generator).tolist() + list(range(self.rows, self.total))

    def __iter__(self) -> Iterator[int]:
        return iter(self.of(self.epoch))

    def __len__(self) -> int:
        return self.total


def tokens_by_step(side: Side, order: Order, batch: int, epochs: int) -> list[int]:
    """Prompt and answer tokens trained once step i is done, from 0 steps on: known from the start, so a resume cannot lose count."""
    sizes = [sum(len(example.ids) for example in row) for row in side.examples]
    sums = [0]
    for epoch in range(epochs):
        indices = order.of(epoch)[: order.rows]
        for start in range(0, len(indices), batch):
            sums.append(sums[-1] + sum(sizes[index] for index in indices[start : start + batch]))
    return sums
