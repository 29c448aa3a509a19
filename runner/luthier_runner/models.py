"""Devices, precisions, and loading what lies in a base's folder."""

import os
import platform
from typing import Any

import torch

from . import PINS, PROTOCOL, VERSION
from .failures import Failure, classify, first_line

DTYPES = {"fp32": torch.float32, "bf16": torch.bfloat16, "fp16": torch.float16}
UNBOUNDED = 1 << 24  # tokenizers say 1e30 where they know no limit


def pick_device(name: str) -> str:
    there = {"cpu": True, "cuda": torch.cuda.is_available(), "mps": torch.backends.mps.is_available()}
    if name == "auto":
        return next(device for device in ("cuda", "mps", "cpu") if there[device])
    if name not in there or not there[name]:
        raise Failure("device", f"There is no {name} device here.", 'Set device to "auto".')
    return name


def precisions(device: str) -> list[str]:
    if device == "cuda":
        return ["bf16", "fp16", "fp32"] if torch.cuda.is_bf16_supported() else ["fp16", "fp32"]
    return ["bf16", "fp32"] if device == "cpu" else ["fp32"]


def pick_precision(wanted: str, device: str, stored: torch.dtype | None, training_all: bool = False) -> str:
    """
    The precision weights are kept in. `auto`: bf16 on a GPU that has it; on a CPU what the base is stored in, bf16 or
    fp32. Where all weights are trained they are kept in fp32: updates are too small for bf16 to hold.
    """
    able = precisions(device)
    if wanted != "auto":
        if wanted not in able:
            raise Failure("device", f"{wanted} is not there on {device}.", f"Set precision to {' or '.join(able)}.")
        return wanted
    if device == "cuda":
        return able[0]
    return "bf16" if stored == torch.bfloat16 and "bf16" in able and not training_all else "fp32"


def device_name(device: str) -> str:
    if device == "cuda":
        return torch.cuda.get_device_name()
    try:
        with open("/proc/cpuinfo", encoding="utf-8") as file:
            return next(line.split(":", 1)[1].strip() for line in file if line.startswith("model name"))
    except (OSError, StopIteration):
        return platform.processor() or platform.machine()


def memory(device: str) -> dict[str, int | None]:
    """Bytes in use, the most there ever were, and how many there are: of the GPU, else of this process and machine."""
    if device == "cuda":
        total = torch.cuda.get_device_properties(0).total_memory
        return {"used": torch.cuda.memory_allocated(), "peak": torch.cuda.max_memory_allocated(), "total": total}
    import psutil

    return {"used": psutil.Process().memory_info().rss, "peak": peak(), "total": psutil.virtual_memory().total}


def peak() -> int | None:
    try:
        import resource
    except ImportError:  # Windows
        return None
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return most if platform.system() == "Darwin" else most * 1024


def available(device: str) -> int:
    if device == "cuda":
        return torch.cuda.mem_get_info()[0]
    import psutil

    return psutil.virtual_memory().available


def versions() -> dict[str, str | None]:
    from importlib.metadata import PackageNotFoundError, version

    def of(name: str) -> str | None:
        try:
            return version(name)
        except PackageNotFoundError:
            return None

    return {"python": platform.python_version(), "runner": VERSION, **{name: of(name) for name in PINS}}


def ready(command: str, device: str, precision: str | None) -> dict[str, Any]:
    return {
        "protocol": PROTOCOL,
        "command": command,
        "pid": os.getpid(),
        "device": device,
        "device_name": device_name(device),
        "precision": precision,
        "versions": versions(),
        "memory": memory(device),
    }


def bad_base(path: str, error: BaseException) -> Failure:
    return Failure("bad_base", f"The base in {path} cannot be loaded: {first_line(str(error))}", "Download it again, or take another base.")


def load_config(path: str) -> Any:
    from transformers import AutoConfig

    # Before transformers sees it: of a folder that is not there it makes the name of a repository, and asks for that.
    if not os.path.isfile(os.path.join(path, "config.json")):
        raise Failure("bad_base", f"There is no config.json in {path}.", "Download the base, or name its folder.")
    try:
        return AutoConfig.from_pretrained(path, local_files_only=True)
    except Exception as error:
        raise bad_base(path, error) from error


def load_tokenizer(path: str) -> Any:
    from transformers import AutoTokenizer

    load_config(path)
    try:
        tokenizer = AutoTokenizer.from_pretrained(path, local_files_only=True)
    except Exception as error:
        raise bad_base(path, error) from error
    if not tokenizer.is_fast:
        raise Failure("bad_base", f"The tokenizer in {path} has no tokenizer.json.", "Take a base that has one.")
    if tokenizer.pad_token_id is None:
        tokenizer.pad_token = tokenizer.eos_token
    return tokenizer


def load_model(path: str, precision: str, device: str) -> Any:
    from transformers import AutoModelForCausalLM

    try:
        model = AutoModelForCausalLM.from_pretrained(path, dtype=DTYPES[precision], local_files_only=True)
        return model.to(device)
    except Exception as error:
        if classify(error).code == "out_of_memory":
            raise
        raise bad_base(path, error) from error


def stored_dtype(config: Any) -> torch.dtype | None:
    dtype = getattr(config.get_text_config(), "dtype", None) or getattr(config, "dtype", None)
    return getattr(torch, dtype) if isinstance(dtype, str) else dtype


def context_length(config: Any, tokenizer: Any) -> int:
    limits = [getattr(config.get_text_config(), "max_position_embeddings", None), tokenizer.model_max_length]
    return min([limit for limit in limits if isinstance(limit, int) and 0 < limit < UNBOUNDED], default=UNBOUNDED)
