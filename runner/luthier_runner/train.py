"""`train` and, where there are several processes, what each of them runs (`rank`)."""

import argparse
import os
import traceback

from . import checkpoints, lock
from .channel import Channel
from .failures import Failure, Stopped, classify
from .stopping import Stopper
from .task import Task, read_task


def train(args: argparse.Namespace, channel: Channel) -> int:
    job = os.path.abspath(args.job)
    task = read_task(job)
    resume = args.resume and os.path.abspath(args.resume)
    handle = lock.take(job) if args.node_rank == 0 else None
    try:
        if task.processes > 1 or args.nodes > 1:
            from .launch import launch

            return launch(args, job, task, resume, channel)
        work(job, task, resume, channel, Stopper(), 1, speaks=True)
        return 0
    finally:
        if handle is not None:
            os.close(handle)


def work(job: str, task: Task, resume: str | None, channel: Channel, stopper: Stopper, world: int, speaks: bool) -> None:
    from .models import load_config, pick_device, pick_precision, ready, stored_dtype
    from .training import open_job, run_training

    device = pick_device(task.device)
    precision = pick_precision(task.precision, device, stored_dtype(load_config(task.base.path)), task.lora is None)
    if speaks:
        channel.say("ready", **ready("train", device, precision))
        notices(task, channel)
    try:
        run_training(open_job(job, task, device, world), resume, channel, stopper, speaks)
    except Stopped:
        if speaks:
            step = checkpoints.read_checkpoint(resume)["step"] if resume else 0
            channel.say("stopped", step=step, path=resume)


def notices(task: Task, channel: Channel) -> None:
    from .chat_template import template_findings
    from .models import load_tokenizer

    for finding in template_findings(load_tokenizer(task.base.path), task.template_options):
        if finding["code"] != "today_in_template" or not task.date:
            channel.say("notice", code=finding["code"], message=f"{finding['message']} {finding['fix']}".strip(), details={})


def rank(args: argparse.Namespace, channel: Channel) -> int:
    """
    One process of torchrun's. What cannot be mended by starting again is said (`failed`), and the launcher ends
    everything; anything else, such as a lost peer, ends this process with 1, and torchrun starts all of them again.
    """
    job = os.path.abspath(args.job)
    number, world = int(os.environ["RANK"]), int(os.environ["WORLD_SIZE"])
    channel.say("rank", pid=os.getpid())
    handle = lock.join(job)
    stopper = Stopper(watch_parent=True)
    task = read_task(job)
    try:
        resume = resumed(args, job, channel if number == 0 else None)
        if args.nodes > 1:
            from .launch import check_shared, torchrun_store

            check_shared(job, number, world, torchrun_store())
        work(job, task, resume, channel, stopper, world, speaks=number == 0)
        finish()
        return 0
    except BaseException as error:
        traceback.print_exc()
        failure = classify(error, job)
        if failure.code == "internal":
            channel.say("died", message=failure.message)
            return 1
        channel.say("failed", **failure.fields())
        # The launcher ends everything once it has read this; were this process to end first, torchrun would begin anew.
        stopper.closed.wait(60)
        return 1
    finally:
        os.close(handle)


def resumed(args: argparse.Namespace, job: str, channel: Channel | None) -> str | None:
    """Where to go on: as asked, or after a restart at the last checkpoint there is."""
    asked = args.resume and os.path.abspath(args.resume)
    if int(os.environ.get("TORCHELASTIC_RESTART_COUNT", "0")) == 0:
        return asked
    newest = checkpoints.latest(job) or asked
    if channel:
        step = checkpoints.read_checkpoint(newest)["step"] if newest else 0
        text = f"A process died; all go on from step {step}." if step else "A process died; all begin again."
        channel.say("notice", code="restarted", message=text, details={"step": step})
    return newest


def finish() -> None:
    import torch.distributed

    if torch.distributed.is_initialized():
        torch.distributed.destroy_process_group()
