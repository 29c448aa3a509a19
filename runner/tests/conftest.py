"""Real child processes, spoken to as the engine does; bases and rows of a made-up subject, so that nothing is downloaded."""

import hashlib
import json
import os
import queue
import subprocess
import sys
import tempfile
import threading
from pathlib import Path
from typing import Any, Callable

import pytest

RUNNER = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(RUNNER))
os.environ.setdefault("OMP_NUM_THREADS", "1")
os.environ["HF_HUB_OFFLINE"] = "1"

# How long a test waits for a line that must come; loads of a shared machine included.
PATIENCE = float(os.environ.get("LUTHIER_TEST_PATIENCE", "240"))
ENDS = ("done", "stopped", "failed")

SUBJECTS = ["card", "transfer", "refund", "pin", "account", "statement", "deposit", "loan"]
STATES = {"lost": "I cannot find", "late": "I still wait for", "wrong": "There is a mistake in", "closed": "Please end"}
OPENINGS = ["Hello.", "Good morning.", "Quick question:", "Sorry to bother you.", "Hi there,", "Urgent!", "Dear bank,", "Help please."]


def samples() -> list[tuple[str, str]]:
    """Texts and labels: 32 labels, 8 texts each."""
    return [
        (f"{opening} {phrase} my {subject}.", f"{subject}_{state}")
        for opening in OPENINGS
        for subject in SUBJECTS
        for state, phrase in STATES.items()
    ]


def environment(**more: str) -> dict[str, str]:
    return {**os.environ, "PYTHONPATH": str(RUNNER), **more}


class Said:
    """Lines of the protocol, as they came."""

    lines: list[dict[str, Any]]

    def of(self, kind: str) -> list[dict[str, Any]]:
        return [line for line in self.lines if line["kind"] == kind]


class Process(Said):
    """A command of the runner as a child in a process group of its own; its lines come through a queue."""

    def __init__(self, *words: str, **more: str) -> None:
        self.stderr = tempfile.TemporaryFile()
        self.child = subprocess.Popen(
            [sys.executable, "-P", "-m", "luthier_runner", *words],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self.stderr,
            env=environment(**more),
            start_new_session=True,
        )
        self.lines: list[dict[str, Any]] = []
        self.queue: queue.Queue[dict[str, Any] | None] = queue.Queue()
        threading.Thread(target=self._read, daemon=True).start()

    def _read(self) -> None:
        for raw in self.child.stdout:
            # Strict, as JSON.parse is: NaN is no JSON, and no other text may stand on stdout.
            self.queue.put(json.loads(raw.decode("ascii"), parse_constant=lambda name: pytest.fail(f"{name} on stdout")))
        self.queue.put(None)

    def send(self, **request: Any) -> None:
        self.child.stdin.write((json.dumps(request) + "\n").encode())
        self.child.stdin.flush()

    def next(self) -> dict[str, Any] | None:
        try:
            line = self.queue.get(timeout=PATIENCE)
        except queue.Empty:
            raise AssertionError(f"no line within {PATIENCE} s; stderr: {self.log()}") from None
        if line is not None:
            self.lines.append(line)
        return line

    def until(self, wanted: Callable[[dict[str, Any]], bool]) -> dict[str, Any]:
        while (line := self.next()) is not None:
            if wanted(line):
                return line
        raise AssertionError(f"ended before the line that was waited for; stderr: {self.log()}")

    def kind(self, *kinds: str) -> dict[str, Any]:
        return self.until(lambda line: line["kind"] in kinds)

    def rest(self) -> list[dict[str, Any]]:
        while self.next() is not None:
            pass
        self.child.wait(PATIENCE)
        return self.lines

    def log(self) -> str:
        self.stderr.seek(0)
        return self.stderr.read().decode("utf-8", "replace")[-4000:]

    def end(self) -> int:
        self.child.stdin.close()
        self.rest()
        return self.child.returncode


