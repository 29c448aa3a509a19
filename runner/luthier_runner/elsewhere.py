"""`elsewhere`: trains what `luthier runner script` wrote, on a machine without Luthier, and keeps what `luthier runner import` reads."""

import argparse
import json
import os
import sys

from . import checkpoints
from .channel import Channel
from .failures import Failure

RUN = "run"
LINES = "lines.jsonl"
ROWS = ("train.jsonl", "validation.jsonl")


def elsewhere(args: argparse.Namespace, channel: Channel) -> int:
    """
    `args.job` is the folder of the script. The training itself is in `run/`, a job folder with the base of this machine
    in its task.json; every node writes the same there. Goes on from the last whole checkpoint.
    """
    folder = os.path.abspath(args.job)
    run = os.path.join(folder, RUN)
    os.makedirs(run, exist_ok=True)
    if args.node_rank == 0:
        channel.keep(os.path.join(folder, LINES))
    place(folder, run, args)
    keep_stdin_open()
    args.job, args.resume = run, checkpoints.latest(run)
    from .train import train

    return train(args, channel)


def place(folder: str, run: str, args: argparse.Namespace) -> None:
    """Fills the job folder from the script's files, each put in place whole."""
    try:
        task = checkpoints.read_json(os.path.join(folder, "task.json"))
        base = {**task["base"], "path": os.path.abspath(args.base)}
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise Failure("bad_task", f"task.json of {folder} cannot be read: {error}.", "Copy the folder again, whole.") from error
    if not os.path.isfile(os.path.join(base["path"], "config.json")):
        fix = "Name the folder of the base in BASE, or put it into base/ of this folder."
        raise Failure("bad_base", f"There is no model in {base['path']}.", fix)
    processes = args.processes or task.get("processes", 1)
    put(run, "task.json", json.dumps({**task, "base": base, "processes": processes}, indent=2).encode("utf-8"))
    for name in ROWS:
        source = os.path.join(folder, name)
        if os.path.exists(source):
            with open(source, "rb") as file:
                put(run, name, file.read())


def put(folder: str, name: str, content: bytes) -> None:
    draft = os.path.join(folder, f".{name}.{os.getpid()}")
    with open(draft, "wb") as file:
        file.write(content)
    os.replace(draft, os.path.join(folder, name))


def keep_stdin_open() -> None:
    """Schedulers start jobs with an empty stdin, whose end would be the order to stop. SIGTERM still is that order."""
    # The other end stays open as long as this process lives, and in none that it starts.
    reader, _ = os.pipe()
    os.dup2(reader, 0)
    os.close(reader)
    sys.stdin = open(0, closefd=False)
