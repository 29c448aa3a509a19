"""Training, as its parent sees it."""

import json
import os
from pathlib import Path

import pytest
from conftest import ENDS, losses, rows, train_here


def test_a_training_says_what_it_will_do_does_it_and_leaves_a_model(start, job):
    folder = job(count=20, validation=6)
    process = start("train", folder.path)
    done = process.kind(*ENDS)
    assert process.end() == 0 and done["kind"] == "done", process.log()
    kinds = [line["kind"] for line in process.lines]
    # 20 rows, batch 8: 3 steps an epoch, the last of 4 rows.
    epoch = ["step", "step", "step", "evaluation", "checkpoint"]
    assert kinds == ["ready", "plan", *epoch, *epoch, "done"]
    plan, steps = process.of("plan")[0], process.of("step")
    assert (plan["steps"], plan["first_step"], plan["rows"], plan["validation_rows"], plan["too_long"]) == (6, 1, 20, 6, [])
    assert [step["epoch"] for step in steps] == pytest.approx([1 / 3, 2 / 3, 1, 4 / 3, 5 / 3, 2])
    assert steps[-1]["trained_tokens"] == plan["trained_tokens"] == done["trained_tokens"]
    assert steps[-1]["loss"] < steps[0]["loss"]
    model = Path(done["path"])
    papers = json.loads((model / "luthier.json").read_text())
    assert papers["base"] == {"id": "test/base", "revision": "abc"} and papers["kind"] == "adapter"
    # The base's path is nowhere in what may be passed on.
    assert not [file for file in model.iterdir() if folder.base.encode() in file.read_bytes()]
    assert {file.stat().st_mode & 0o777 for file in model.iterdir()} == {0o644}
    assert json.loads((model / "adapter_config.json").read_text())["base_model_name_or_path"] == "test/base"


def test_the_same_seed_is_the_same_training_and_another_is_not(job):
    runs = []
    for name, seed in (("a", 7), ("b", 7), ("c", 8)):
        runs.append(losses(train_here(job(name, validation=0, seed=seed, lora=lora(dropout=0.2)))))
    assert runs[0] == runs[1]
    assert runs[0] != runs[2]


def lora(**changes):
    return {"r": 4, "alpha": 8, "dropout": 0.0, "target_modules": "all-linear", **changes}


@pytest.mark.long
def test_a_stop_saves_what_can_be_gone_on_from_and_the_end_is_the_same(start, job):
    whole = train_here(job("whole", validation=0, lora=lora(dropout=0.2)))
    folder = job("stopped", validation=0, lora=lora(dropout=0.2))
    first = start("train", folder.path)
    first.until(lambda line: line["kind"] == "step" and line["step"] == 3)
    first.send(kind="stop")
    stopped = first.kind(*ENDS)
    assert first.end() == 0 and stopped["kind"] == "stopped"
    checkpoint = first.of("checkpoint")[-1]
    assert stopped == {"kind": "stopped", "step": checkpoint["step"], "path": checkpoint["path"]}
    assert checkpoint["model"] == (checkpoint["step"] % 3 == 0)
    second = start("train", folder.path, "--resume", stopped["path"])
    assert second.kind(*ENDS)["kind"] == "done"
    assert second.of("plan")[0]["first_step"] == stopped["step"] + 1
    together = {**losses(first), **losses(second)}
    assert together == losses(whole)


@pytest.mark.long
def test_the_end_of_stdin_is_a_stop(start, job):
    process = start("train", job(count=160, epochs=50).path)
    process.kind("step")
    assert process.end() == 0
    assert process.lines[-1]["kind"] == "stopped" and os.path.isdir(process.lines[-1]["path"])


@pytest.mark.long
def test_a_second_training_in_the_same_folder_is_refused_while_the_first_lives(start, job):
    folder = job(count=160, epochs=50)
    first = start("train", folder.path)
    first.kind("plan")
    second = start("train", folder.path)
    failed = second.kind(*ENDS)
    assert (failed["code"], failed["details"]["pid"]) == ("locked", first.child.pid)
    assert second.end() == 1


def test_what_cannot_be_trained_is_refused_with_its_place(start, job):
    cases = [
        (job("a").rows("train", [*rows(2), {"prompt": [], "completion": "x"}]), "bad_rows", {"row": 3, "file": "train"}),
        (job("b", epochs=0), "bad_task", {}),
        (job("c", learning_rate=KeyError), "bad_task", {}),
        (job("d").rows("train", []), "no_rows", {}),
        (job("e", base={"path": "/nowhere", "id": "x", "revision": None}), "bad_base", {}),
        (job("f", device="cuda"), "device", {}),
    ]
    for folder, code, details in cases:
        process = start("train", folder.path)
        failed = process.kind(*ENDS)
        assert failed["kind"] == "failed" and failed["code"] == code, failed
        assert failed["message"] and failed["fix"] and details.items() <= failed["details"].items()
        assert process.end() == 1
