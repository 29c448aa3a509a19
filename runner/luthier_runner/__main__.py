"""`python -P -m luthier_runner COMMAND …`: settles the process before any library is loaded, then runs one command."""

import argparse
import os
import sys
import traceback

# Before anything is imported that reads them. The Hub is never asked (TRL, PEFT and transformers would, unasked), and
# progress bars would fill the log.
for name, value in {
    "HF_HUB_OFFLINE": "1",
    "TRANSFORMERS_OFFLINE": "1",
    "HF_DATASETS_OFFLINE": "1",
    "HF_HUB_DISABLE_TELEMETRY": "1",
    "TQDM_DISABLE": "1",
    "TOKENIZERS_PARALLELISM": "false",
    # Children (torchrun's ranks) are started without -P; a file of the working folder must not shadow a package there either.
    "PYTHONSAFEPATH": "1",
}.items():
    os.environ[name] = value

from .channel import Channel  # noqa: E402
from .failures import Failure, Stopped, classify  # noqa: E402


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="luthier_runner", description="Trains, serves and exports real models.")
    commands = parser.add_subparsers(dest="command", required=True)
    for name in ("train", "rank", "elsewhere"):
        train = commands.add_parser(name)
        train.add_argument("job")
        if name == "elsewhere":
            train.add_argument("--base", required=True)
            train.add_argument("--processes", type=int)
        else:
            train.add_argument("--resume")
        train.add_argument("--nodes", type=int, default=1)
        train.add_argument("--node-rank", type=int, default=0)
        train.add_argument("--master-address")
        train.add_argument("--master-port", type=int, default=29500)
        train.add_argument("--interface")
    serve = commands.add_parser("serve")
    serve.add_argument("--device", default="auto")
    serve.add_argument("--precision", default="auto")
    serve.add_argument("--idle-seconds", type=float, default=600)
    serve.add_argument("--batch", type=int, default=16)
    vllm = commands.add_parser("vllm")
    vllm.add_argument("--base", required=True)
    vllm.add_argument("words", nargs="*")
    inspect = commands.add_parser("inspect")
    inspect.add_argument("--base", required=True)
    preview = commands.add_parser("preview")
    preview.add_argument("job")
    preview.add_argument("--rows", type=int, default=5)
    preview.add_argument("--file", choices=("train", "validation"), default="train")
    estimate = commands.add_parser("estimate")
    estimate.add_argument("job")
    estimate.add_argument("--steps", type=int, default=3)
    estimate.add_argument("--rows", type=int, default=0)
    export = commands.add_parser("export")
    export.add_argument("request")
    commands.add_parser("probe")
    return parser.parse_args()


def run(args: argparse.Namespace, channel: Channel) -> int:
    """Loads only what the command needs: torch and its family take seconds."""
    if args.command == "train":
        from .train import train as command
    elif args.command == "rank":
        from .train import rank as command
    elif args.command == "serve":
        from .serve import serve as command
    elif args.command == "vllm":
        from .vllm_server import vllm as command
    elif args.command == "inspect":
        from .describe import describe as command
    elif args.command == "preview":
        from .preview import preview as command
    elif args.command == "estimate":
        from .estimate import estimate as command
    elif args.command == "elsewhere":
        from .elsewhere import elsewhere as command
    elif args.command == "export":
        from .export import export as command
    else:
        from .probe import probe as command
    return command(args, channel)


def main() -> None:
    args = arguments()
    channel = Channel()
    try:
        code = run(args, channel)
    except Stopped:
        channel.say("stopped", step=0, path=None)
        code = 0
    except ImportError as error:
        traceback.print_exc()
        channel.say("failed", **missing_package(error).fields())
        code = 1
    except BaseException as error:
        failure = classify(error, getattr(args, "job", None))
        if failure.code == "internal":
            traceback.print_exc()
        channel.say("failed", **failure.fields())
        code = 1
    sys.stderr.flush()
    # Not sys.exit: worker threads and process groups of torch may hold the interpreter's end back for ever.
    os._exit(code)


def missing_package(error: ImportError) -> Failure:
    return Failure(
        "missing_package",
        f"A Python package is missing or of another version: {error}.",
        "Install the runner's requirements: pip install <checkout>/runner",
        packages=[error.name] if error.name else [],
    )


main()
