"""What libraries do silently and would spoil a training: each is met here once more, or kept away from by what is asserted."""

import json
import os
import subprocess
import sys

import pytest
from conftest import ENDS, Process, chat, environment, rows, train_here

from luthier_runner.dataset import columns
from luthier_runner.task import read_task
from luthier_runner.training import arguments, build_trainer, open_job


def opened(folder, world: int = 1):
    return open_job(str(folder.path), read_task(str(folder.path)), "cpu", world)


def test_adapters_first_weights_are_of_the_seed(job):
    """PEFT draws them before Trainer sets the seed."""
    drawn = []
    for seed in (7, 7, 8):
        trainer = build_trainer(opened(job(f"s{len(drawn)}", validation=0, seed=seed)), None)
        drawn.append(next(value.clone() for name, value in trainer.model.named_parameters() if "lora_A" in name))
    assert drawn[0].equal(drawn[1]) and not drawn[0].equal(drawn[2])


def test_a_loss_that_is_no_number_fails_the_job_and_stands_as_null(start, job):
    process = start("train", job(learning_rate=1e30, epochs=3, validation=0).path)
    failed = process.kind(*ENDS)
    assert (failed["code"], failed["kind"]) == ("nan_loss", "failed"), process.log()
    assert failed["details"]["step"] == process.of("step")[-1]["step"]
    last = process.of("step")[-1]
    assert last["loss"] is None or last["gradient_norm"] is None
    # Nothing of such weights is published: epochs that ended before were finite.
    assert all(line["step"] < failed["details"]["step"] for line in process.of("checkpoint"))


def test_nothing_is_cut_or_dropped_by_the_trainer(job):
    from trl import SFTConfig

    job_ = opened(job(validation=0))
    args = arguments(job_, SFTConfig)
    assert args.max_length is None and args.logging_nan_inf_filter is False and args.logging_steps == 1
    # True exactly where there is no accelerator: without it every rank trains alone.
    assert args.use_cpu is True and args.average_tokens_across_devices is True


def test_a_user_between_two_answers_is_not_learned(job):
    talk = [*chat("A", "B")["prompt"], {"role": "assistant", "content": "B"}, {"role": "user", "content": "Cedar"}]
    job_ = opened(job(validation=0).rows("train", [{"prompt": talk, "completion": "D"}]))
    row = columns(job_.train, "supervised", 1, 0)[0]
    learned = [token for token, label in zip(row["input_ids"], row["labels"]) if label != -100]
    assert job_.tokenizer.decode(learned) == "D<|im_end|>\n"


def test_rows_are_filled_up_so_that_none_is_trained_twice(job):
    job_ = opened(job(count=9, validation=0, batch_size=4), world=2)
    filled = columns(job_.train, "supervised", 4, 0)
    assert len(filled) == 12
    assert [set(row["labels"]) for row in filled[9:]] == [{-100}] * 3
    assert sorted(job_.order.of(0)[:9]) == list(range(9)), "each row once"


def test_the_hub_is_never_asked(start, job):
    """Whatever the environment says: an address that would refuse shows in the log."""
    process = start("train", job(epochs=1, count=8).path, HF_HUB_OFFLINE="0", HF_ENDPOINT="http://127.0.0.1:9")
    assert process.kind(*ENDS)["kind"] == "done", process.log()
    assert "127.0.0.1" not in process.log() and "Connect" not in process.log()


def test_stdout_is_the_protocols_alone():
    """Libraries print on it: what is written to it by anyone must arrive on stderr."""
    process = Process("probe")
    process.rest()
    assert [line["kind"] for line in process.lines] == ["probe", "done"]
    code = (
        "import os, sys; from luthier_runner.channel import Channel; channel = Channel();"
        "print('noise'); os.write(1, b'more noise'); os.system('echo of a child'); channel.say('done', x=float('nan'))"
    )
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, env=environment())
    assert ran.stdout == b'{"kind":"done","x":null}\n'
    assert b"noise" in ran.stderr and b"of a child" in ran.stderr


def test_files_of_the_working_folder_shadow_no_package(tmp_path):
    (tmp_path / "jinja2.py").write_text("raise SystemExit('shadowed')\n")
    (tmp_path / "luthier_runner.py").write_text("raise SystemExit('shadowed')\n")
    here = os.getcwd()
    os.chdir(tmp_path)
    try:
        process = Process("probe")
        process.rest()
    finally:
        os.chdir(here)
    assert process.lines[-1]["kind"] == "done", process.log()


def test_an_evaluation_is_per_token_however_it_is_cut(job):
    """transformers averages batches, so its figure would depend on their size."""
    found = []
    for micro in (1, 4):
        folder = job(f"m{micro}", count=8, validation=7, epochs=1, batch_size=4, micro_batch=micro)
        folder.rows("validation", [chat("Hello.", "card_lost " * (1 + 5 * (number % 2))) for number in range(7)])
        found.append(train_here(folder).of("evaluation")[0])
    assert found[0]["loss"] == pytest.approx(found[1]["loss"], abs=1e-5)
    assert found[0]["tokens"] == found[1]["tokens"]


def test_sampling_is_over_all_tokens(base):
    """`generate` would draw from 50 and apply the base's own settings; here a high temperature reaches far more."""
    server = Process("serve")
    server.send(
        kind="generate", id="r", base={"path": base, "id": "b"}, messages=rows(1)[0]["prompt"], temperature=100, seed=1, n=8, max_tokens=60
    )
    for _ in range(8):
        server.kind("end")
    first = {line["token"] for line in server.of("token")}
    server.end()
    assert len(first) > 100


def test_a_task_file_of_json_that_is_no_object_is_refused(start, job):
    folder = job()
    (folder.path / "task.json").write_text(json.dumps([]))
    failed = start("train", folder.path).kind(*ENDS)
    assert failed["code"] == "bad_task"
