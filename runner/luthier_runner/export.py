"""`export`: a model as other programs take it, and what they cannot take."""

import argparse
import json
import os
import shlex
import shutil
from typing import Any

from . import checkpoints
from .bases import read_papers
from .channel import Channel
from .chat_template import finding, template_findings
from .failures import Failure, classify, first_line
from .models import load_config, load_model, load_tokenizer, pick_precision, stored_dtype
from .task import Base, field, is_text, one_of, or_null, read_base

# Ollama reads adapters of these families alone (docs.ollama.com/import); for others it wants a GGUF file.
OLLAMA_ADAPTERS = ("llama", "mistral", "gemma", "gemma2")
VLLM_RANKS = (8, 16, 32, 64, 128, 256, 320, 512)
ADAPTER_FILES = ("adapter_config.json", "adapter_model.safetensors")


def export(args: argparse.Namespace, channel: Channel) -> int:
    try:
        request = checkpoints.read_json(args.request)
    except (OSError, ValueError) as error:
        raise Failure("bad_task", f"{args.request} cannot be read: {error}.", "The request is a JSON file.") from error
    base = read_base(request)
    adapter = field(request, "adapter", or_null(is_text), "an adapter's folder, or null", None)
    target = field(request, "target", *one_of("adapter", "merged", "ollama", "vllm"))
    out = os.path.abspath(field(request, "out", is_text, "a folder that does not exist yet"))
    name = field(request, "name", is_text, "the model's name", "model")
    card = field(request, "card", or_null(lambda value: isinstance(value, str)), "the text of README.md, or null", None)
    system = field(request, "system", or_null(lambda value: isinstance(value, str)), "a system message, or null", None)
    replace = field(request, "replace", lambda value: isinstance(value, bool), "true or false", False)
    if os.path.exists(out) and not replace:
        raise Failure("bad_task", f"{out} is there already.", "Name a folder that does not exist yet.")
    if adapter and not os.path.isfile(os.path.join(adapter, "adapter_config.json")):
        raise Failure("bad_adapter", f"There is no adapter in {adapter}.", "Name a model folder with an adapter, or null.")
    findings = limits(target, base, adapter)
    command = serve_command(target, base, adapter, out, name)
    if not any(each["severity"] == "error" for each in findings):
        write(target, base, adapter, out, card and card + use_section(command, base, target, adapter), system)
    files = [{"name": path, "size": size} for path, size in sorted(checkpoints.files_of(out).items())]
    channel.say("exported", path=out, target=target, files=files, command=command, findings=findings)
    channel.say("done")
    return 0


def limits(target: str, base: Base, adapter: str | None) -> list[dict[str, str]]:
    """What the target cannot take of this model."""
    found = []
    if target in ("adapter", "vllm") and adapter is None:
        text = "This model has no adapter: all its weights were trained."
        found.append(finding("no_adapter", "error", text, 'Export it as "merged"; vLLM and others serve that folder as it is.'))
    settings = checkpoints.read_json(os.path.join(adapter, "adapter_config.json")) if adapter else {}
    if target == "vllm" and (settings.get("modules_to_save") or settings.get("use_dora")):
        found.append(finding("more_than_lora", "error", "vLLM takes adapters of LoRA weights alone.", 'Export it as "merged".'))
    if target == "vllm" and (settings.get("r") or 0) > VLLM_RANKS[-1]:
        found.append(finding("rank_too_high", "error", f"vLLM takes ranks up to {VLLM_RANKS[-1]}.", 'Export it as "merged".'))
    family = load_config(base.path).model_type
    if target == "ollama" and family not in OLLAMA_ADAPTERS:
        text = f"Ollama takes no {family} model in this form."
        fix = 'Export it as "merged", turn it into GGUF with llama.cpp\'s convert_hf_to_gguf.py, and name that file in the Modelfile.'
        found.append(finding("ollama_family", "error", text, fix))
    elif target == "ollama" and adapter:
        text = f"The Modelfile names the base by its folder here, {base.path}."
        found.append(finding("local_base", "note", text, "Elsewhere, change its FROM line."))
    return [*found, *told_of_template(base, read_papers(adapter) if adapter else {})]


def told_of_template(base: Base, papers: dict[str, Any]) -> list[dict[str, str]]:
    """What the base's template was given in training and is not given elsewhere."""
    options, date = papers.get("template_options") or {}, papers.get("date")
    given = {**options}
    if date and any(each["code"] == "today_in_template" for each in template_findings(load_tokenizer(base.path), options)):
        given["date"] = date
    if not given:
        return []
    text = "It was trained with values for its chat template that other programs do not know of."
    return [finding("template_options", "warning", text, f"Set them there: {json.dumps(given)}.")]


