"""Several processes, and deaths of any of them: the same training, and nobody left behind."""

import os
import signal
import socket
import threading
import time

import psutil
import pytest
import torch.distributed as dist
from conftest import ENDS, PATIENCE, Said, losses, train_here

from luthier_runner.failures import Failure
from luthier_runner.launch import check_shared


def same(found: dict, wanted: dict) -> None:
    assert found.keys() == wanted.keys()
    for step, values in wanted.items():
        assert found[step] == pytest.approx(values, abs=1e-5)


def of_job(folder) -> list[psutil.Process]:
    """Everyone who works on a job: its folder is among the words they were started with."""
    found = []
    for process in psutil.process_iter():
        try:
            if str(folder.path) in process.cmdline() and process.status() != psutil.STATUS_ZOMBIE:
                found.append(process)
        except psutil.Error:
            continue
    return found


def wait_gone(folder) -> None:
    deadline = time.monotonic() + PATIENCE
    while of_job(folder):
        assert time.monotonic() < deadline, [process.cmdline() for process in of_job(folder)]
        time.sleep(0.05)


@pytest.fixture
def one(job) -> Said:
    """The training that all others are compared with. 20 rows in batches of 8: the last batch is half full."""
    return train_here(job("one", epochs=2))


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


@pytest.mark.parametrize("others", ["same", "another"])
def test_nodes_learn_whether_they_see_one_folder_and_leave_nothing_that_the_trainer_could_read(tmp_path, others):
    store = dist.HashStore()
    said: dict[int, str] = {}
    for folder in ("same", "another"):
        (tmp_path / folder).mkdir()

    def look(rank: int) -> None:
        try:
            check_shared(str(tmp_path / (others if rank == 2 else "same")), rank, 3, dist.PrefixStore("luthier", store))
            said[rank] = "shared"
        except Failure as failure:
            said[rank] = failure.code

    nodes = [threading.Thread(target=look, args=(rank,)) for rank in range(3)]
    for node in nodes:
        node.start()
    for node in nodes:
        node.join(PATIENCE)
    assert said == dict.fromkeys(range(3), "shared" if others == "same" else "not_shared")
    assert list((tmp_path / "same").iterdir()) == []
    # The file's name and three answers: a process group would have left its members' addresses beside them.
    assert store.num_keys() == 4


@pytest.mark.long
def test_two_processes_and_two_nodes_are_one(start, job, one):
    two = start("train", job("two", processes=2).path)
    assert two.kind(*ENDS)["kind"] == "done", two.log()
    folder = job("nodes")
    port = str(free_port())
    words = ["train", folder.path, "--nodes", "2", "--master-address", "127.0.0.1", "--master-port", port, "--interface", "lo"]
    nodes = [start(*words, "--node-rank", str(rank)) for rank in (0, 1)]
    assert [node.kind(*ENDS)["kind"] for node in nodes] == ["done", "done"], nodes[0].log() + nodes[1].log()
    for process in (two, nodes[0]):
        assert process.of("plan")[0]["world"] == 2
        same(losses(process), losses(one))
        assert [line["trained_tokens"] for line in process.of("step")] == [line["trained_tokens"] for line in one.of("step")]
        for found, wanted in zip(process.of("evaluation"), one.of("evaluation")):
            assert (found["loss"], found["accuracy"], found["rows"]) == pytest.approx((wanted["loss"], wanted["accuracy"], wanted["rows"]), abs=1e-5)
    assert not nodes[1].of("step"), "node 0 speaks for all"
    wait_gone(folder)


@pytest.mark.long
def test_a_killed_trainer_goes_on_bit_by_bit(start, job):
    changes = {"epochs": 3, "validation": 0, "lora": {"r": 4, "alpha": 8, "dropout": 0.2, "target_modules": "all-linear"}, "checkpoint_steps": 2}
    whole = train_here(job("whole", **changes))
    # In a step, between a step and its save, and just after a save.
    for moment in (("step", 3), ("step", 6), ("checkpoint", 4)):
        folder = job(f"killed-{moment[0]}-{moment[1]}", **changes)
        first = start("train", folder.path)
        first.until(lambda line: (line["kind"], line.get("step")) == moment)
        os.killpg(first.child.pid, signal.SIGKILL)
        first.rest()
        wait_gone(folder)
        newest = sorted((folder.path / "checkpoints").iterdir())[-1]
        second = start("train", folder.path, "--resume", newest)
        assert second.kind(*ENDS)["kind"] == "done", second.log()
        assert {**losses(first), **losses(second)} == losses(whole)


@pytest.mark.long
def test_a_killed_launcher_leaves_no_process_and_a_checkpoint_to_go_on_from(start, job):
    changes = {"epochs": 40, "validation": 0, "processes": 2}
    folder = job("killed", **changes)
    first = start("train", folder.path)
    first.until(lambda line: line["kind"] == "step" and line["step"] == 4)
    assert len(of_job(folder)) >= 3
    first.child.kill()
    wait_gone(folder)
    newest = sorted((folder.path / "checkpoints").iterdir())[-1]
    second = start("train", folder.path, "--resume", newest)
    begun = second.until(lambda line: line["kind"] == "step")
    assert begun["step"] == int(newest.name.removeprefix("step-")) + 1 < 120
    assert second.end() == 0 and second.lines[-1]["kind"] == "stopped"
    wait_gone(folder)


@pytest.mark.long
def test_a_killed_torchrun_leaves_no_process_and_is_no_orderly_stop(start, job):
    folder = job("killed", epochs=40, validation=0, processes=2)
    process = start("train", folder.path)
    process.until(lambda line: line["kind"] == "step")
    torchrun = next(each for each in of_job(folder) if "torch.distributed.run" in each.cmdline())
    torchrun.kill()
    failed = process.kind(*ENDS)
    assert (failed["kind"], failed["code"]) == ("failed", "rank_lost")
    assert process.of("checkpoint"), "what was running was saved"
    wait_gone(folder)


@pytest.mark.long
def test_a_killed_process_of_two_is_started_again_from_the_last_checkpoint(start, job, one):
    folder = job("restarted", processes=2)
    process = start("train", folder.path)
    process.kind("checkpoint")
    rank = next(each for each in of_job(folder) if "rank" in each.cmdline() and "torch.distributed.run" not in each.cmdline())
    rank.kill()
    assert process.kind(*ENDS)["kind"] == "done", process.log()
    notices = [notice for notice in process.of("notice") if notice["code"] == "restarted"]
    assert len(notices) == 1 and notices[0]["details"]["step"] in (3, 6)
    same(losses(process), losses(one))
    wait_gone(folder)


@pytest.mark.long
def test_what_two_processes_cannot_do_is_said_once_and_not_tried_again(start, job):
    folder = job("refused", processes=2, learning_rate=1e30, epochs=3, validation=0)
    process = start("train", folder.path)
    failed = process.kind(*ENDS)
    assert (failed["kind"], failed["code"]) == ("failed", "nan_loss"), process.log()
    assert process.end() == 1 and not [line for line in process.of("notice") if line["code"] == "restarted"]
    wait_gone(folder)
