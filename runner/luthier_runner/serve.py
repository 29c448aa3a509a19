"""`serve`: answers requests over one base in memory, many at once."""

import argparse
import json
import os
import queue
import time
import traceback
from collections import deque
from typing import Any

from .bases import LoadedBase, Words, free_memory, read_papers
from .batch import Cohort, Sequence
from .channel import Channel, read_lines
from .chat_template import ChatTemplate
from .failures import Failure, classify, first_line
from .models import memory, pick_device, precisions, ready
from .sampling import Sampler, read_sampling
from .task import Base, check_message, is_text, is_unicode


def serve(args: argparse.Namespace, channel: Channel) -> int:
    # Loaded before `ready`, so that no request waits for it.
    import peft  # noqa: F401
    from transformers import AutoModelForCausalLM, AutoTokenizer  # noqa: F401

    device = pick_device(args.device)
    if args.precision != "auto" and args.precision not in precisions(device):
        raise Failure("device", f"{args.precision} is not there on {device}.", "Set precision to auto.")
    channel.say("ready", **ready("serve", device, None))
    server = Server(channel, device, args.precision, args.batch, args.idle_seconds)
    # EOF ends the process whatever runs: nobody is left to read an answer.
    read_lines(server.inbox.put, lambda: os._exit(0))
    server.run()
    return 0


def read_base(request: dict[str, Any]) -> Base:
    base = request.get("base")
    if not isinstance(base, dict) or not is_text(base.get("path")) or not is_text(base.get("id")):
        raise Failure("bad_request", "base is no {path, id, revision}.", "Name the base's folder and id.")
    return Base(base["path"], base["id"], base.get("revision"))


def read_messages(value: Any, name: str) -> list[dict[str, Any]]:
    if not isinstance(value, list) or not value or not all(check_message(message) for message in value):
        raise Failure("bad_request", f"{name} is no list of messages.", "Each message needs a role and a content.")
    if not is_unicode(value):
        raise Failure("bad_request", f"{name} has half a character (a lone surrogate).", "Write the character whole.")
    return value


CANCELLED = "cancelled before it began"


