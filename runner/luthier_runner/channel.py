"""The protocol's side of the process: lines out on what was stdout, and the end of stdin as the order to stop."""

import json
import math
import os
import sys
import threading
from typing import Any, Callable


def plain(value: Any) -> Any:
    """`value` as JSON can say it: a number that is not finite becomes null, for JSON.parse refuses NaN."""
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, dict):
        return {key: plain(inner) for key, inner in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain(inner) for inner in value]
    return value


class Channel:
    """
    Keeps file descriptor 1 for the protocol alone: libraries print on it at will (transformers' PrinterCallback does), so
    they get stderr in its place. Lines are whole under threads. A parent that is gone is no error here: its end arrives on
    stdin, and what is being saved must not die of a broken pipe.
    """

    def __init__(self) -> None:
        self._out = os.dup(1)
        os.dup2(2, 1)
        sys.stdout = sys.stderr
        self._lock = threading.Lock()
        self._kept: int | None = None
        self.last_kind: str | None = None

    def keep(self, path: str) -> None:
        """From now on lines go into a file as well, behind those of earlier runs, of which the last may have been cut."""
        self._kept = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o644)
        if os.fstat(self._kept).st_size:
            os.write(self._kept, b"\n")

    def say(self, kind: str, **fields: Any) -> None:
        line = json.dumps(plain({"kind": kind, **fields}), allow_nan=False, separators=(",", ":"))
        self.forward(line, kind)

    def forward(self, line: str, kind: str) -> None:
        """A line that is JSON already, as another process of this job wrote it."""
        data = (line + "\n").encode("ascii")
        with self._lock:
            self.last_kind = kind
            if self._kept is not None:
                os.write(self._kept, data)
            try:
                while data:
                    data = data[os.write(self._out, data) :]
            except OSError:
                pass


def read_lines(handle: Callable[[str], None], ended: Callable[[], None]) -> threading.Thread:
    """Reads stdin in a thread of its own; calls `handle` with each line and `ended` once at its end."""

    def work() -> None:
        # readline, not iteration: iteration reads ahead and would hold a line back until the next one.
        for raw in iter(sys.stdin.buffer.readline, b""):
            text = raw.decode("utf-8", "replace").strip()
            if text:
                handle(text)
        ended()

    thread = threading.Thread(target=work, daemon=True, name="stdin")
    thread.start()
    return thread
