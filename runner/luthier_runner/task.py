"""A job folder: task.json and its rows, read and checked."""

import hashlib
import json
import os
from dataclasses import dataclass
from typing import Any, Callable

from .failures import Failure


@dataclass(frozen=True)
class Base:
    path: str
    id: str
    revision: str | None


@dataclass(frozen=True)
class Lora:
    r: int
    alpha: float
    dropout: float
    target_modules: list[str] | str


@dataclass(frozen=True)
class Task:
    """task.json as docs/runner-protocol.md has it."""

    base: Base
    method: str
    epochs: int
    batch_size: int
    learning_rate: float
    seed: int
    beta: float
    lora: Lora | None
    adapter: str | None
    max_length: int | None
    gradient_checkpointing: bool
    precision: str
    warmup_ratio: float
    device: str
    processes: int
    micro_batch: int | None
    checkpoint_steps: int | None
    keep_checkpoints: int | None
    max_restarts: int
    template_options: dict[str, Any]
    date: str | None


@dataclass(frozen=True)
class Row:
    """A line of train.jsonl or validation.jsonl; `number` counts from 1. Answers: one, or chosen and rejected."""

    file: str
    number: int
    prompt: list[dict[str, Any]]
    answers: tuple[str, ...]


REQUIRED = object()


def field(source: dict[str, Any], name: str, check: Callable[[Any], bool], wanted: str, default: Any = REQUIRED) -> Any:
    """A field of a file from outside. A missing one is its default, where there is one."""
    if name not in source:
        if default is REQUIRED:
            raise Failure("bad_task", f"task.json has no {name}.", f"Set {name} to {wanted}.")
        return default
    if not check(source[name]):
        raise Failure("bad_task", f"{name} in task.json is {json.dumps(source[name])[:80]}.", f"Set {name} to {wanted}.")
    return source[name]


def is_integer(low: int, high: float = float("inf")) -> Callable[[Any], bool]:
    return lambda value: isinstance(value, int) and not isinstance(value, bool) and low <= value <= high


def is_number(low: float, high: float = float("inf"), open_low: bool = False) -> Callable[[Any], bool]:
    def check(value: Any) -> bool:
        number = isinstance(value, (int, float)) and not isinstance(value, bool)
        return number and (low < value if open_low else low <= value) and value <= high

    return check


def or_null(check: Callable[[Any], bool]) -> Callable[[Any], bool]:
    return lambda value: value is None or check(value)


def one_of(*values: str) -> tuple[Callable[[Any], bool], str]:
    return lambda value: isinstance(value, str) and value in values, " or ".join(f'"{value}"' for value in values)


def is_text(value: Any) -> bool:
    return isinstance(value, str) and value != ""


def read_base(source: dict[str, Any]) -> Base:
    base = field(source, "base", lambda value: isinstance(value, dict), "{path, id, revision}")
    path = field(base, "path", is_text, "the base's folder")
    if not os.path.isdir(path):
        raise Failure("bad_base", f"There is no folder {path}.", "Download the base, or name its folder.")
    revision = field(base, "revision", or_null(is_text), "a revision or null", None)
    return Base(path, field(base, "id", is_text, "the base's name"), revision)


def is_names(value: Any) -> bool:
    return isinstance(value, list) and value != [] and all(is_text(name) for name in value)


def read_lora(source: dict[str, Any]) -> Lora | None:
    lora = field(source, "lora", or_null(lambda value: isinstance(value, dict)), "{r, alpha, dropout, target_modules} or null")
    if lora is None:
        return None
    return Lora(
        r=field(lora, "r", is_integer(1), "a whole number from 1"),
        alpha=field(lora, "alpha", is_number(0, open_low=True), "a number over 0"),
        dropout=field(lora, "dropout", is_number(0, 0.99), "a number from 0 to 0.99"),
        target_modules=field(
            lora, "target_modules", lambda value: value == "all-linear" or is_names(value), 'names of modules or "all-linear"'
        ),
    )