@pytest.fixture
def start():
    """Starts commands and leaves none behind."""
    begun: list[Process] = []

    def begin(*words: Any, **more: str) -> Process:
        begun.append(Process(*map(str, words), **more))
        return begun[-1]

    yield begin
    for process in begun:
        if process.child.poll() is None:
            process.child.kill()
        process.child.wait()


def made_base(name: str, make: Callable[[str], None]) -> str:
    """A base that is made once for all runs of the tests: its folder is named by what makes it."""
    made_by = (RUNNER / "luthier_runner" / "tiny_base.py").read_bytes() + repr((name, samples())).encode()
    folder = Path(tempfile.gettempdir()) / "luthier-runner-tests" / f"{name}-{hashlib.sha256(made_by).hexdigest()[:12]}"
    if not folder.exists():
        draft = tempfile.mkdtemp()
        make(draft)
        folder.parent.mkdir(exist_ok=True)
        try:
            os.rename(draft, folder)
        except OSError:
            pass  # another run was faster
    return str(folder)


@pytest.fixture(scope="session")
def base() -> str:
    """A base that has learned the subject a little: 0.13 million parameters."""
    from luthier_runner.tiny_base import make_base

    return made_base("samples", lambda folder: make_base(folder, samples(), seed=1, steps=60))


class JobFolder:
    def __init__(self, folder: Path, base: str) -> None:
        self.path = folder
        self.base = base
        folder.mkdir(parents=True, exist_ok=True)

    def rows(self, file: str, rows: list[dict[str, Any]]) -> "JobFolder":
        (self.path / f"{file}.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
        return self

    def task(self, **changes: Any) -> "JobFolder":
        task = {
            "base": {"path": self.base, "id": "test/base", "revision": "abc"},
            "method": "supervised",
            "epochs": 2,
            "batch_size": 8,
            "learning_rate": 5e-3,
            "seed": 7,
            "lora": {"r": 4, "alpha": 8, "dropout": 0.0, "target_modules": "all-linear"},
            "max_length": None,
            "gradient_checkpointing": False,
            "precision": "auto",
            "warmup_ratio": 0,
            "device": "cpu",
            "processes": 1,
            **changes,
        }
        (self.path / "task.json").write_text(json.dumps({key: value for key, value in task.items() if value is not KeyError}))
        return self


def chat(text: str, label: str) -> dict[str, Any]:
    return {"prompt": [{"role": "user", "content": text}], "completion": label}


def rows(count: int, skip: int = 0) -> list[dict[str, Any]]:
    return [chat(*pair) for pair in samples()[skip : skip + count]]


@pytest.fixture
def job(tmp_path: Path, base: str) -> Callable[..., JobFolder]:
    """A job folder with rows and a task, ready to train."""

    def make(name: str = "job", count: int = 20, validation: int = 6, **changes: Any) -> JobFolder:
        folder = JobFolder(tmp_path / name, base).rows("train", rows(count)).task(**changes)
        return folder.rows("validation", rows(validation, 200)) if validation else folder

    return make


def train_here(folder: JobFolder) -> Said:
    """Trains within the tests' own process, for what it computes is the same and its libraries are loaded already."""
    from luthier_runner.channel import Channel
    from luthier_runner.task import read_task
    from luthier_runner.train import work

    class Lines(Channel, Said):
        def __init__(self) -> None:
            self.lines = []

        def forward(self, line: str, kind: str) -> None:
            self.lines.append(json.loads(line))

    class Nobody:
        asked = False

    lines, path = Lines(), str(folder.path)
    work(path, read_task(path), None, lines, Nobody(), 1, speaks=True)
    assert lines.lines[-1]["kind"] == "done"
    return lines


def losses(process: Said) -> dict[int, tuple[Any, ...]]:
    """What each step came to, by step: compared to the last bit."""
    return {line["step"]: (line["loss"], line["accuracy"], line["gradient_norm"], line["learning_rate"]) for line in process.of("step")}
