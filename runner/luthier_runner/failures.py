"""What goes wrong, as the protocol's codes with a sentence and what to do."""

import errno
import os
import shutil
from typing import Any


class Failure(Exception):
    """Ends a command, or a request of `serve`, with one of the protocol's codes."""

    def __init__(self, code: str, message: str, fix: str = "", **details: Any) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.fix = fix
        self.details = details

    def fields(self) -> dict[str, Any]:
        return {"code": self.code, "message": self.message, "fix": self.fix, "details": self.details}


class Stopped(Exception):
    """Someone asked for the end, at a place that has no step to end first."""


OUT_OF_MEMORY = "DefaultCPUAllocator: can't allocate memory"
# Less free space than this after a failed write means the disk is what failed: torch says so without an errno.
FULL_BELOW = 1 << 20


def classify(error: BaseException, folder: str | None = None) -> Failure:
    """
    Names an exception. `folder` is where was written: torch reports a full disk as a RuntimeError that does not say so
    (`[enforce fail at inline_container.cc…] . unexpected pos`), so the free space there is looked at.
    """
    if isinstance(error, Failure):
        return error
    text = str(error)
    if isinstance(error, MemoryError) or OUT_OF_MEMORY in text or type(error).__name__ == "OutOfMemoryError":
        return Failure(
            "out_of_memory",
            f"There was not enough memory: {first_line(text) or 'an allocation failed'}.",
            "Set gradient_checkpointing to true, lower max_length or batch_size, or take a smaller base.",
        )
    if isinstance(error, OSError) and error.errno in (errno.ENOSPC, errno.EDQUOT):
        return disk_full(error.filename or folder or "")
    writing = "inline_container" in text or "PytorchStreamWriter" in text or type(error).__name__ == "SafetensorError"
    if folder and writing and is_full(folder):
        return disk_full(folder)
    return Failure("internal", f"{type(error).__name__}: {first_line(text)}", "The log has the whole trace.")


def disk_full(where: str) -> Failure:
    return Failure("disk_full", f"The disk of {where} is full.", "Free some space and resume from the last checkpoint.")


def is_full(folder: str) -> bool:
    while folder and not os.path.exists(folder):
        folder = os.path.dirname(folder)
    return shutil.disk_usage(folder or ".").free < FULL_BELOW


def first_line(text: str) -> str:
    return text.strip().splitlines()[0][:400] if text.strip() else ""
