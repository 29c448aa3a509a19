"""
`python runner/tests/bench_qwen_shape.py`: a model of Qwen3-0.6B's shape with random weights trains 16 rows by LoRA; says the most
memory it took and how long. Run by hand: it takes 1.2 GB of disk and some minutes of a processor.
"""

import tempfile
from pathlib import Path

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
        end = process.kind(*ENDS)
        assert end["kind"] == "done", process.log()
        plan, steps = process.of("plan")[0], process.of("step")
        peak = max(step["memory"]["peak"] for step in steps) / 1e9
        print(f"{plan['parameters'] / 1e6:.0f} M parameters, {process.of('ready')[0]['precision']}, micro-batch {plan['micro_batch']}")
        print(f"{plan['rows']} rows, {plan['trained_tokens']} tokens: peak {peak:.2f} GB, {steps[-1]['seconds']:.1f} s a step of 4 rows, {end['seconds']:.0f} s in all")


if __name__ == "__main__":
    main()
