"""A job folder that runs where Luthier is not: its own stdin, its lines kept, going on by itself."""

import json
import shutil
import signal

import pytest
from conftest import ENDS, JobFolder, rows


def lines_of(folder) -> list[dict]:
    return [json.loads(line) for line in (folder / "lines.jsonl").read_text().splitlines() if line]


@pytest.mark.long
def test_a_stopped_run_goes_on_and_its_lines_are_those_of_one(start, tmp_path, base):
    (tmp_path / "away").mkdir()
    folder = JobFolder(tmp_path / "away", base).rows("train", rows(16)).task(epochs=40).path
    task = json.loads((folder / "task.json").read_text())
    # As it is written for another machine: the base lies elsewhere there.
    (folder / "task.json").write_text(json.dumps({**task, "base": {**task["base"], "path": None}}))
    first = start("elsewhere", folder, "--base", base)
    first.kind("checkpoint")
    # What a scheduler does: it closes stdin, which is no order here, and then ends it politely.
    first.child.stdin.close()
    first.child.send_signal(signal.SIGTERM)
    assert first.kind(*ENDS)["kind"] == "stopped", first.log()
    with open(folder / "lines.jsonl", "a") as file:
        file.write('{"kind": "st')
    second = start("elsewhere", folder, "--base", base)
    assert second.kind(*ENDS)["kind"] == "done", second.log()
    (folder / "lines.jsonl").write_text((folder / "lines.jsonl").read_text().replace('{"kind": "st\n', ""))
    kept = lines_of(folder)
    plan = kept[[line["kind"] for line in kept].index("plan")]
    assert {line["step"] for line in kept if line["kind"] == "step"} == set(range(1, plan["steps"] + 1))
    assert [line["first_step"] for line in kept if line["kind"] == "plan"][1] > 1
    assert kept[-1]["kind"] == "done" and (folder / "run" / "model" / "luthier.json").exists()

    shutil.rmtree(folder / "run")
    missing = start("elsewhere", folder, "--base", str(tmp_path / "nothing"))
    assert missing.kind(*ENDS)["code"] == "bad_base"
    assert lines_of(folder)[-1]["code"] == "bad_base"
