"""`probe`: what is installed, what computes here, and how much memory there is. Quick, and works where packages are missing."""

import argparse
import os
import platform
from importlib.metadata import PackageNotFoundError, version
from typing import Any

from . import PINS, VERSION
from .channel import Channel


def probe(args: argparse.Namespace, channel: Channel) -> int:
    found: dict[str, str | None] = {}
    for name in PINS:
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            found[name] = None
    versions = {"python": platform.python_version(), "runner": VERSION, **found}
    # No package of the runner's, but answers come by it where it is.
    try:
        versions["vllm"] = version("vllm")
    except PackageNotFoundError:
        pass
    # "2.13.0+cpu" is a build of 2.13.0.
    missing = [
        {"package": name, "wanted": wanted, "found": found[name]}
        for name, wanted in PINS.items()
        if (found[name] or "").split("+")[0] != wanted
    ]
    devices = list_devices() if found["torch"] else []
    channel.say(
        "probe",
        versions=versions,
        missing=missing,
        devices=devices,
        device=devices[0]["device"] if devices else None,
        cores=len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count(),
        memory={"used": None, "peak": None, "total": machine_memory()},
    )
    channel.say("done")
    return 0


def list_devices() -> list[dict[str, Any]]:
    """Those torch can compute on, the one `auto` takes first."""
    try:
        from .models import device_name, memory, precisions, torch
    except Exception:  # torch is there, and broken: a driver, or a library of the system's
        return []
    there = [("cuda", torch.cuda.is_available()), ("mps", torch.backends.mps.is_available()), ("cpu", True)]
    return [
        {
            "device": device,
            "name": device_name(device),
            "memory": memory(device)["total"] if device == "cuda" else machine_memory(),
            "precisions": precisions(device),
        }
        for device, is_there in there
        if is_there
    ]


def machine_memory() -> int | None:
    try:
        return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    except (ValueError, OSError, AttributeError):
        return None
