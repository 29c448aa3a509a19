"""One process's training: builds the trainer, follows it step by step, saves, publishes and says so."""

import math
import os
import shutil
import time
from dataclasses import dataclass
from typing import Any

import torch
from datasets import Dataset
from transformers import PrinterCallback, TrainerCallback, set_seed
from trl import DPOConfig, SFTConfig

from . import checkpoints
from .channel import Channel
from .chat_template import ChatTemplate
from .dataset import Order, Side, columns, need_rows, read_side, tokens_by_step
from .failures import Failure, Stopped
from .models import context_length, load_config, load_model, load_tokenizer, memory, pick_precision, stored_dtype
from .stopping import Stopper
from .task import Task, fingerprint
from .trainers import Preference, Sums, Supervised, WeightedCollator, cut_output_layer, figures

LARGE = 100_000_000  # parameters from which a CPU does one row at a time
MICRO_BATCH = 8


@dataclass
class Job:
    """A job folder made ready: what is trained, on what, in which order."""

    folder: str
    task: Task
    device: str
    precision: str
    world: int
    tokenizer: Any
    template: ChatTemplate
    config: Any
    limit: int
    train: Side
    validation: Side
    order: Order
    tokens: list[int]
    micro_batch: int

    @property
    def accumulation(self) -> int:
        return self.task.batch_size // (self.micro_batch * self.world)

    @property
    def steps_per_epoch(self) -> int:
        return self.order.total // self.task.batch_size

    @property
    def steps(self) -> int:
        return self.steps_per_epoch * self.task.epochs

    @property
    def dpo(self) -> bool:
        return self.task.method == "dpo"


def open_job(folder: str, task: Task, device: str, world: int) -> Job:
    """Reads and measures everything that needs no weights."""
    if task.batch_size % world:
        fix = f"Set batch_size to a multiple of {world}, or fewer processes."
        raise Failure("bad_task", f"batch_size {task.batch_size} cannot be shared by {world} processes.", fix)
    config = load_config(task.base.path)
    tokenizer = load_tokenizer(task.base.path)
    template = ChatTemplate(tokenizer, task.template_options, task.date)
    context = context_length(config, tokenizer)
    limit = min(task.max_length or context, context)
    train = read_side(folder, "train", task, template, limit)
    need_rows(train)
    rows = len(train.examples)
    order = Order(rows, math.ceil(rows / task.batch_size) * task.batch_size, task.seed)
    return Job(
        folder=folder,
        task=task,
        device=device,
        precision=pick_precision(task.precision, device, stored_dtype(config), training_all=task.lora is None),
        world=world,
        tokenizer=tokenizer,
        template=template,
        config=config,
        limit=context,
        train=train,
        validation=read_side(folder, "validation", task, template, limit),
        order=order,
        tokens=tokens_by_step(train, order, task.batch_size, task.epochs),
        micro_batch=micro_batch(task, config, device, world),
    )


def micro_batch(task: Task, config: Any, device: str, world: int) -> int:
    """Rows of one forward pass: a divisor of what one process has of a batch."""
    share = task.batch_size // world
    if task.micro_batch and share % task.micro_batch:
        fix = f"Set micro_batch to a divisor of {share}, or null."
        raise Failure("bad_task", f"micro_batch {task.micro_batch} does not divide the {share} rows of a process.", fix)
    text = config.get_text_config()
    size = getattr(text, "hidden_size", 0) ** 2 * getattr(text, "num_hidden_layers", 0) * 12
    most = task.micro_batch or (1 if device != "cuda" and size > LARGE else MICRO_BATCH)
    return max(part for part in range(1, share + 1) if share % part == 0 and part <= most)


