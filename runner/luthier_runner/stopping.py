"""Who may end a training: a line, the end of stdin, a signal, or the death of the process that started it."""

import json
import os
import signal
import threading

from .channel import read_lines

# How long a process of several may need for its step and its save once its parent is gone; then it ends as it is.
GRACE_SECONDS = 120.0


class Stopper:
    """
    `asked` is set once a stop was asked for. With `watch_parent`, the parent's death asks too, and a process that has not
    ended `GRACE_SECONDS` later (its peers are gone, and it waits for them) ends itself: none outlives its parent for long.
    """

    def __init__(self, watch_parent: bool = False) -> None:
        self._asked = threading.Event()
        self.closed = threading.Event()
        read_lines(self._line, self._end)
        for name in (signal.SIGTERM, signal.SIGINT):
            signal.signal(name, lambda *_: self._asked.set())
        if watch_parent:
            threading.Thread(target=self._watch, args=(os.getppid(),), daemon=True, name="parent").start()

    @property
    def asked(self) -> bool:
        return self._asked.is_set()

    def wait(self, seconds: float) -> bool:
        return self._asked.wait(seconds)

    def _line(self, line: str) -> None:
        try:
            if json.loads(line).get("kind") == "stop":
                self._asked.set()
        except (ValueError, AttributeError):
            pass

    def _end(self) -> None:
        self._asked.set()
        self.closed.set()

    def _watch(self, parent: int) -> None:
        # torchrun's death leaves stdin open (it is the launcher's), so only the parent's number tells of it.
        while not self.closed.wait(0.25) and os.getppid() == parent:
            pass
        self._end()
        threading.Event().wait(GRACE_SECONDS)
        os._exit(3)
