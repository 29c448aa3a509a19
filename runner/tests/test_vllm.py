"""The process that starts vLLM and ends it. vLLM itself is a stand-in: a package of its name that does as a test says."""

import os
import signal
import time
from pathlib import Path

import pytest
from conftest import PATIENCE, RUNNER

STAND_IN = """
import os, sys, time
assert os.environ["HF_HUB_OFFLINE"] == "1"
if "--fail" in sys.argv:
    print("INFO loading")
    raise ValueError("Free memory on device is less than desired")
open(os.environ["SEEN"], "w").write(" ".join([str(os.getpid()), *sys.argv[1:]]))
time.sleep(600)
"""


@pytest.fixture
def stand_in(tmp_path: Path) -> dict[str, str]:
    place = tmp_path / "vllm" / "entrypoints" / "cli"
    place.mkdir(parents=True)
    (place / "main.py").write_text(STAND_IN)
    return {"PYTHONPATH": os.pathsep.join([str(RUNNER), str(tmp_path)]), "SEEN": str(tmp_path / "seen")}


def wait_until(holds) -> None:
    until = time.monotonic() + PATIENCE
    while not holds():
        assert time.monotonic() < until
        time.sleep(0.02)


def gone(pid: int) -> bool:
    """A process that nobody waits for stays as a zombie where there is no init that takes it."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z"
    except FileNotFoundError:
        return True


def test_without_vllm_it_is_named(start, base):
    failed = start("vllm", "--base", base).kind("failed")
    assert (failed["code"], failed["details"]) == ("missing_package", {"packages": ["vllm"]})


@pytest.mark.parametrize("how", ["kill", pytest.param("end of stdin", marks=pytest.mark.long)])
def test_vllm_ends_with_the_process_that_started_it(start, base, stand_in, how):
    process = start("vllm", "--base", base, "--", base, "--port", "1", **stand_in)
    started = process.kind("started")
    assert started["end_tokens"] and all(isinstance(one, int) for one in started["end_tokens"])
    seen = Path(stand_in["SEEN"])
    wait_until(lambda: seen.exists() and seen.read_text())
    assert seen.read_text() == f"{started['pid']} serve {base} --port 1"
    if how == "kill":
        os.kill(process.child.pid, signal.SIGKILL)
    else:
        assert process.end() == 0
    wait_until(lambda: gone(started["pid"]))


def test_why_it_did_not_start_is_told(start, base, stand_in):
    process = start("vllm", "--base", base, "--", base, "--fail", **stand_in)
    failed = process.kind("failed")
    assert failed["code"] == "vllm_failed"
    assert "ValueError: Free memory on device is less than desired" in failed["message"]
