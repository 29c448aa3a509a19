"""`estimate`: whether a job fits into memory and how long it will take, by a few steps of it."""

import argparse
import dataclasses
import os
import shutil
import tempfile
import time
from typing import Any

from .channel import Channel
from .describe import say_base, weight_shapes
from .failures import Failure
from .models import available, device_name, memory, pick_device
from .preview import say_rows
from .task import read_task
from .training import Job, build_trainer, micro_batch, open_job

BYTES = {"fp32": 4, "bf16": 2, "fp16": 2}
ADAM = 8  # two fp32 numbers for each trained one
GRADIENT = 4


# Seconds after which no further step is tried: a large base on a processor would keep a person waiting.
PATIENCE = 60


def estimate(args: argparse.Namespace, channel: Channel) -> int:
    folder = os.path.abspath(args.job)
    task = read_task(folder)
    if args.rows > 0:
        # All that a person asks before a job, in one process: each start of the libraries takes seconds.
        say_base(task.base.path, channel)
        say_rows(folder, task, "train", args.rows, channel)
    device = pick_device(task.device)
    there = available(device)
    job = open_job(folder, task, device, task.processes)
    # What one process does for one step, without the others: their steps run at the same time.
    share = dataclasses.replace(task, batch_size=task.batch_size // task.processes, processes=1)
    alone = dataclasses.replace(job, task=share, world=1, micro_batch=micro_batch(share, job.config, device, 1))
    parts = count_parts(alone)
    needed, seconds, measured = sum(parts.values()), None, 0
    if args.steps > 0:
        if sum(parts.values()) > there:
            channel.say("notice", code="not_measured", message="The weights alone do not fit, so no step was tried.", details={})
        else:
            needed, seconds, measured = measure(alone, args.steps)
            parts["activations"] = max(0, needed - parts["weights"] - parts["gradients"] - parts["optimizer"])
    channel.say(
        "estimate",
        device=device,
        device_name=device_name(device),
        precision=job.precision,
        memory={"needed": needed, "available": there, "fits": needed < there, "parts": parts},
        steps=job.steps,
        seconds_per_step=seconds,
        seconds=seconds and seconds * job.steps,
        measured_steps=measured,
        trained_tokens=job.tokens[-1],
        learned_tokens=job.train.learned * task.epochs,
        too_long=job.train.too_long + job.validation.too_long,
    )
    channel.say("done")
    return 0


def count_parts(job: Job) -> dict[str, int]:
    """Bytes by what holds them, from sizes alone. Activations: hidden states of every layer, and the output layer's chunk."""
    task, text = job.task, job.config.get_text_config()
    shapes = weight_shapes(task.base.path)
    total = sum(size for size, _ in shapes.values())
    if task.lora is None:
        trained, kept = total, total * 4
    else:
        trained, kept = lora_size(job), total * BYTES[job.precision]
    longest = max(len(example.ids) for row in job.train.examples for example in row)
    tokens = longest * job.micro_batch * (2 if job.dpo else 1)
    layers, hidden = getattr(text, "num_hidden_layers", 1), getattr(text, "hidden_size", 1)
    # About 34 numbers a layer, token and hidden unit (Korthikanti et al. 2022, arXiv:2205.05198, without attention scores).
    each = 2 if task.gradient_checkpointing else 34
    width = BYTES[job.precision]
    logits = min(tokens, 256) * getattr(text, "vocab_size", 1) * 4 * 3 if not job.dpo else tokens * getattr(text, "vocab_size", 1) * 4 * 3
    return {
        "weights": kept,
        "gradients": trained * GRADIENT,
        "optimizer": trained * ADAM,
        "activations": tokens * hidden * layers * each * width // 2 + logits,
    }


def lora_size(job: Job) -> int:
    """Numbers of the adapter: r times the sides of every layer it stands beside."""
    import torch
    from accelerate import init_empty_weights
    from transformers import AutoModelForCausalLM

    with init_empty_weights():
        model = AutoModelForCausalLM.from_config(job.config)
    lora, output = job.task.lora, model.get_output_embeddings()
    assert lora
    return sum(
        lora.r * (layer.in_features + layer.out_features)
        for name, layer in model.named_modules()
        if isinstance(layer, torch.nn.Linear) and layer is not output
        and (lora.target_modules == "all-linear" or name.split(".")[-1] in lora.target_modules)
    )


def measure(job: Job, steps: int) -> tuple[int, float, int]:
    """The most memory a step took, the seconds of one and how many were timed: the longest rows first, then as they come, in a folder of its own."""
    import torch
    from transformers import TrainerCallback

    order = job.order.of(0)
    lengths = [max(len(example.ids) for example in row) for row in job.train.examples]
    first = sorted(range(len(lengths)), key=lambda index: -lengths[index])[: job.task.batch_size]
    wanted = [*first, *[index for index in order if index < job.order.rows and index not in first]]
    rows = wanted[: job.task.batch_size * (steps + 1)]
    job.train = dataclasses.replace(job.train, examples=[job.train.examples[index] for index in rows])
    job.order = as_they_stand(job, len(rows))
    times: list[float] = []

    class Clock(TrainerCallback):
        def on_step_begin(self, *_: Any, **__: Any) -> None:
            self.began = time.monotonic()

        def on_step_end(self, args: Any, state: Any, control: Any, **_: Any) -> None:
            times.append(time.monotonic() - self.began)
            control.should_training_stop = len(times) > steps or (len(times) > 1 and sum(times) > PATIENCE)

    draft = tempfile.mkdtemp(prefix="luthier-estimate-")
    try:
        job.folder = draft
        job.task = dataclasses.replace(job.task, epochs=1)
        trainer = build_trainer(job, None)
        trainer.add_callback(Clock())
        if job.device == "cuda":
            torch.cuda.reset_peak_memory_stats()
        trainer.train()
    finally:
        shutil.rmtree(draft, ignore_errors=True)
    if not times:
        raise Failure("no_rows", "There is no step to measure.", "Write some rows.")
    # The first step is the longest rows', and everything is built in it: it tells of memory, not of time.
    usual = times[1:] or times
    return memory(job.device)["peak"] or 0, sum(usual) / len(usual), len(usual)


def as_they_stand(job: Job, rows: int) -> Any:
    """The rows as they stand, for the longest must come first."""
    from .dataset import Order

    class AsTheyStand(Order):
        def of(self, epoch: int) -> list[int]:
            return list(range(self.total))

    return AsTheyStand(rows, -(-rows // job.task.batch_size) * job.task.batch_size, job.task.seed)