def build_model(job: Job) -> Any:
    """The base with the adapter that is trained on it, or all of it trainable."""
    from peft import LoraConfig, PeftModel, get_peft_model

    task = job.task
    # Mixed precision needs fp32 weights where all are trained; a frozen base is kept in what it is computed in.
    model = load_model(task.base.path, "fp32" if task.lora is None else job.precision, job.device)
    if task.lora is None:
        return model
    if task.adapter:
        try:
            return PeftModel.from_pretrained(model, task.adapter, is_trainable=True)
        except Exception as error:
            raise Failure("bad_adapter", f"The adapter in {task.adapter} does not fit: {error}", "Take an adapter of this base.") from error
    lora = LoraConfig(
        r=task.lora.r,
        lora_alpha=task.lora.alpha,
        lora_dropout=task.lora.dropout,
        target_modules=task.lora.target_modules,
        task_type="CAUSAL_LM",
    )
    try:
        if "lm_head" in task.lora.target_modules:
            raise ValueError("the output layer (lm_head) cannot have an adapter")
        return get_peft_model(model, lora)
    except ValueError as error:
        fix = 'Set target_modules to "all-linear" or to names that inspect lists.'
        raise Failure("bad_task", f"lora.target_modules does not fit this base: {error}", fix) from error


def arguments(job: Job, kind: type, **more: Any) -> Any:
    task = job.task
    mixed = job.device == "cuda" and (task.lora is None or job.precision == "fp16")
    return kind(
        output_dir=os.path.join(job.folder, "work"),
        num_train_epochs=task.epochs,
        per_device_train_batch_size=job.micro_batch,
        gradient_accumulation_steps=job.accumulation,
        learning_rate=task.learning_rate,
        lr_scheduler_type="linear",
        warmup_steps=math.ceil(task.warmup_ratio * job.steps),
        weight_decay=0.0,
        max_grad_norm=1.0,
        seed=task.seed,
        bf16=mixed and job.precision == "bf16",
        fp16=mixed and job.precision == "fp16",
        # Without it every rank of torchrun would train alone on a CPU; with it, none would use a GPU.
        use_cpu=job.device == "cpu",
        gradient_checkpointing=task.gradient_checkpointing,
        logging_steps=1,
        logging_nan_inf_filter=False,
        save_strategy="no",
        eval_strategy="no",
        report_to="none",
        disable_tqdm=True,
        dataloader_pin_memory=job.device == "cuda",
        ddp_find_unused_parameters=False,
        remove_unused_columns=False,
        max_length=None,
        **more,
    )


def build_trainer(job: Job, follower: "Follower | None") -> Supervised | Preference:
    task, pad = job.task, job.tokenizer.pad_token_id
    # Before the model: adapters draw their first weights when they are made, long before Trainer would set the seed.
    set_seed(task.seed)
    model = build_model(job)
    train = Dataset.from_list(columns(job.train, task.method, task.batch_size, pad))
    common = {"model": model, "train_dataset": train, "processing_class": job.tokenizer}
    if job.dpo:
        args = arguments(job, DPOConfig, beta=task.beta, precompute_ref_log_probs=True)
        trainer: Supervised | Preference = Preference(args=args, data_collator=WeightedCollator(pad), **common)
        if task.lora:
            # TRL's copy of the first weights. transformers' resume would read it alone, and forget the trained adapter.
            trainer.model.delete_adapter("ref")
    else:
        cut_output_layer(getattr(job.config.get_text_config(), "vocab_size", 1), job.device)
        args = arguments(job, SFTConfig, dataset_kwargs={"skip_prepare_dataset": True})
        trainer = Supervised(args=args, **common)
    trainer.order = job.order
    trainer.sums = Sums()
    trainer.remove_callback(PrinterCallback)
    if follower:
        follower.attach(trainer)
        trainer.add_callback(follower)
    return trainer


