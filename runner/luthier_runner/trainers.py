"""TRL's trainers with the sums counted exactly: per learned token or pair, over micro-batches and processes."""

from typing import Any, Iterator

import torch
import torch.nn.functional as F
from datasets import Dataset
from trl import DPOTrainer, SFTTrainer
from trl.trainer import sft_trainer
from trl.trainer.dpo_trainer import DataCollatorForPreference
from trl.trainer.utils import selective_log_softmax

from .dataset import Order

PIECE = sft_trainer._CHUNKED_LM_HEAD_CHUNK_SIZE
PIECE_NUMBERS = 5_000_000  # logits of one piece


def cut_output_layer(vocabulary: int, device: str) -> None:
    """
    TRL works the output layer out over 256 learned tokens at a time, however few there are: with a vocabulary of 152,000 half a
    gigabyte, and a quarter of a small base's work, for an answer of five tokens. On a processor pieces are smaller. The sum is the
    same but for the order it is added up in.
    """
    pieces = PIECE if device == "cuda" else min(PIECE, max(16, PIECE_NUMBERS // vocabulary))
    sft_trainer._CHUNKED_LM_HEAD_CHUNK_SIZE = pieces


class Sums:
    """
    What a batch came to: loss, right answers and how many there were, and DPO's rewards. Micro-batches and processes
    are added, not averaged, for averages of averages depend on how a batch was cut.
    """

    NAMES = ("loss", "right", "count", "chosen", "rejected")

    def __init__(self) -> None:
        self.values = torch.zeros(len(self.NAMES), dtype=torch.float64)

    def add(self, **values: torch.Tensor) -> None:
        for name, value in values.items():
            self.values[self.NAMES.index(name)] += value.detach().double().cpu()

    def take(self, accelerator: Any, flag: bool = False) -> tuple[dict[str, float], bool]:
        """The sums over all processes, which start anew; and whether any process has raised its flag."""
        own = torch.cat([self.values, torch.tensor([float(flag)], dtype=torch.float64)])
        self.values = torch.zeros_like(self.values)
        if accelerator.num_processes > 1:
            # MPS has no double, and never more than one process.
            own = accelerator.reduce(own.to(accelerator.device), reduction="sum").cpu()
        named = dict(zip(self.NAMES, own.tolist()))
        return named, own[-1].item() > 0


def figures(sums: dict[str, float], dpo: bool) -> dict[str, Any]:
    """Sums as the protocol's fields: per learned token, or per pair."""
    count = max(sums["count"], 1.0)
    fields: dict[str, Any] = {"loss": sums["loss"] / count, "accuracy": sums["right"] / count}
    if dpo:
        chosen, rejected = sums["chosen"] / count, sums["rejected"] / count
        fields["rewards"] = {"chosen": chosen, "rejected": rejected, "margin": chosen - rejected}
    return fields


class Exact:
    """What both trainers share: the order of rows, and sums in place of TRL's averages."""

    order: Order
    sums: Sums

    def _get_train_sampler(self, train_dataset: Any = None) -> Order:
        return self.order

    def batches(self, dataset: Dataset, size: int) -> Iterator[dict[str, Any]]:
        """This process's part of `dataset` in the order it stands, as inputs on the device. Every process gets as many."""
        world, rank = self.accelerator.num_processes, self.accelerator.process_index
        for start in range(rank * size, len(dataset), size * world):
            rows = [dataset[index] for index in range(start, min(start + size, len(dataset)))]
            yield self._prepare_inputs(self.data_collator(rows))


class Supervised(Exact, SFTTrainer):
    def compute_loss(self, model: Any, inputs: Any, return_outputs: bool = False, num_items_in_batch: Any = None) -> Any:
        loss, outputs = super().compute_loss(model, inputs, return_outputs=True, num_items_in_batch=num_items_in_batch)
        valid = outputs.num_valid_tokens
        # transformers divides by the tokens of the whole batch and multiplies by the processes, since DDP averages.
        items = valid if num_items_in_batch is None else num_items_in_batch / self.accelerator.num_processes
        self.sums.add(loss=loss * items, right=outputs.num_correct_tokens, count=valid)
        return (loss, outputs) if return_outputs else loss


class WeightedCollator(DataCollatorForPreference):
    def torch_call(self, examples: list[dict[str, Any]]) -> dict[str, Any]:
        return {**super().torch_call(examples), "weight": torch.tensor([example["weight"] for example in examples])}


class Preference(Exact, DPOTrainer):
    """
    The loss of Rafailov et al. 2023 (arXiv:2305.18290), eq. 7, as TRL's `sigmoid`, but summed over real pairs: TRL averages
    each micro-batch, so a last batch that is not full would weigh its pairs more. What the reference says is worked
    out once before training, for an adapter, a re-trained adapter and a full model alike; no second model.
    """

    pairs_in_batch: float = 1.0

    def _prepare_dataset(self, dataset: Dataset, *_: Any) -> Dataset:
        return dataset

    def logps(self, model: Any, inputs: dict[str, Any]) -> tuple[torch.Tensor, torch.Tensor]:
        """Summed log probabilities of the chosen and the rejected answers, one each a pair."""
        logits = model(input_ids=inputs["input_ids"], attention_mask=inputs["attention_mask"], use_cache=False).logits
        each = selective_log_softmax(logits[:, :-1].float(), inputs["input_ids"][:, 1:])
        return tuple((each * inputs["completion_mask"][:, 1:]).sum(dim=1).chunk(2))

    def _precompute_ref_logps(self, dataset: Dataset, name: str = "", batch_size: int = 1) -> Dataset:
        """`dataset` with what the model says of its pairs as it stands now; TRL asks for the training set's at the end of its own init."""
        self.model.eval()
        values = torch.zeros(2, len(dataset), dtype=torch.float32)
        world, rank = self.accelerator.num_processes, self.accelerator.process_index
        with torch.no_grad():
            for number, inputs in enumerate(self.batches(dataset, batch_size)):
                start = (number * world + rank) * batch_size
                for side, logps in enumerate(self.logps(self.model, inputs)):
                    values[side, start : start + len(logps)] = logps.cpu()
        if world > 1:
            values = self.accelerator.reduce(values.to(self.accelerator.device), reduction="sum").cpu()
        names = ("ref_chosen_logps", "ref_rejected_logps")
        rows = [{**dataset[index], **dict(zip(names, values[:, index].tolist()))} for index in range(len(dataset))]
        return Dataset.from_list(rows)

    def get_batch_samples(self, epoch_iterator: Any, num_batches: int, device: Any) -> Any:
        batches, items = super().get_batch_samples(epoch_iterator, num_batches, device)
        pairs = sum(batch["weight"].sum() for batch in batches)
        self.pairs_in_batch = self.accelerator.reduce(pairs.to(device), reduction="sum").item()
        return batches, items

    def compute_loss(self, model: Any, inputs: Any, return_outputs: bool = False, num_items_in_batch: Any = None) -> Any:
        weight = inputs["weight"]
        chosen, rejected = self.logps(model, inputs)
        chosen, rejected = chosen - inputs["ref_chosen_logps"], rejected - inputs["ref_rejected_logps"]
        total = (-F.logsigmoid(self.beta * (chosen - rejected)) * weight).sum()
        self.sums.add(
            loss=total,
            right=((chosen > rejected) * weight).sum(),
            count=weight.sum(),
            chosen=(self.beta * chosen * weight).sum(),
            rejected=(self.beta * rejected * weight).sum(),
        )
        # transformers divides by the accumulation steps, and DDP by the processes: the mean over the pairs is wanted.
        parts = getattr(self, "current_gradient_accumulation_steps", 1) * self.accelerator.num_processes
        loss = total * parts / self.pairs_in_batch
        return (loss, {}) if return_outputs else loss