class Server:
    """
    One thread does everything: takes requests in, lets waiting ones begin, and steps all cohorts by one token in turn. So
    a request is never further than one token away from being seen, and weights are never touched by two.
    """

    def __init__(self, channel: Channel, device: str, precision: str, most: int, idle: float) -> None:
        self.channel = channel
        self.device = device
        self.precision = precision
        self.most = max(1, most)
        self.idle = idle
        self.inbox: queue.SimpleQueue[str] = queue.SimpleQueue()
        self.waiting: deque[dict[str, Any]] = deque()
        self.pending: deque[Sequence] = deque()
        self.cohorts: list[Cohort] = []
        self.loaded: LoadedBase | None = None
        self.words: dict[str, Words] = {}
        self.last_used = time.monotonic()

    def run(self) -> None:
        while True:
            self._receive()
            self._begin()
            self._write()

    # Taking requests in

    def _receive(self) -> None:
        busy = bool(self.cohorts or self.pending or self.waiting)
        try:
            line = self.inbox.get(block=not busy, timeout=None if busy else self._idle_left())
            while True:
                self._take(line)
                line = self.inbox.get_nowait()
        except queue.Empty:
            if not busy and self.loaded and self.idle and self._idle_left() <= 0:
                self._unload()
                self.channel.say("unloaded", id=None, reason="idle")

    def _idle_left(self) -> float | None:
        if not self.loaded or not self.idle:
            return None
        return max(0.0, self.last_used + self.idle - time.monotonic())

    def _take(self, line: str) -> None:
        self.last_used = time.monotonic()
        try:
            request = json.loads(line)
            kind, number = request["kind"], request["id"]
            assert isinstance(number, str) and isinstance(kind, str)
            request.pop(CANCELLED, None)
        except (ValueError, KeyError, TypeError, AssertionError):
            self._error(None, Failure("bad_request", "A request needs a kind and an id.", "Send one JSON object a line."))
            return
        if kind == "cancel":
            self._cancel(number, request.get("index"))
        elif kind == "count":
            self._try(number, lambda: self._count(request))
        elif kind in ("generate", "load", "unload"):
            self.waiting.append(request)
        else:
            self._error(number, Failure("bad_request", f"{kind} is no request.", "See docs/runner-protocol.md."))

    def _try(self, number: str, work: Any) -> None:
        try:
            work()
        except Exception as error:
            failure = classify(error)
            if failure.code == "internal":
                traceback.print_exc()
            self._error(number, failure)

    def _error(self, number: str | None, failure: Failure) -> None:
        self.channel.say("error", id=number, **failure.fields())

    def _cancel(self, number: str, index: int | None) -> None:
        def meant(sequence: Sequence) -> bool:
            return sequence.request == number and index in (None, sequence.index)

        for request in self.waiting:
            if request["id"] == number:
                # It has not been read yet: how many answers it wants is known when it is.
                request.setdefault(CANCELLED, set()).add(index)
        for sequence in [sequence for sequence in self.pending if meant(sequence)]:
            self.pending.remove(sequence)
            self._end(sequence, "cancelled")
        for cohort in self.cohorts:
            for sequence in cohort.sequences:
                if meant(sequence) and sequence.reason is None:
                    self._end(sequence, "cancelled")

    def _count(self, request: dict[str, Any]) -> None:
        words = self._words(read_base(request).path)
        texts, chats = request.get("texts") or [], request.get("chats") or []
        if not isinstance(texts, list) or not all(isinstance(text, str) and is_unicode(text) for text in texts):
            raise Failure("bad_request", "texts is no list of texts.", "Send a list of strings.")
        template = words.template(request.get("template_options"), {}) if chats else None
        counts = [len(words.tokenizer(text, add_special_tokens=False)["input_ids"]) for text in texts]
        prompts = [len(prompt_ids(template, read_messages(chat, "chats"))) for chat in chats]
        self.channel.say("counted", id=request["id"], texts=counts, chats=prompts)

    def _words(self, path: str) -> Words:
        if path not in self.words:
            self.words[path] = Words(path)
        return self.words[path]

    # Letting requests begin

    def _begin(self) -> None:
        """In the order they came. One for another base waits until all answers are written, and all behind it wait with it."""
        while self.waiting:
            request = self.waiting[0]
            base = request.get("base")
            path = base.get("path") if isinstance(base, dict) else None
            other = self.loaded is not None and path != self.loaded.words.path
            if (other or request["kind"] == "unload") and (self.cohorts or self.pending):
                return
            self.waiting.popleft()
            if request["kind"] == "generate":
                self._try(request["id"], lambda: self._generate(request))
            elif request["kind"] == "load":
                self._try(request["id"], lambda: self._load(request))
            else:
                self._try(request["id"], lambda: self._forget(request))

    def _base(self, base: Base) -> LoadedBase:
        if self.loaded and self.loaded.words.path == base.path:
            return self.loaded
        words = self._words(base.path)
        self._unload()
        self.loaded = LoadedBase(words, self.device, self.precision)
        return self.loaded

    def _unload(self) -> None:
        self.loaded = None
        free_memory()

    def _load(self, request: dict[str, Any]) -> None:
        began = time.monotonic()
        base = read_base(request)
        loaded = self._base(base)
        loaded.adapter(request.get("adapter"), base.id, self._busy())
        self.channel.say(
            "loaded",
            id=request["id"],
            context_length=loaded.words.context,
            parameters=loaded.parameters,
            precision=loaded.precision,
            seconds=time.monotonic() - began,
            memory=memory(self.device),
        )

    def _forget(self, request: dict[str, Any]) -> None:
        folder = request.get("adapter")
        if folder is None:
            self._unload()
        elif self.loaded:
            self.loaded.drop(folder)
        self.channel.say("unloaded", id=request["id"], reason="asked")

    def _busy(self) -> set[str]:
        running = [sequence for cohort in self.cohorts for sequence in cohort.sequences]
        return {sequence.adapter for sequence in [*running, *self.pending] if sequence.adapter}

    def _generate(self, request: dict[str, Any]) -> None:
        base, messages = read_base(request), read_messages(request.get("messages"), "messages")
        cancelled = request.get(CANCELLED, set())
        sampling = read_sampling(request)
        folder, options = request.get("adapter"), request.get("template_options")
        words = self._words(base.path)
        template = words.template(options, read_papers(folder) if folder else {})
        prompt = prompt_ids(template, messages)
        room = words.context - len(prompt)
        if room < 1:
            text = f"The prompt has {len(prompt)} tokens; the base reads {words.context}, its answer among them."
            raise Failure("too_long", text, "Shorten the prompt.", tokens=len(prompt), context_length=words.context)
        adapter = self._base(base).adapter(folder, base.id, self._busy())
        most = min(sampling.max_tokens or room, room)
        self.channel.say("prompt", id=request["id"], tokens=len(prompt), max_tokens=most)
        for index in range(sampling.n):
            sampler = Sampler(sampling, index)
            stream, ends = words.pieces.stream(), template.end_ids()
            sequence = Sequence(request["id"], index, prompt, sampler, stream, adapter, ends, most)
            if cancelled & {None, index}:
                self._end(sequence, "cancelled")
            else:
                self.pending.append(sequence)

    # Writing

    def _write(self) -> None:
        for cohort in self.cohorts:
            self._guard(cohort, lambda: self._step(cohort))
        self._start_pending()
        for cohort in self.cohorts:
            cohort.drop_finished()
        self.cohorts = [cohort for cohort in self.cohorts if cohort.sequences]
        self._join()

    def _step(self, cohort: Cohort) -> None:
        cohort.step()
        self._draw(cohort)

    def _start_pending(self) -> None:
        running = sum(len(cohort.sequences) for cohort in self.cohorts)
        fresh = [self.pending.popleft() for _ in range(min(len(self.pending), max(0, self.most - running)))]
        if not fresh or not self.loaded:
            return
        loaded = self.loaded

        def start() -> None:
            cohort = Cohort(loaded.model, fresh, loaded.words.tokenizer.pad_token_id or 0)
            self.cohorts.append(cohort)
            self._draw(cohort)

        self._guard(None, start, fresh)

    def _guard(self, cohort: Cohort | None, work: Any, fresh: list[Sequence] | None = None) -> None:
        """What breaks a cohort's pass ends its requests with an error, and no others."""
        try:
            work()
        except Exception as error:
            failure = classify(error)
            if failure.code == "internal":
                traceback.print_exc()
            sequences = fresh if cohort is None else cohort.sequences
            for number in dict.fromkeys(sequence.request for sequence in sequences or [] if sequence.reason is None):
                self._error(number, failure)
                self._silence(number)

    def _silence(self, number: str) -> None:
        self.pending = deque(sequence for sequence in self.pending if sequence.request != number)
        for cohort in self.cohorts:
            for sequence in cohort.sequences:
                if sequence.request == number:
                    sequence.reason = "error"

    def _draw(self, cohort: Cohort) -> None:
        assert self.loaded
        pieces = self.loaded.words.pieces
        for sequence, logits in zip(cohort.sequences, cohort.logits):
            if sequence.reason is not None:
                continue
            token, logprob, top = sequence.sampler.draw(logits)
            if token in sequence.ends:
                self._end(sequence, "stop")
                continue
            sequence.next = token
            sequence.written += 1
            entry = pieces.entry(token, logprob)
            entry["text"] = sequence.stream.step(token)
            shown = [pieces.entry(other, value) for other, value in top]
            self.channel.say("token", id=sequence.request, index=sequence.index, **entry, top=shown)
            if sequence.written >= sequence.left:
                self._end(sequence, "length")

    def _end(self, sequence: Sequence, reason: str) -> None:
        sequence.reason = reason
        self.channel.say("end", id=sequence.request, index=sequence.index, reason=reason, tokens=sequence.written)
        self.last_used = time.monotonic()

    def _join(self) -> None:
        """One cohort where caches can be joined: a forward pass over many costs little more than over one."""
        able = [cohort for cohort in self.cohorts if cohort.mergeable()]
        for other in able[1:]:
            able[0].join(other)
            self.cohorts.remove(other)


def prompt_ids(template: ChatTemplate | None, messages: list[dict[str, Any]]) -> list[int]:
    assert template
    try:
        return template.prompt_ids(messages)
    except Exception as error:
        text = f"The base's chat template does not take these messages: {first_line(str(error))}."
        raise Failure("template", text, "Change the messages, or take another base.") from error
