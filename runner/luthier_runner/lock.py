"""The lock of a job folder: as long as any process of a training lives, no other training begins there."""

import fcntl
import os

from .failures import Failure


def take(job: str) -> int:
    """
    Takes the lock for a new training, or raises `locked`. The lock is then shared, so that processes of this training can
    hold it too (`join`): a killed launcher's processes still save, and must not be met by a second training.
    """
    handle = os.open(os.path.join(job, "lock"), os.O_RDWR | os.O_CREAT, 0o644)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        holder = os.read(handle, 32).decode("ascii", "replace").strip()
        pid = int(holder) if holder.isdigit() else None
        os.close(handle)
        raise Failure("locked", f"Another training is at work in {job}.", "Try again when it has ended.", pid=pid) from error
    os.ftruncate(handle, 0)
    os.write(handle, f"{os.getpid()}\n".encode("ascii"))
    fcntl.flock(handle, fcntl.LOCK_SH)
    return handle


def join(job: str) -> int:
    handle = os.open(os.path.join(job, "lock"), os.O_RDWR)
    fcntl.flock(handle, fcntl.LOCK_SH)
    return handle
