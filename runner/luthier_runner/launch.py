"""Several processes: starts torch.distributed.run, hands its lines on, and leaves none of its processes behind."""

import argparse
import json
import os
import signal
import subprocess
import sys
import threading
import uuid
from typing import Any

from .channel import Channel
from .failures import Failure
from .stopping import Stopper
from .task import Task

INTERNAL = ("rank", "died")
LAST = ("done", "stopped", "failed")


def launch(args: argparse.Namespace, job: str, task: Task, resume: str | None, channel: Channel) -> int:
    """
    torchrun's processes read this process's pipe as their stdin, and nothing is ever written to it: its end, which
    comes when this process stops them or dies, is their order to save and end.
    """
    if task.batch_size % (task.processes * args.nodes):
        world = task.processes * args.nodes
        fix = f"Set batch_size to a multiple of {world}, or fewer processes."
        raise Failure("bad_task", f"batch_size {task.batch_size} cannot be shared by {world} processes.", fix)
    stopper = Stopper()
    child = subprocess.Popen(
        command(args, job, task, resume), stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=environment(args)
    )
    done = threading.Event()
    threading.Thread(target=pass_stop_on, args=(stopper, child, done), daemon=True).start()
    end = follow(child, channel)
    done.set()
    code = child.wait()
    return last_word(end, code, stopper, channel, speaks=args.node_rank == 0)


def command(args: argparse.Namespace, job: str, task: Task, resume: str | None) -> list[str]:
    words = [sys.executable, "-P", "-m", "torch.distributed.run", "--nproc_per_node", str(task.processes)]
    if args.nodes > 1:
        if not args.master_address:
            raise Failure("bad_task", "Several nodes need --master-address.", "Name the address of node 0.")
        # A fixed rendezvous, for it alone keeps rank 0 on node 0, which speaks for all.
        words += ["--nnodes", str(args.nodes), "--node_rank", str(args.node_rank)]
        words += ["--master_addr", args.master_address, "--master_port", str(args.master_port)]
    else:
        words += ["--nnodes", "1", "--rdzv_backend", "c10d", "--rdzv_endpoint", "127.0.0.1:0"]
        words += ["--rdzv_id", uuid.uuid4().hex, "--local_addr", "127.0.0.1"]
    words += ["--max_restarts", str(task.max_restarts if args.nodes == 1 else 0), "--monitor_interval", "0.1"]
    words += ["-m", "luthier_runner", "rank", job, "--nodes", str(args.nodes), "--node-rank", str(args.node_rank)]
    return [*words, "--resume", resume] if resume else words


def environment(args: argparse.Namespace) -> dict[str, str]:
    variables = {"OMP_NUM_THREADS": "1", **os.environ}
    # torchrun would keep one store over restarts: new processes would read the addresses of dead ones in it, and wait for ever.
    variables["TORCH_DISABLE_SHARE_RDZV_TCP_STORE"] = "1"
    interface = args.interface or ("lo" if args.nodes == 1 and sys.platform == "linux" else None)
    if interface:
        variables["GLOO_SOCKET_IFNAME"] = interface
    return variables


def pass_stop_on(stopper: Stopper, child: subprocess.Popen, done: threading.Event) -> None:
    while not done.is_set():
        if stopper.wait(0.1):
            close(child)
            return


def close(child: subprocess.Popen) -> None:
    try:
        child.stdin.close()
    except OSError:
        pass


class End:
    """What the processes said of themselves before their end."""

    def __init__(self) -> None:
        self.pids: set[int] = set()
        self.died: str | None = None
        self.failed = False
        self.last: tuple[str, str] | None = None


def follow(child: subprocess.Popen, channel: Channel) -> End:
    """Hands lines on until all writers are gone, which outlives a killed torchrun: its processes save before they end."""
    end = End()
    for raw in iter(child.stdout.readline, b""):
        line, message = parse(raw)
        if message is None:
            sys.stderr.write(line + "\n")
        elif message["kind"] == "rank":
            end.pids.add(message["pid"])
        elif message["kind"] == "died":
            end.died = message["message"]
        elif message["kind"] in LAST:
            # Held back: whether it is the last word is known only once everyone is gone.
            if not end.failed:
                end.last = (line, message["kind"])
            if message["kind"] == "failed" and not end.failed:
                end.failed = True
                end_all(child, end)
        else:
            channel.forward(line, message["kind"])
    return end


def parse(raw: bytes) -> tuple[str, dict[str, Any] | None]:
    line = raw.decode("utf-8", "replace").rstrip("\n")
    try:
        message = json.loads(line)
        return line, message if isinstance(message, dict) and isinstance(message.get("kind"), str) else None
    except ValueError:
        return line, None


def end_all(child: subprocess.Popen, end: End) -> None:
    """Ends torchrun first, for it would start what it sees end again."""
    close(child)
    child.kill()
    for pid in end.pids:
        try:
            os.kill(pid, signal.SIGKILL)
        except ProcessLookupError:
            pass


def last_word(end: End, code: int, stopper: Stopper, channel: Channel, speaks: bool) -> int:
    """
    torchrun exits with 1 after an orderly stop too, so the processes' own last line decides. A stop that nobody asked for
    means that torchrun was killed.
    """
    if end.last and (end.last[1] != "stopped" or stopper.asked):
        channel.forward(*end.last)
        return 1 if end.failed else 0
    if not speaks and code == 0:
        channel.say("done", path=None, trained_tokens=None, step=None, seconds=None)
        return 0
    if not speaks and stopper.asked:
        channel.say("stopped", step=None, path=None)
        return 0
    what = end.died or ("torchrun was killed" if code < 0 else "a process was killed")
    fix = "Resume from the last checkpoint."
    channel.say("failed", **Failure("rank_lost", f"A process of several was lost: {what}.", fix).fields())
    return 1


def torchrun_store() -> Any:
    """What torchrun's processes on all nodes tell each other by, in a corner of our own."""
    import torch.distributed as dist

    address, port = os.environ["MASTER_ADDR"], int(os.environ["MASTER_PORT"])
    return dist.PrefixStore("luthier", dist.TCPStore(address, port, is_master=False))


def check_shared(job: str, rank: int, world: int, store: Any) -> None:
    """
    Whether all nodes see one job folder: rank 0 leaves a file that all look for, and each learns what the others saw. They
    speak by the store alone: a process group for it would leave its addresses there under the names that the trainer's own
    group uses, and who reads those first finds nobody at them.
    """
    path = os.path.join(job, f"shared-{uuid.uuid4().hex}")
    if rank == 0:
        open(path, "w").close()
        store.set("file", os.path.basename(path))
    seen = os.path.exists(os.path.join(job, store.get("file").decode()))
    store.set(f"seen/{rank}", str(seen))
    all_saw = all([store.get(f"seen/{each}") == b"True" for each in range(world)])
    if rank == 0:
        os.remove(path)
    if not all_saw:
        raise Failure("not_shared", "The nodes do not see one job folder.", "Put the job folder where all nodes see it.")
