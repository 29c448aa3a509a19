"""`inspect`: what a base is, and what in it will be trouble."""

import argparse
import json
import os
import struct
from typing import Any

from .channel import Channel
from .chat_template import finding, template_findings
from .failures import Failure
from .models import context_length, load_config, load_tokenizer, stored_dtype

# Of the layers that make up a transformer's block, as the families name them; PEFT's "all-linear" finds the same ones.
PROJECTIONS = ("q_proj", "k_proj", "v_proj", "o_proj", "gate_proj", "up_proj", "down_proj", "qkv_proj", "gate_up_proj", "c_attn", "c_proj", "c_fc")


def describe(args: argparse.Namespace, channel: Channel) -> int:
    say_base(os.path.abspath(args.base), channel)
    channel.say("done")
    return 0


def say_base(path: str, channel: Channel) -> None:
    config = load_config(path)
    tokenizer = load_tokenizer(path)
    shapes = weight_shapes(path)
    findings = [*weights_findings(path, config, shapes), *template_findings(tokenizer)]
    channel.say(
        "base",
        model_type=config.model_type,
        architecture=next(iter(config.architectures or []), None),
        parameters=sum(size for size, _ in shapes.values()) or None,
        size=sum(os.path.getsize(os.path.join(path, name)) for name in os.listdir(path) if name.endswith(".safetensors")),
        dtype=str(stored_dtype(config) or "").removeprefix("torch.") or None,
        context_length=context_length(config, tokenizer),
        vocabulary=len(tokenizer),
        template=bool(tokenizer.chat_template),
        target_modules=[name for name in PROJECTIONS if any(f".{name}." in key for key in shapes)],
        findings=findings,
    )


def weight_shapes(path: str) -> dict[str, tuple[int, str]]:
    """Numbers and type of each tensor, from the heads of the files alone: a safetensors file begins with its index."""
    found: dict[str, tuple[int, str]] = {}
    for name in sorted(os.listdir(path)):
        if not name.endswith(".safetensors"):
            continue
        with open(os.path.join(path, name), "rb") as file:
            try:
                (length,) = struct.unpack("<Q", file.read(8))
                head = json.loads(file.read(length))
            except (struct.error, ValueError) as error:
                raise Failure("bad_base", f"{os.path.join(path, name)} is damaged.", "Download the base again.") from error
        for key, value in head.items():
            if key != "__metadata__":
                size = 1
                for side in value["shape"]:
                    size *= side
                found[key] = (size, value["dtype"])
    return found


def weights_findings(path: str, config: Any, shapes: dict[str, Any]) -> list[dict[str, str]]:
    from transformers.models.auto.modeling_auto import MODEL_FOR_CAUSAL_LM_MAPPING_NAMES

    found = []
    if config.model_type not in MODEL_FOR_CAUSAL_LM_MAPPING_NAMES:
        text = f"{config.model_type} is no text model that transformers can load here."
        found.append(finding("unknown_architecture", "error", text, "Take another base."))
    missing = missing_files(path)
    if missing or not shapes:
        what = ", ".join(missing) if missing else "any .safetensors file"
        found.append(finding("weights_missing", "error", f"The folder lacks {what}.", "Download the base again."))
    return found


def missing_files(path: str) -> list[str]:
    """Files that the index of a base in several parts names and that are not there."""
    index = os.path.join(path, "model.safetensors.index.json")
    if not os.path.exists(index):
        return []
    with open(index, encoding="utf-8") as file:
        names = set(json.load(file)["weight_map"].values())
    return sorted(name for name in names if not os.path.exists(os.path.join(path, name)))