def serve_command(target: str, base: Base, adapter: str | None, out: str, name: str) -> list[str] | None:
    if target == "ollama":
        return ["ollama", "create", name, "-f", os.path.join(out, "Modelfile")]
    if target == "merged":
        return ["vllm", "serve", out, "--served-model-name", name]
    if target == "vllm" and adapter:
        rank = checkpoints.read_json(os.path.join(adapter, "adapter_config.json"))["r"]
        # vLLM's own list: 16 unless told otherwise, and an adapter of a higher rank is refused.
        most = next((each for each in VLLM_RANKS if each >= max(rank, 16)), rank)
        # A folder of one's own is on no Hub: its name says nothing to vLLM.
        origin = [base.id, "--revision", base.revision] if base.revision else [base.path]
        return ["vllm", "serve", *origin, "--enable-lora", "--max-lora-rank", str(most), "--lora-modules", f"{name}={out}"]
    return None


def use_section(command: list[str] | None, base: Base, target: str, adapter: str | None) -> str:
    """The end of README.md: the line that serves this folder, and how Python loads it."""
    lines = ["", "## Use it", ""]
    if command:
        lines += ["```sh", shlex.join(command), "```", ""]
    if target == "merged":
        load = ['model = AutoModelForCausalLM.from_pretrained(".")', 'tokenizer = AutoTokenizer.from_pretrained(".")']
        lines += ["```python", "from transformers import AutoModelForCausalLM, AutoTokenizer", *load, "```", ""]
    elif target in ("adapter", "vllm") and adapter:
        origin = f'"{base.id}", revision="{base.revision}"' if base.revision else f'"/path/to/{base.id}"'
        load = [f"base = AutoModelForCausalLM.from_pretrained({origin})", 'model = PeftModel.from_pretrained(base, ".")']
        imports = ["from peft import PeftModel", "from transformers import AutoModelForCausalLM"]
        lines += ["```python", *imports, *load, "```", ""]
    return "\n".join(lines)


def write(target: str, base: Base, adapter: str | None, out: str, card: str | None, system: str | None) -> None:
    """Fills a folder beside `out` and renames it, so that `out` is whole or is not there."""
    draft = f"{out}.part"
    shutil.rmtree(draft, ignore_errors=True)
    os.makedirs(draft)
    try:
        if target == "merged" or (target == "ollama" and adapter is None):
            write_merged(base, adapter, draft)
        elif target == "ollama":
            assert adapter
            copy_adapter(adapter, os.path.join(draft, "adapter"))
        else:
            assert adapter
            copy_adapter(adapter, draft)
        if target == "ollama":
            write_text(os.path.join(draft, "Modelfile"), modelfile(base, adapter, system))
        if card is not None:
            write_text(os.path.join(draft, "README.md"), card)
        checkpoints.publish(draft, out)
    except BaseException:
        shutil.rmtree(draft, ignore_errors=True)
        raise


def write_merged(base: Base, adapter: str | None, draft: str) -> None:
    config, tokenizer = load_config(base.path), load_tokenizer(base.path)
    model = load_model(base.path, pick_precision("auto", "cpu", stored_dtype(config)), "cpu")
    if adapter:
        from peft import PeftModel

        try:
            model = PeftModel.from_pretrained(model, adapter).merge_and_unload(safe_merge=True)
        except Exception as error:
            if classify(error).code == "out_of_memory":
                raise
            fix = "Take an adapter of this base, and copy its folder whole."
            raise Failure("bad_adapter", f"The adapter in {adapter} cannot be merged: {first_line(str(error))}", fix) from error
    model.save_pretrained(draft)
    tokenizer.save_pretrained(draft)
    checkpoints.strip_paths(draft, base)


def copy_adapter(adapter: str, target: str) -> None:
    os.makedirs(target, exist_ok=True)
    for name in ADAPTER_FILES:
        shutil.copyfile(os.path.join(adapter, name), os.path.join(target, name))


def modelfile(base: Base, adapter: str | None, system: str | None) -> str:
    """Ollama's file of a model: the base beside its adapter, or the folder itself where all weights were trained."""
    lines = [f"FROM {base.path}", "ADAPTER ./adapter"] if adapter else ["FROM ."]
    if system is not None:
        # Three quotes would end the text; Ollama knows no way to write them inside it.
        lines.append('SYSTEM """' + system.replace('"""', "'''") + '"""')
    return "\n".join(lines) + "\n"


def write_text(path: str, text: str) -> None:
    with open(path, "w", encoding="utf-8") as file:
        file.write(text)