class Follower(TrainerCallback):
    """Says what happens, and decides when to evaluate, save and stop. Every process has one; the first one speaks."""

    def __init__(self, job: Job, channel: Channel, stopper: Stopper) -> None:
        self.job = job
        self.channel = channel
        self.stopper = stopper
        self.stopping = False
        self.saved_step = 0
        self.began = 0.0
        self.seconds = 0.0
        self.step_figures: dict[str, Any] = {}
        self.published: str | None = None
        self.validation: Dataset | None = None

    def attach(self, trainer: Any) -> None:
        self.trainer = trainer

    def say(self, kind: str, **fields: Any) -> None:
        if self.trainer.accelerator.is_main_process:
            self.channel.say(kind, **fields)

    def on_epoch_begin(self, args: Any, state: Any, control: Any, **_: Any) -> None:
        self.job.order.epoch = state.global_step // self.job.steps_per_epoch

    def on_step_begin(self, args: Any, state: Any, control: Any, **_: Any) -> None:
        self.began = time.monotonic()

    def on_step_end(self, args: Any, state: Any, control: Any, **_: Any) -> None:
        sums, stop = self.trainer.sums.take(self.trainer.accelerator, self.stopper.asked)
        self.seconds = time.monotonic() - self.began
        self.step_figures = figures(sums, self.job.dpo)
        every = self.job.task.checkpoint_steps
        ends = state.global_step % self.job.steps_per_epoch == 0
        # A stop at the very last step changes nothing: what is left is to save.
        if stop and state.global_step < self.job.steps:
            self.stopping = control.should_save = control.should_training_stop = True
        elif every and state.global_step % every == 0 and not ends:
            control.should_save = True

    def on_log(self, args: Any, state: Any, control: Any, logs: dict[str, Any], **_: Any) -> None:
        if "grad_norm" not in logs:
            return
        loss, norm = self.step_figures["loss"], logs["grad_norm"]
        tokens, step = self.job.tokens, state.global_step
        self.say(
            "step",
            step=step,
            epoch=state.epoch,
            **self.step_figures,
            learning_rate=logs["learning_rate"],
            gradient_norm=norm,
            trained_tokens=tokens[step],
            tokens_per_second=(tokens[step] - tokens[step - 1]) / max(self.seconds, 1e-9),
            seconds=self.seconds,
            memory=memory(self.job.device),
        )
        # fp16 skips a step whose gradient overflowed and goes on with a smaller scale; a loss must always be finite.
        if not math.isfinite(loss) or (not math.isfinite(norm) and self.job.precision != "fp16"):
            what = "loss" if not math.isfinite(loss) else "gradient"
            fix = "Lower learning_rate, or set precision to fp32, and resume from the last checkpoint."
            raise Failure("nan_loss", f"The {what} of step {step} is infinite or no number.", fix, step=step)

    def on_epoch_end(self, args: Any, state: Any, control: Any, **_: Any) -> None:
        if self.stopping or state.global_step % self.job.steps_per_epoch:
            return
        try:
            self.evaluate(state)
        except Stopped:
            self.stopping = control.should_training_stop = state.global_step < self.job.steps
        control.should_save = True

    def evaluate(self, state: Any) -> None:
        """Loss and accuracy per learned token (or pair) of the whole file; raises Stopped where a stop is asked for meanwhile."""
        if self.validation is None:
            return
        trainer, began = self.trainer, time.monotonic()
        model, total = trainer.model, dict.fromkeys(Sums.NAMES, 0.0)
        trainer.sums = Sums()
        model.eval()
        with torch.no_grad(), trainer.compute_loss_context_manager():
            for inputs in trainer.batches(self.validation, self.job.micro_batch):
                trainer.compute_loss(model, inputs)
                sums, stop = trainer.sums.take(trainer.accelerator, self.stopper.asked)
                total = {name: total[name] + sums[name] for name in total}
                if stop and state.global_step < self.job.steps:
                    model.train()
                    raise Stopped
        model.train()
        side = self.job.validation
        self.say(
            "evaluation",
            step=state.global_step,
            epoch=state.epoch,
            **figures(total, self.job.dpo),
            tokens=side.learned,
            rows=len(side.examples),
            seconds=time.monotonic() - began,
        )

    def on_save(self, args: Any, state: Any, control: Any, **_: Any) -> None:
        """Publishes what was just saved, once every process has written its part."""
        accelerator, job = self.trainer.accelerator, self.job
        accelerator.wait_for_everyone()
        self.saved_step = state.global_step
        if not accelerator.is_main_process:
            return
        step, is_model = state.global_step, state.global_step % job.steps_per_epoch == 0
        saved = os.path.join(args.output_dir, f"checkpoint-{step}")
        facts = {
            "step": step,
            "epoch": state.epoch,
            "model": is_model,
            "trained_tokens": job.tokens[step],
            "world": job.world,
            "precision": job.precision,
            "task": fingerprint(job.task, job.folder),
        }
        kind = "adapter" if job.task.lora else "full"
        document = checkpoints.papers(
            job.task.base, job.task.method, kind, step, state.epoch, job.task.template_options, job.task.date
        )
        self.published = checkpoints.publish_checkpoint(saved, job.folder, facts, document, job.task.base)
        shown = {name: facts[name] for name in ("step", "epoch", "model", "trained_tokens")}
        self.channel.say("checkpoint", path=self.published, **shown)
        for path in checkpoints.rotate(job.folder, job.task.keep_checkpoints):
            self.channel.say("removed", path=path)


