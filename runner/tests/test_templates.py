"""Chat templates of real families, as TRL bundles them: what each does to training is said or refused, never met by surprise."""

from pathlib import Path

import pytest
import trl
from transformers import AutoTokenizer

from luthier_runner.chat_template import ChatTemplate, spans, template_findings
from luthier_runner.failures import Failure
from luthier_runner.task import Row

BUNDLED = Path(trl.__file__).parent / "chat_templates"
TROUBLES = {
    "refuses_system": ["gemma"],
    "ignores_system": ["idefics3"],
    "needs_alternation": ["gemma", "gemma3", "cohere", "cohere2"],
    "prompt_no_prefix": ["deepseek_r1_distill", "deepseekv3", "nemotron_3_nano"],
    "rewrites_turns": ["qwen3", "qwen3_6", "gptoss", "phi3"],
    "today_in_template": ["llama3_2", "gptoss", "muse_glimmer"],
}
CLEAN = ["qwen2_5", "qwen3_instruct_2507", "llama3_1"]
ASKED = [{"role": "user", "content": "A question."}]


def tokenizer(base: str, name: str | None):
    loaded = AutoTokenizer.from_pretrained(base)
    loaded.chat_template = (BUNDLED / f"{name}.jinja").read_text() if name else None
    return loaded


def codes(base: str, name: str, options: dict | None = None) -> set[str]:
    return {finding["code"] for finding in template_findings(tokenizer(base, name), options)}


@pytest.mark.parametrize("code, name", [(code, name) for code, names in TROUBLES.items() for name in names])
def test_a_trouble_of_a_family_is_found(base, code, name):
    assert code in codes(base, name)


@pytest.mark.parametrize("name", CLEAN)
def test_a_family_without_trouble_has_none(base, name):
    # The tests' own tokenizer has other special tokens, so their end of turn is plain text to it.
    assert codes(base, name) - {"no_end_of_turn"} == set()


def test_an_option_can_mend_a_template(base):
    assert "prompt_no_prefix" not in codes(base, "nemotron_3_nano", {"enable_thinking": False})


def row(prompt, answer="An answer.") -> Row:
    return Row("train", 7, prompt, (answer,))


@pytest.mark.parametrize(
    "name, prompt",
    [
        ("gemma", [{"role": "system", "content": "Be brief."}, *ASKED]),
        ("gemma3", [*ASKED, *ASKED]),
        ("deepseek_r1_distill", ASKED),
        ("nemotron_3_nano", ASKED),
    ],
)
def test_a_row_that_a_template_does_not_take_is_refused_with_its_line(base, name, prompt):
    with pytest.raises(Failure) as refused:
        ChatTemplate(tokenizer(base, name)).examples(row(prompt))
    assert (refused.value.code, refused.value.details) == ("template", {"file": "train", "row": 7})
    assert "line 7" in refused.value.message and refused.value.fix


def test_no_template_is_refused(base):
    with pytest.raises(Failure) as refused:
        ChatTemplate(tokenizer(base, None))
    assert refused.value.code == "template"
    assert [finding["code"] for finding in template_findings(tokenizer(base, None))] == ["no_template"]


def test_the_day_of_a_job_is_the_day_its_template_prints(base):
    dated = [ChatTemplate(tokenizer(base, "llama3_2"), date=date).render(ASKED) for date in ("2026-11-29", "2026-11-30")]
    assert "29 Nov 2026" in dated[0] and "30 Nov 2026" in dated[1]
    assert "29 Nov 2026" in ChatTemplate(tokenizer(base, "llama3_2"), date="2026-11-29").render(ASKED, "An answer.")


def test_what_is_learned_is_the_answer_and_its_end(base):
    template = ChatTemplate(AutoTokenizer.from_pretrained(base))
    talk = [*ASKED, {"role": "assistant", "content": "Earlier."}, {"role": "user", "content": "More."}]
    parts = spans(template, template.example(talk, "card_lost"))
    assert [part["learned"] for part in parts] == [False, True]
    assert parts[1]["text"] == "card_lost<|im_end|>\n"
    # An earlier answer is context: one example is one learned answer.
    assert "Earlier." in parts[0]["text"] and parts[0]["text"].endswith("<|im_start|>assistant\n")


def test_an_answer_whose_template_ends_nothing_is_learned_with_the_tokenizers_end(base):
    plain = AutoTokenizer.from_pretrained(base)
    plain.chat_template = "{% for m in messages %}{{ m['role'] }}: {{ m['content'] }}\n{% endfor %}{% if add_generation_prompt %}assistant: {% endif %}"
    template = ChatTemplate(plain)
    example = template.example(ASKED, "yes")
    assert example.ids[-1] == plain.eos_token_id and plain.eos_token_id in template.end_ids()
    assert "no_end_of_turn" in {finding["code"] for finding in template_findings(plain)}
