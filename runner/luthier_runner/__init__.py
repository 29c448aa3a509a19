"""Trains, serves and exports real language models; spoken to in JSON lines (docs/runner-protocol.md)."""

VERSION = "0.1.0"
PROTOCOL = 1

# One place for what pyproject.toml pins, so that `probe` can say what is missing without reading packaging data.
PINS = {
    "torch": "2.13.0",
    "transformers": "5.18.0",
    "trl": "1.13.0",
    "peft": "0.21.0",
    "accelerate": "1.15.0",
    "datasets": "5.0.1",
}