def check_resume(job: Job, resume: str, channel: Channel) -> dict[str, Any]:
    """A checkpoint's facts, where it is whole and of this very task."""
    state = checkpoints.read_checkpoint(resume)
    wanted = fingerprint(job.task, job.folder)
    other = [name for name in wanted if state["task"].get(name) != wanted[name]]
    if other or state["precision"] != job.precision:
        names = ", ".join([*other, *([] if state["precision"] == job.precision else ["precision"])])
        fix = "Resume with the task it was written by, or start a new job with it as adapter."
        raise Failure("bad_checkpoint", f"{resume} was written by another task: {names}.", fix)
    if state["world"] != job.world and job.task.lora and job.task.lora.dropout:
        message = f"The checkpoint is of {state['world']} processes, this is {job.world}: dropout draws otherwise from here on."
        channel.say("notice", code="other_world", message=message, details={})
    return state


def run_training(job: Job, resume: str | None, channel: Channel, stopper: Stopper, speaks: bool) -> None:
    """Trains to the end or to a stop, and says the last line but a failure's."""
    began = time.monotonic()
    work = os.path.join(job.folder, "work")
    state = check_resume(job, resume, channel) if resume else None
    if speaks:
        shutil.rmtree(work, ignore_errors=True)
    if stopper.asked:
        raise Stopped
    follower = Follower(job, channel, stopper)
    trainer = build_trainer(job, follower)
    if job.validation.examples:
        # Filled to whole rounds, so that every process has as many batches and none waits for ever.
        fill = job.micro_batch * job.world
        rows = columns(job.validation, job.task.method, fill, job.tokenizer.pad_token_id)
        follower.validation = Dataset.from_list(rows)
    if isinstance(trainer, Preference) and follower.validation is not None:
        follower.validation = trainer._precompute_ref_logps(follower.validation, "validation", job.micro_batch)
    if speaks:
        channel.say("plan", **plan(job, trainer.model, state))
    trainer.train(resume_from_checkpoint=resume)
    trainer.accelerator.wait_for_everyone()
    if not speaks:
        return
    if follower.stopping:
        channel.say("stopped", step=trainer.state.global_step, path=follower.published or resume)
        return
    last = follower.published or resume
    path = checkpoints.publish_model(last, job.folder)
    shutil.rmtree(work, ignore_errors=True)
    channel.say("done", path=path, trained_tokens=job.tokens[-1], step=job.steps, seconds=time.monotonic() - began)


def plan(job: Job, model: Any, state: dict[str, Any] | None) -> dict[str, Any]:
    counts = [(parameter.numel(), parameter.requires_grad) for parameter in model.parameters()]
    return {
        "steps": job.steps,
        "steps_per_epoch": job.steps_per_epoch,
        "first_step": state["step"] + 1 if state else 1,
        "epochs": job.task.epochs,
        "rows": len(job.train.examples),
        "validation_rows": len(job.validation.examples),
        "trained_tokens": job.tokens[-1],
        "learned_tokens": job.train.learned * job.task.epochs,
        "too_long": job.train.too_long + job.validation.too_long,
        "micro_batch": job.micro_batch,
        "accumulation": job.accumulation,
        "world": job.world,
        "parameters": sum(count for count, _ in counts),
        "trainable_parameters": sum(count for count, trainable in counts if trainable),
        "context_length": job.limit,
    }
