"""Folders that are whole from the moment they have their name: saved beside, read back, flushed, renamed."""

import json
import os
import shutil
import zipfile
from typing import Any

from .failures import Failure
from .task import Base

STATE = "checkpoint.json"
PAPERS = "luthier.json"
# What a checkpoint must have to be gone on from. Without optimizer or scheduler, transformers would resume all the same,
# with both started over and no word.
NEEDED = ("optimizer.pt", "scheduler.pt", "trainer_state.json")
WEIGHTS = ("adapter_model.safetensors", "model.safetensors", "model.safetensors.index.json")
# Left out of what is published: a model card with this machine's paths, and pickled arguments nobody reads.
DROPPED = ("README.md", "training_args.bin")
RESUME_ONLY = ("optimizer.pt", "scheduler.pt", "scaler.pt", "trainer_state.json", STATE)


def name_of(step: int) -> str:
    return f"step-{step:08d}"


def checkpoints_folder(job: str) -> str:
    return os.path.join(job, "checkpoints")


def write_json(path: str, value: Any) -> None:
    with open(path, "w", encoding="utf-8") as file:
        json.dump(value, file, indent=1)


def read_json(path: str) -> Any:
    with open(path, encoding="utf-8") as file:
        return json.load(file)


def papers(base: Base, method: str, kind: str, step: int, epoch: float, options: dict[str, Any], date: str | None) -> dict[str, Any]:
    """luthier.json: what a model is, without the place its base lay at."""
    origin = {"id": base.id, "revision": base.revision}
    return {
        "format": 1,
        "base": origin,
        "method": method,
        "kind": kind,
        "step": step,
        "epoch": epoch,
        "template_options": options,
        "date": date,
    }


def strip_paths(folder: str, base: Base) -> None:
    """PEFT and transformers write down the path a base was loaded by; a private path must not travel with a model."""
    adapter = os.path.join(folder, "adapter_config.json")
    if os.path.exists(adapter):
        write_json(adapter, {**read_json(adapter), "base_model_name_or_path": base.id, "revision": base.revision})
    config = os.path.join(folder, "config.json")
    if os.path.exists(config):
        write_json(config, {key: value for key, value in read_json(config).items() if key != "_name_or_path"})
    for name in DROPPED:
        if os.path.exists(os.path.join(folder, name)):
            os.remove(os.path.join(folder, name))


def files_of(folder: str) -> dict[str, int]:
    """Sizes by path within the folder."""
    found = {}
    for place, _, names in os.walk(folder):
        for name in names:
            path = os.path.join(place, name)
            found[os.path.relpath(path, folder)] = os.path.getsize(path)
    return found


def read_back(folder: str) -> None:
    """Raises where a weights file or a saved state is cut or no archive. Weights that are not finite are no model."""
    import torch
    from safetensors import safe_open

    for name in files_of(folder):
        path = os.path.join(folder, name)
        if name.endswith(".safetensors"):
            with safe_open(path, framework="pt") as tensors:
                for key in tensors.keys():
                    if not torch.isfinite(tensors.get_tensor(key)).all():
                        raise Failure("nan_loss", f"The weights {key} became infinite or no number.", "Lower learning_rate.")
        elif name.endswith((".pt", ".pth")):
            with zipfile.ZipFile(path) as archive:
                archive.namelist()


def flush(folder: str) -> None:
    """Has the disk hold every file and the folder itself, for a rename must not outrun its content."""
    for place, _, names in os.walk(folder):
        for name in names:
            sync(os.path.join(place, name))
        sync(place)


def sync(path: str) -> None:
    try:
        handle = os.open(path, os.O_RDONLY)
    except OSError:  # Windows opens no folders
        return
    try:
        os.fsync(handle)
    except OSError as error:
        if os.path.isfile(path) and os.name != "nt":
            raise error
    finally:
        os.close(handle)


def publish(source: str, target: str) -> None:
    """Gives a finished folder its name. What has the name already goes first: it may be of a task that was changed."""
    os.makedirs(os.path.dirname(target), exist_ok=True)
    for place, _, names in os.walk(source):
        for name in names:
            # safetensors writes 0600, all else is 0644
            os.chmod(os.path.join(place, name), 0o644)
    flush(source)
    old = f"{source}.old"
    shutil.rmtree(old, ignore_errors=True)
    if os.path.exists(target):
        os.rename(target, old)
    os.rename(source, target)
    sync(os.path.dirname(target))
    shutil.rmtree(old, ignore_errors=True)


def publish_checkpoint(saved: str, job: str, state: dict[str, Any], document: dict[str, Any], base: Base) -> str:
    """Publishes what transformers saved in `saved`; returns the checkpoint's path. `state` goes to checkpoint.json."""
    strip_paths(saved, base)
    write_json(os.path.join(saved, PAPERS), document)
    read_back(saved)
    write_json(os.path.join(saved, STATE), {**state, "files": files_of(saved)})
    target = os.path.join(checkpoints_folder(job), name_of(state["step"]))
    publish(saved, target)
    return target


def read_checkpoint(path: str) -> dict[str, Any]:
    """checkpoint.json of a folder that is whole; `bad_checkpoint` otherwise."""
    fix = "Resume from another checkpoint, or from the beginning."
    try:
        state = read_json(os.path.join(path, STATE))
        wanted = state["files"]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise Failure("bad_checkpoint", f"{path} is no checkpoint.", fix) from error
    there = files_of(path)
    for name, size in wanted.items():
        if there.get(name) != size:
            what = "is missing" if name not in there else f"has {there[name]} bytes, not {size}"
            raise Failure("bad_checkpoint", f"{os.path.join(path, name)} {what}.", fix)
    rng = any(name.startswith("rng_state") for name in wanted)
    if not rng or any(name not in wanted for name in NEEDED) or not any(name in wanted for name in WEIGHTS):
        raise Failure("bad_checkpoint", f"{path} has not all that is needed to go on.", fix)
    return state


def latest(job: str) -> str | None:
    """The newest whole checkpoint of a job."""
    folder = checkpoints_folder(job)
    for name in sorted(os.listdir(folder) if os.path.isdir(folder) else [], reverse=True):
        path = os.path.join(folder, name)
        try:
            read_checkpoint(path)
            return path
        except Failure:
            continue
    return None


def publish_model(checkpoint: str, job: str) -> str:
    """The finished model: the checkpoint's model files under a name of its own, linked where the disk can."""
    draft = os.path.join(job, "work", "model")
    shutil.rmtree(draft, ignore_errors=True)
    os.makedirs(draft)
    for name in os.listdir(checkpoint):
        if name not in RESUME_ONLY and not name.startswith("rng_state"):
            link_or_copy(os.path.join(checkpoint, name), os.path.join(draft, name))
    target = os.path.join(job, "model")
    publish(draft, target)
    return target


def link_or_copy(source: str, target: str) -> None:
    try:
        os.link(source, target)
    except OSError:
        shutil.copy2(source, target)


def rotate(job: str, keep: int | None) -> list[str]:
    """Removes all but the newest `keep` checkpoints; returns the removed."""
    folder = checkpoints_folder(job)
    old = sorted(os.listdir(folder))[: -keep or None] if keep else []
    for name in old:
        shutil.rmtree(os.path.join(folder, name))
    return [os.path.join(folder, name) for name in old]
