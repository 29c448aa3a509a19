"""What counts as a checkpoint, and what is refused as one."""

import json
import os
import shutil
from pathlib import Path

import pytest
from conftest import JobFolder, rows, train_here

from luthier_runner import checkpoints
from luthier_runner.channel import plain
from luthier_runner.failures import Failure, classify
from luthier_runner.task import read_task
from luthier_runner.training import check_resume, open_job


@pytest.fixture(scope="module")
def trained(tmp_path_factory, base) -> JobFolder:
    folder = JobFolder(tmp_path_factory.mktemp("trained"), base).rows("train", rows(12)).task(checkpoint_steps=1, keep_checkpoints=2)
    process = train_here(folder)
    assert [Path(line["path"]).name for line in process.of("removed")] == ["step-00000001", "step-00000002"]
    return folder


@pytest.fixture
def copy(trained, tmp_path) -> Path:
    return Path(shutil.copytree(trained.path / "checkpoints" / "step-00000004", tmp_path / "step-00000004"))


def damage(name: str):
    def by(path: Path) -> None:
        (path / name).unlink()

    return by


def cut(name: str):
    def by(path: Path) -> None:
        os.truncate(path / name, (path / name).stat().st_size // 2)

    return by


NEEDED = ["adapter_model.safetensors", "optimizer.pt", "scheduler.pt", "rng_state.pth", "trainer_state.json", "checkpoint.json"]


@pytest.mark.parametrize("hurt", [damage, cut])
@pytest.mark.parametrize("name", NEEDED)
def test_a_checkpoint_with_a_file_missing_or_cut_is_none(copy, hurt, name):
    checkpoints.read_checkpoint(str(copy))
    hurt(name)(copy)
    with pytest.raises(Failure) as refused:
        checkpoints.read_checkpoint(str(copy))
    assert refused.value.code == "bad_checkpoint"


def test_files_that_were_never_there_are_missed_too(copy):
    """A folder that agrees with itself, but has no optimizer: transformers would start the optimizer over without a word."""
    state = json.loads((copy / "checkpoint.json").read_text())
    (copy / "optimizer.pt").unlink()
    del state["files"]["optimizer.pt"]
    (copy / "checkpoint.json").write_text(json.dumps(state))
    with pytest.raises(Failure):
        checkpoints.read_checkpoint(str(copy))


def test_the_latest_is_the_newest_that_is_whole(trained, tmp_path):
    folder = shutil.copytree(trained.path, tmp_path / "job")
    assert checkpoints.latest(str(folder)).endswith("step-00000004")
    (folder / "checkpoints" / "step-00000004" / "optimizer.pt").unlink()
    assert checkpoints.latest(str(folder)).endswith("step-00000003")
    assert checkpoints.latest(str(tmp_path)) is None


@pytest.mark.parametrize(
    "changes", [{"seed": 8}, {"epochs": 3}, {"batch_size": 4}, {"lora": {"r": 8, "alpha": 8, "dropout": 0.0, "target_modules": "all-linear"}}]
)
def test_a_checkpoint_of_another_task_is_refused(trained, tmp_path, base, copy, changes):
    folder = JobFolder(tmp_path / "other", base).rows("train", rows(12)).task(**changes)
    opened = open_job(str(folder.path), read_task(str(folder.path)), "cpu", 1)
    with pytest.raises(Failure) as refused:
        check_resume(opened, str(copy), None)
    assert refused.value.code == "bad_checkpoint" and next(iter(changes)) in refused.value.message


def test_a_checkpoint_of_other_rows_is_refused(tmp_path, base, copy):
    folder = JobFolder(tmp_path / "other", base).rows("train", rows(12, 1)).task()
    opened = open_job(str(folder.path), read_task(str(folder.path)), "cpu", 1)
    with pytest.raises(Failure) as refused:
        check_resume(opened, str(copy), None)
    assert "rows" in refused.value.message


def test_weights_that_are_no_numbers_are_not_published(tmp_path):
    import torch
    from safetensors.torch import save_file

    save_file({"a": torch.tensor([1.0, float("nan")])}, tmp_path / "adapter_model.safetensors")
    with pytest.raises(Failure) as refused:
        checkpoints.read_back(str(tmp_path))
    assert refused.value.code == "nan_loss"


def test_a_number_that_is_none_is_null():
    assert plain({"a": float("nan"), "b": [float("inf"), 1.5, True], "c": (-float("inf"),)}) == {"a": None, "b": [None, 1.5, True], "c": [None]}


def test_errors_of_libraries_have_names():
    memory = RuntimeError("[enforce fail at alloc_cpu.cpp:1] . DefaultCPUAllocator: can't allocate memory: you tried to allocate 9 bytes.")
    assert classify(memory).code == "out_of_memory"
    assert classify(OSError(28, "No space left on device")).code == "disk_full"
    assert classify(RuntimeError("[enforce fail at inline_container.cc:672] . unexpected pos")).code == "internal"
