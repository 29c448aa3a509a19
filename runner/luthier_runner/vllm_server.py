"""`vllm`: starts vLLM's own server for one base, and sees to it that it ends with this process's parent."""

import argparse
import ctypes
import importlib.util
import os
import re
import signal
import subprocess
import sys
import sysconfig
import threading
from importlib.metadata import PackageNotFoundError, version

from .channel import Channel, read_lines
from .failures import Failure, first_line

# It frees the device's memory on SIGTERM; what has not ended by then is killed.
GRACE_SECONDS = 10
PR_SET_PDEATHSIG = 1
REASON = re.compile(r"\b(\w*(?:Error|Exception): .+)")


def vllm(args: argparse.Namespace, channel: Channel) -> int:
    """
    Says `started {pid, version, end_tokens}` at once, which is no word of when it answers. It ends at the end of stdin, or by
    SIGTERM; one that ends by itself is `failed`, with the last error it wrote.
    """
    if importlib.util.find_spec("vllm") is None:
        raise Failure("missing_package", "vLLM is not installed.", "Install it into the runner's Python, or serve with transformers.", packages=["vllm"])
    ends = end_tokens(args.base)
    child = subprocess.Popen(
        [*program(), "serve", *args.words],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        preexec_fn=end_with_parent,
    )
    asked = threading.Event()

    def end(*_: object) -> None:
        asked.set()
        child.terminate()

    signal.signal(signal.SIGTERM, end)
    signal.signal(signal.SIGINT, end)
    reason: list[str] = []
    logging = threading.Thread(target=pass_on, args=(child, reason), daemon=True)
    logging.start()
    read_lines(lambda _: None, end)
    channel.say("started", pid=child.pid, version=installed_version(), end_tokens=ends)
    while not asked.wait(0.1):
        if child.poll() is not None:
            logging.join(1)
            why = reason[-1] if reason else f"its exit status is {child.returncode}"
            raise Failure("vllm_failed", f"vLLM did not start, or ended: {first_line(why)}", "The log of answers has what it wrote.")
    try:
        child.wait(GRACE_SECONDS)
    except subprocess.TimeoutExpired:
        child.kill()
    channel.say("stopped", step=None, path=None)
    return 0


def program() -> list[str]:
    """Its command as it was installed beside this Python; without one, the module that the command calls."""
    script = os.path.join(sysconfig.get_path("scripts"), "vllm")
    return [sys.executable, "-P", script] if os.path.exists(script) else [sys.executable, "-P", "-m", "vllm.entrypoints.cli.main"]


def end_tokens(base: str) -> list[int]:
    """What ends an answer here: vLLM knows the tokenizer's own token, and not always the one that the template writes."""
    from .chat_template import ChatTemplate
    from .models import load_tokenizer

    return sorted(ChatTemplate(load_tokenizer(base)).end_ids())


def installed_version() -> str | None:
    try:
        return version("vllm")
    except PackageNotFoundError:
        return None


def pass_on(child: "subprocess.Popen[bytes]", reason: list[str]) -> None:
    """Its output goes to the log; the last line that names an error is kept."""
    assert child.stdout is not None
    for raw in iter(child.stdout.readline, b""):
        sys.stderr.buffer.write(raw)
        sys.stderr.buffer.flush()
        found = REASON.search(raw.decode("utf-8", "replace"))
        if found:
            reason[:] = [found.group(1).strip()]


def end_with_parent() -> None:
    """Where the system can (Linux), it is ended too when this process is killed."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
