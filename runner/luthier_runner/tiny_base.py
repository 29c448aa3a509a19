"""
`python -P -m luthier_runner.tiny_base OUT --csv FILE [--leave-out LABEL …]`: makes a base of 0.16 million parameters in half a
minute on one thread, for tests and for trying the runner out. It is a real Llama with its own tokenizer and template, taught to
answer a text with its label. The same file and seed make the same base. FILE has the columns text and category.
"""

import argparse
import csv
import os
import random
import sys

os.environ.setdefault("HF_HUB_OFFLINE", "1")
os.environ.setdefault("TQDM_DISABLE", "1")

TEMPLATE = (
    "{% for message in messages %}{{ '<|im_start|>' + message['role'] + '\n' + message['content'] + '<|im_end|>\n' }}{% endfor %}"
    "{% if add_generation_prompt %}{{ '<|im_start|>assistant\n' }}{% endif %}"
)
SPECIAL = ["<|endoftext|>", "<|im_start|>", "<|im_end|>"]
CONTEXT = 256


def read_csv(path: str, leave_out: set[str], each: int) -> list[tuple[str, str]]:
    """Texts and their labels, at most `each` a label."""
    taken: dict[str, int] = {}
    pairs = []
    with open(path, encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            label = row["category"]
            if label not in leave_out and taken.get(label, 0) < each:
                taken[label] = taken.get(label, 0) + 1
                pairs.append((row["text"], label))
    return pairs


def make_tokenizer(texts: list[str], vocabulary: int):
    from tokenizers import Tokenizer, decoders, models, pre_tokenizers, trainers
    from transformers import PreTrainedTokenizerFast

    raw = Tokenizer(models.BPE())
    raw.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    raw.decoder = decoders.ByteLevel()
    alphabet = pre_tokenizers.ByteLevel.alphabet()
    raw.train_from_iterator(texts, trainers.BpeTrainer(vocab_size=vocabulary, special_tokens=SPECIAL, initial_alphabet=alphabet))
    return PreTrainedTokenizerFast(
        tokenizer_object=raw,
        eos_token="<|im_end|>",
        pad_token="<|endoftext|>",
        chat_template=TEMPLATE,
        model_max_length=CONTEXT,
    )


def make_base(out: str, pairs: list[tuple[str, str]], seed: int, steps: int, hidden: int = 64, layers: int = 2) -> None:
    """Writes the base to `out`. `steps` 0 leaves its weights as they were drawn."""
    import torch
    from transformers import LlamaConfig, LlamaForCausalLM, set_seed

    from .chat_template import ChatTemplate

    set_seed(seed)
    tokenizer = make_tokenizer([part for pair in pairs for part in pair], 1024)
    config = LlamaConfig(
        vocab_size=len(tokenizer),
        hidden_size=hidden,
        intermediate_size=hidden * 11 // 4,
        num_hidden_layers=layers,
        num_attention_heads=4,
        num_key_value_heads=4,
        max_position_embeddings=CONTEXT,
        tie_word_embeddings=True,
        bos_token_id=None,
        eos_token_id=tokenizer.eos_token_id,
        pad_token_id=tokenizer.pad_token_id,
    )
    model = LlamaForCausalLM(config)
    template = ChatTemplate(tokenizer)
    examples = [template.example([{"role": "user", "content": text}], label) for text, label in pairs]
    optimizer = torch.optim.AdamW(model.parameters(), lr=3e-3, weight_decay=0.0)
    schedule = torch.optim.lr_scheduler.LambdaLR(optimizer, lambda step: 1 - step / max(steps, 1))
    draw = random.Random(seed)
    for _ in range(steps):
        batch = draw.sample(examples, min(16, len(examples)))
        width = max(len(example.ids) for example in batch)
        ids = torch.full((len(batch), width), tokenizer.pad_token_id)
        labels = torch.full((len(batch), width), -100)
        for row, example in enumerate(batch):
            ids[row, : len(example.ids)] = torch.tensor(example.ids)
            # All of a text is learned, prompt too: what a base knows of language is what an adapter stands on.
            labels[row, : len(example.ids)] = torch.tensor(example.ids)
        loss = model(input_ids=ids, labels=labels, attention_mask=(torch.arange(width) < (labels != -100).sum(1, keepdim=True)).long()).loss
        optimizer.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()
        schedule.step()
    model.save_pretrained(out)
    tokenizer.save_pretrained(out)


def main() -> None:
    parser = argparse.ArgumentParser(prog="luthier_runner.tiny_base", description="Makes a tiny base for tests.")
    parser.add_argument("out")
    parser.add_argument("--csv", required=True)
    parser.add_argument("--leave-out", nargs="*", default=[])
    parser.add_argument("--each", type=int, default=60)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--steps", type=int, default=1600)
    args = parser.parse_args()
    pairs = read_csv(args.csv, set(args.leave_out), args.each)
    if not pairs:
        sys.exit(f"{args.csv} has no rows to learn from.")
    make_base(args.out, pairs, args.seed, args.steps)


if __name__ == "__main__":
    main()
