"""`preview`: rows as the model will read them, and which of it is learned."""

import argparse
import os

from .channel import Channel
from .chat_template import ChatTemplate, spans
from .models import context_length, load_config, load_tokenizer
from .task import Task, read_rows, read_task


def preview(args: argparse.Namespace, channel: Channel) -> int:
    job = os.path.abspath(args.job)
    say_rows(job, read_task(job), args.file, args.rows, channel)
    channel.say("done")
    return 0


def say_rows(job: str, task: Task, file: str, count: int, channel: Channel) -> None:
    tokenizer = load_tokenizer(task.base.path)
    template = ChatTemplate(tokenizer, task.template_options, task.date)
    context = context_length(load_config(task.base.path), tokenizer)
    limit = min(task.max_length or context, context)
    sides = (None,) if task.method == "supervised" else ("chosen", "rejected")
    for row in read_rows(job, file, task.method)[:count]:
        for side, example in zip(sides, template.examples(row)):
            channel.say(
                "row",
                file=row.file,
                row=row.number,
                tokens=len(example.ids),
                learned=example.learned,
                too_long=len(example.ids) > limit,
                spans=spans(template, example),
                **({"side": side} if side else {}),
            )
