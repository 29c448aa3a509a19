"""Rows as a model's chat template writes them, and what a template does that training must know of."""

import datetime
import json
from dataclasses import dataclass
from typing import Any

from .failures import Failure, first_line
from .task import Row


@dataclass(frozen=True)
class Example:
    """Tokens of prompt and answer; those from `learned_from` on are learned."""

    ids: list[int]
    learned_from: int

    @property
    def learned(self) -> int:
        return len(self.ids) - self.learned_from


class ChatTemplate:
    """
    A tokenizer's template with its options and the day it may print. Prompts are tokenised the same way for training,
    serving and counting: that is what makes a tuned model meet the prompts it was trained on.
    """

    def __init__(self, tokenizer: Any, options: dict[str, Any] | None = None, date: str | None = None) -> None:
        self.tokenizer = tokenizer
        self.options = options or {}
        self.day = datetime.date.fromisoformat(date) if date else None
        if not tokenizer.chat_template:
            raise Failure("template", "The base has no chat template.", "Take the instruct version of the base.", row=None)
        self._ends: bool | None = None

    def render(self, messages: list[dict[str, Any]], answer: str | None = None, day: datetime.date | None = None) -> str:
        """The text of a prompt, up to where the answer begins; or with the answer and what the template ends it with."""
        day = day or self.day or datetime.date.today()
        spoken = messages if answer is None else [*messages, {"role": "assistant", "content": answer}]
        options = {"strftime_now": lambda form: day.strftime(form), **self.options}
        return self.tokenizer.apply_chat_template(spoken, tokenize=False, add_generation_prompt=answer is None, **options)

    def prompt_ids(self, messages: list[dict[str, Any]]) -> list[int]:
        return self.encode(self.render(messages))

    def encode(self, text: str) -> list[int]:
        return self.tokenizer(text, add_special_tokens=False, verbose=False)["input_ids"]

    def example(self, prompt: list[dict[str, Any]], answer: str) -> Example:
        """Raises ValueError where the template refuses, or where the prompt is no beginning of prompt and answer."""
        start = self.render(prompt)
        whole = self.render(prompt, answer)
        if not whole.startswith(start):
            raise ValueError("the prompt is not the beginning of prompt and answer, so what would be learned is not the answer")
        ids = self.encode(start)
        full = self.encode(whole)
        if full[: len(ids)] != ids:
            raise ValueError("the tokens of the prompt are not the beginning of the tokens of prompt and answer")
        if not self.ends_turns():
            full = [*full, self.tokenizer.eos_token_id]
        return Example(full, len(ids))

    def examples(self, row: Row) -> tuple[Example, ...]:
        try:
            return tuple(self.example(row.prompt, answer) for answer in row.answers)
        except Failure:
            raise
        except Exception as error:
            raise Failure(
                "template",
                f"{row.file}.jsonl, line {row.number}: the base's chat template does not take it: {first_line(str(error))}.",
                fix_of(error),
                file=row.file,
                row=row.number,
            ) from error

    def end_ids(self) -> set[int]:
        """
        Tokens that end an answer: the tokenizer's own, and the one the template writes behind an answer, which is often
        another (`<|im_end|>` beside `<|endoftext|>`).
        """
        written = next((token for token in self._tail() if token in self._special()), None)
        return {self.tokenizer.eos_token_id, written} - {None}

    def ends_turns(self) -> bool:
        """Whether the template puts a token behind an answer that a model can learn to end with."""
        if self._ends is None:
            self._ends = any(token in self._special() for token in self._tail()) or self.tokenizer.eos_token_id is None
        return self._ends

    def _tail(self) -> list[int]:
        try:
            text = self.render([{"role": "user", "content": "a"}], "zq")
        except Exception:
            return []
        return self.encode(text[text.rfind("zq") + 2 :])

    def _special(self) -> set[int]:
        return set(self.tokenizer.all_special_ids) | set(self.tokenizer.added_tokens_decoder)


def fix_of(error: Exception) -> str:
    text = str(error).lower()
    if "system" in text:
        return "Put what the system message says into the user's message."
    if "alternat" in text:
        return "Let user and assistant take turns."
    if "beginning" in text:
        return "Try template_options such as {\"enable_thinking\": false}, or take another base."
    return "Change the row, or take another base."


def finding(code: str, severity: str, message: str, fix: str = "") -> dict[str, str]:
    return {"code": code, "severity": severity, "message": message, "fix": fix}


def user(text: str) -> dict[str, str]:
    return {"role": "user", "content": text}


def template_findings(tokenizer: Any, options: dict[str, Any] | None = None) -> list[dict[str, str]]:
    """What a base's template does with probes: each trouble seen in a real family (docs/runner.md has the table)."""
    if not tokenizer.chat_template:
        return [finding("no_template", "error", "The base has no chat template.", "Take the instruct version of the base.")]
    template = ChatTemplate(tokenizer, options)
    found = []
    asked = [user("A question of mine.")]
    marker = "Speak as a pirate does."
    try:
        with_system = template.render([{"role": "system", "content": marker}, *asked])
        if marker not in with_system:
            found.append(finding("ignores_system", "warning", "The template leaves system messages out, without a word.", fix_of(ValueError("system"))))
    except Exception:
        found.append(finding("refuses_system", "warning", "The template refuses system messages.", fix_of(ValueError("system"))))
    try:
        template.render([*asked, user("And another.")])
    except Exception:
        found.append(finding("needs_alternation", "warning", "The template refuses two messages of the user in a row.", fix_of(ValueError("alternat"))))
    try:
        template.example(asked, "An answer.")
    except Exception as error:
        fix = fix_of(error)
        found.append(finding("prompt_no_prefix", "error", f"The template cannot be trained on as it stands: {first_line(str(error))}.", fix))
    if rewrites(template, asked):
        text = "The template writes earlier answers otherwise than it wrote them when they were new; each answer is trained as its own example, so this does no harm."
        found.append(finding("rewrites_turns", "note", text))
    days = [datetime.date(1999, 1, 2), datetime.date(2031, 11, 12)]
    if len({template.render(asked, day=day) for day in days}) > 1:
        text = "The template prints today's date, so the same prompt is another one tomorrow."
        found.append(finding("today_in_template", "note", text, "Set the job's date: training and serving then print that day."))
    if not template.ends_turns():
        text = "The template puts nothing behind an answer; the tokenizer's end of text is learned there."
        found.append(finding("no_end_of_turn", "note", text))
    return found


def rewrites(template: ChatTemplate, asked: list[dict[str, Any]]) -> bool:
    answer = "<think>\nA thought.\n</think>\n\nAn answer."
    try:
        turn = template.render(asked, answer)
        later = template.render([*asked, {"role": "assistant", "content": answer}, user("More.")])
    except Exception:
        return False
    return not later.startswith(turn.rstrip())


def spans(template: ChatTemplate, example: Example) -> list[dict[str, Any]]:
    """An example as text, in pieces that are learned or not."""
    parts = [(example.ids[: example.learned_from], False), (example.ids[example.learned_from :], True)]
    return [
        {"text": template.tokenizer.decode(ids, clean_up_tokenization_spaces=False), "tokens": len(ids), "learned": learned}
        for ids, learned in parts
        if ids
    ]


def options_key(options: dict[str, Any], date: str | None) -> str:
    return json.dumps([options, date], sort_keys=True)
