"""DPO: what is preferred becomes likelier, and the loss is TRL's own."""

import math

import pytest
import torch
from conftest import ENDS, JobFolder, losses, samples, train_here
from trl import DPOTrainer

from luthier_runner.task import read_task
from luthier_runner.trainers import Preference
from luthier_runner.training import build_trainer, open_job


LORA = {"r": 16, "alpha": 32, "dropout": 0.0, "target_modules": "all-linear"}


def pairs(count: int) -> list[dict]:
    made = samples()
    return [
        {"prompt": [{"role": "user", "content": text}], "chosen": label, "rejected": made[place + 5][1]}
        for place, (text, label) in enumerate(made[:count])
    ]


def test_margins_rise_on_sixteen_pairs_until_all_are_told_apart(job):
    # All pairs in each step and a small rate: else it goes well or not by the last bits of the base, which differ between processors.
    folder = job(validation=0, method="dpo", epochs=60, batch_size=16, learning_rate=2e-3, lora=LORA).rows("train", pairs(16))
    folder.rows("validation", pairs(4))
    process = train_here(folder)
    steps, evaluations = process.of("step"), process.of("evaluation")
    assert steps[0]["loss"] == pytest.approx(math.log(2), abs=1e-5)
    assert steps[0]["rewards"]["margin"] == pytest.approx(0, abs=1e-5)
    assert steps[-1]["loss"] < 0.5 and steps[-1]["rewards"]["margin"] > 0.7
    assert [step["accuracy"] for step in steps[-2:]] == [1.0, 1.0]
    margins = [evaluation["rewards"]["margin"] for evaluation in evaluations]
    assert margins[-1] > margins[0] > 0 and evaluations[-1]["accuracy"] == 1.0


def trainer_of(folder: JobFolder) -> Preference:
    path = str(folder.path)
    return build_trainer(open_job(path, read_task(path), "cpu", 1), None)


def test_the_loss_is_trls_where_the_batch_is_full(job):
    folder = job(validation=0, method="dpo", batch_size=4).rows("train", pairs(4))
    trainer = trainer_of(folder)
    for parameter in trainer.model.parameters():
        if parameter.requires_grad:  # away from the start, where both are ln 2 whatever is done
            torch.nn.init.normal_(parameter, std=0.5)
    trainer.model.eval()
    inputs = next(trainer.batches(trainer.train_dataset, 4))
    trainer.pairs_in_batch = 4.0
    own = trainer.compute_loss(trainer.model, dict(inputs))
    inputs.pop("weight")
    theirs = DPOTrainer._compute_loss(trainer, trainer.model, inputs, return_outputs=False)
    assert abs(own.item() - math.log(2)) > 0.01
    assert own.item() == pytest.approx(theirs.item(), rel=1e-5)


def test_a_last_batch_that_is_not_full_counts_its_pairs_as_much(job):
    """Five pairs in batches of four: the second batch is one pair and three fillers, whatever the size of a pass."""
    found = []
    for name, micro in (("one", 1), ("two", 2), ("four", 4)):
        folder = job(name, validation=0, method="dpo", batch_size=4, micro_batch=micro).rows("train", pairs(5))
        found.append(losses(train_here(folder)))
    for other in found[1:]:
        for step, values in other.items():
            assert values == pytest.approx(found[0][step], abs=1e-5)


@pytest.mark.long
def test_a_stopped_dpo_of_a_tuned_adapter_goes_on_bit_by_bit(start, job):
    tuned = train_here(job("first", validation=0, epochs=1)).lines[-1]["path"]
    changes = {"validation": 0, "method": "dpo", "adapter": tuned, "learning_rate": 1e-2, "epochs": 2, "batch_size": 4}
    whole = train_here(job("whole", **changes).rows("train", pairs(12)))
    folder = job("stopped", **changes).rows("train", pairs(12))
    first = start("train", folder.path)
    first.until(lambda line: line["kind"] == "checkpoint")
    first.child.kill()
    first.rest()
    second = start("train", folder.path, "--resume", first.of("checkpoint")[0]["path"])
    assert second.kind(*ENDS)["kind"] == "done", second.log()
    assert losses(second) and all(losses(whole)[step] == values for step, values in losses(second).items())
