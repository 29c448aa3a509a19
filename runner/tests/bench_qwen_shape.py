"""
`python runner/tests/bench_qwen_shape.py`: a model of Qwen3-0.6B's shape with random weights trains 16 rows by LoRA to the end, and what
was made of it answers; says the most memory all processes took together and how long. Run by hand: it takes 1.2 GB of disk and some
minutes of a processor.
"""

import tempfile
import threading
import time
from pathlib import Path

import psutil
import torch
from conftest import ENDS, JobFolder, Process, samples

from luthier_runner.tiny_base import make_tokenizer


def make_shape(folder: str) -> None:
    from transformers import Qwen3Config, Qwen3ForCausalLM

    tokenizer = make_tokenizer([part for pair in samples() for part in pair], 1024)
    tokenizer.model_max_length = 40960
    config = Qwen3Config(
        vocab_size=151936, hidden_size=1024, intermediate_size=3072, num_hidden_layers=28, num_attention_heads=16,
        num_key_value_heads=8, head_dim=128, max_position_embeddings=40960, tie_word_embeddings=True, dtype=torch.bfloat16,
        bos_token_id=None, eos_token_id=tokenizer.eos_token_id, pad_token_id=tokenizer.pad_token_id,
    )
    torch.set_default_dtype(torch.bfloat16)
    model = Qwen3ForCausalLM(config)
    model.save_pretrained(folder)
    tokenizer.save_pretrained(folder)


class Memory:
    """The most that a command and all it started held at one moment, in bytes, looked at ten times a second."""

    def __init__(self, process: Process) -> None:
        self.root = psutil.Process(process.child.pid)
        self.peak = 0
        self.processes = 0
        threading.Thread(target=self._watch, daemon=True).start()

    def _watch(self) -> None:
        while self.root.is_running():
            sizes = []
            try:
                for each in [self.root, *self.root.children(recursive=True)]:
                    sizes.append(each.memory_info().rss)
            except psutil.Error:
                pass
            self.peak, self.processes = max(self.peak, sum(sizes)), max(self.processes, len(sizes))
            time.sleep(0.1)


def answer(base: str, model: str) -> tuple[str, float]:
    """What the tuned model writes to a row's prompt, and the memory that took, in bytes."""
    server = Process("serve")
    memory = Memory(server)
    server.kind("ready")
    named = {"path": base, "id": "test/base", "revision": "abc"}
    server.send(kind="generate", id="a", base=named, adapter=model, messages=[{"role": "user", "content": samples()[0][0]}], temperature=0, max_tokens=4)
    end = server.kind("end", "error")
    assert end["kind"] == "end", end
    assert server.end() == 0, server.log()
    return "".join(token["text"] for token in server.of("token")), memory.peak


def main() -> None:
    with tempfile.TemporaryDirectory() as place:
        base = str(Path(place) / "base")
        make_shape(base)
        long = "Please look into it, for I have asked twice and heard nothing of it since. " * 6
        rows = [{"prompt": [{"role": "user", "content": f"{text} {long}"}], "completion": label} for text, label in samples()[:16]]
        folder = JobFolder(Path(place) / "job", base).rows("train", rows)
        # As the engine chooses for a base of this size.
        folder.task(gradient_checkpointing=True, epochs=1, batch_size=4, learning_rate=2e-4, lora={"r": 16, "alpha": 32, "dropout": 0.0, "target_modules": "all-linear"})
        process = Process("train", str(folder.path))
        memory = Memory(process)
        end = process.kind(*ENDS)
        assert end["kind"] == "done", process.log()
        assert process.end() == 0, process.log()
        plan, steps = process.of("plan")[0], process.of("step")
        peak = max(step["memory"]["peak"] for step in steps) / 1e9
        files = sorted(Path(end["path"]).iterdir())
        said, held = answer(base, end["path"])
        print(f"{plan['parameters'] / 1e6:.0f} M parameters, {process.of('ready')[0]['precision']}, micro-batch {plan['micro_batch']}, {torch.get_num_threads()} threads")
        losses = ", ".join(f"{step['loss']:.3f}" for step in steps)
        print(f"{plan['rows']} rows in {len(steps)} steps, {plan['trained_tokens']} tokens, losses {losses}")
        print(f"peak {memory.peak / 1e9:.2f} GB in {memory.processes} process(es), {peak:.2f} GB as the trainer says; {steps[-1]['seconds']:.1f} s a step, {end['seconds']:.0f} s in all")
        memory_of = [step["memory"] for step in steps]
        print("GB by step:", ", ".join(f"{each['used'] / 1e9:.2f} (at most {each['peak'] / 1e9:.2f})" for each in memory_of))
        print("model:", ", ".join(f"{file.name} {file.stat().st_size / 1e6:.1f} MB" for file in files))
        print(f"it answers {said!r}, with {held / 1e9:.2f} GB")


if __name__ == "__main__":
    main()