def parse_task(source: Any) -> Task:
    if not isinstance(source, dict):
        raise Failure("bad_task", "task.json is no JSON object.", "See docs/runner-protocol.md.")
    method = field(source, "method", *one_of("supervised", "dpo"))
    task = Task(
        base=read_base(source),
        method=method,
        epochs=field(source, "epochs", is_integer(1), "a whole number from 1"),
        batch_size=field(source, "batch_size", is_integer(1), "a whole number from 1"),
        learning_rate=field(source, "learning_rate", is_number(0, open_low=True), "a number over 0"),
        seed=field(source, "seed", is_integer(0, 2**31 - 1), "a whole number from 0 to 2147483647"),
        # beta 0 would train on at ln 2 without a word.
        beta=field(source, "beta", or_null(is_number(0, open_low=True)), "a number over 0", None) or 0.1,
        lora=read_lora(source),
        adapter=field(source, "adapter", or_null(is_text), "a folder or null", None),
        max_length=field(source, "max_length", or_null(is_integer(2)), "a whole number from 2, or null"),
        gradient_checkpointing=field(source, "gradient_checkpointing", lambda value: isinstance(value, bool), "true or false"),
        precision=field(source, "precision", *one_of("auto", "bf16", "fp32", "fp16")),
        warmup_ratio=field(source, "warmup_ratio", is_number(0, 1), "a number from 0 to 1"),
        device=field(source, "device", *one_of("auto", "cpu", "cuda", "mps")),
        processes=field(source, "processes", is_integer(1), "a whole number from 1"),
        micro_batch=field(source, "micro_batch", or_null(is_integer(1)), "a whole number from 1, or null", None),
        checkpoint_steps=field(source, "checkpoint_steps", or_null(is_integer(1)), "a whole number from 1, or null", None),
        keep_checkpoints=field(source, "keep_checkpoints", or_null(is_integer(1)), "a whole number from 1, or null", 3),
        max_restarts=field(source, "max_restarts", is_integer(0), "a whole number from 0", 2),
        template_options=field(source, "template_options", lambda value: isinstance(value, dict), "an object", {}),
        date=field(source, "date", or_null(is_date), 'a day such as "2026-11-29", or null', None),
    )
    if task.adapter and not task.lora:
        raise Failure("bad_task", "task.json has an adapter to go on with, but lora is null.", "Set lora to the adapter's shape.")
    return task


def is_date(value: Any) -> bool:
    import datetime

    try:
        return isinstance(value, str) and bool(datetime.date.fromisoformat(value))
    except ValueError:
        return False


def read_task(job: str) -> Task:
    path = os.path.join(job, "task.json")
    try:
        with open(path, encoding="utf-8") as file:
            return parse_task(json.load(file))
    except (OSError, ValueError) as error:
        raise Failure("bad_task", f"{path} cannot be read: {error}.", "The job folder needs a task.json.") from error


def check_message(message: Any) -> bool:
    if not isinstance(message, dict) or message.get("role") not in ("system", "developer", "user", "assistant", "tool"):
        return False
    content = message.get("content")
    return isinstance(content, str) or (content is None and bool(message.get("tool_calls")))


def is_unicode(value: Any) -> bool:
    """False where a lone surrogate hides: JSON can carry it, no tokenizer can."""
    try:
        json.dumps(value, ensure_ascii=False).encode("utf-8")
        return True
    except UnicodeEncodeError:
        return False


def read_rows(job: str, file: str, method: str) -> list[Row]:
    """The rows of `train` or `validation`; a missing validation file is no rows."""
    path = os.path.join(job, f"{file}.jsonl")
    if not os.path.exists(path):
        if file == "validation":
            return []
        raise Failure("bad_rows", f"There is no {path}.", "The job folder needs a train.jsonl.", file=file, row=None)
    keys = ("completion",) if method == "supervised" else ("chosen", "rejected")
    rows = []
    with open(path, "rb") as lines:
        for number, line in enumerate(lines, 1):
            if line.strip():
                rows.append(read_row(line, file, number, keys))
    return rows


def read_row(line: bytes, file: str, number: int, keys: tuple[str, ...]) -> Row:
    def bad(what: str, fix: str) -> Failure:
        return Failure("bad_rows", f"{file}.jsonl, line {number}: {what}.", fix, file=file, row=number)

    shape = f"Write {{\"prompt\": [messages], {', '.join(f'{chr(34)}{key}{chr(34)}: text' for key in keys)}}}."
    try:
        row = json.loads(line)
    except ValueError as error:
        raise bad(f"no JSON ({error})", shape) from error
    prompt = row.get("prompt") if isinstance(row, dict) else None
    if not isinstance(prompt, list) or not prompt or not all(check_message(message) for message in prompt):
        raise bad("prompt is no list of messages", shape)
    answers = tuple(row.get(key) for key in keys)
    if not all(isinstance(answer, str) for answer in answers):
        raise bad(f"{' or '.join(keys)} is no text", shape)
    if not is_unicode(row):
        raise bad("it has half a character (a lone surrogate)", "Write the character whole, or leave it out.")
    if len(answers) == 2 and answers[0] == answers[1]:
        # Equal answers have no gradient: they would train on at ln 2 without a word.
        raise bad("chosen and rejected are the same text", "Leave the pair out, or change one of them.")
    return Row(file, number, prompt, answers)


def fingerprint(task: Task, job: str) -> dict[str, Any]:
    """What a checkpoint must agree with to be gone on from: everything that changes what the next step computes."""
    digest = hashlib.sha256()
    with open(os.path.join(job, "train.jsonl"), "rb") as file:
        for block in iter(lambda: file.read(1 << 20), b""):
            digest.update(block)
    lora = task.lora and {**vars(task.lora)}
    return {
        "base": [task.base.id, task.base.revision],
        "rows": digest.hexdigest(),
        "lora": lora,
        "adapter": bool(task.adapter),
        **{
            name: getattr(task, name)
            for name in ("method", "epochs", "batch_size", "learning_rate", "seed", "max_length", "warmup_ratio", "date")
        },
        "beta": task.beta if task.method == "dpo" else None,
        "template_options": task.template_options,
    }
