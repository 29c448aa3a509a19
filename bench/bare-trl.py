"""The training of bench/weights.ts by TRL alone, as its own documentation has it: what Luthier adds is measured against this."""

import json
import os
import sys
import time

from datasets import Dataset
from peft import LoraConfig
from transformers import AutoModelForCausalLM, AutoTokenizer, set_seed
from trl import SFTConfig, SFTTrainer

base, rows, out, epochs = sys.argv[1:]
os.nice(10)  # as the engine does: a person waits for an answer, and nobody for a step
with open(rows, encoding="utf-8") as file:
    lines = [json.loads(line)["messages"] for line in file]
set_seed(7)
data = Dataset.from_list([{"prompt": messages[:-1], "completion": messages[-1:]} for messages in lines])
trainer = SFTTrainer(
    AutoModelForCausalLM.from_pretrained(base),
    args=SFTConfig(
        out, num_train_epochs=int(epochs), per_device_train_batch_size=8, learning_rate=5e-3, warmup_steps=0.03, use_cpu=True, bf16=False,
        gradient_checkpointing=False, logging_steps=1, save_strategy="epoch", report_to="none", disable_tqdm=True, max_length=None,
    ),
    train_dataset=data,
    processing_class=AutoTokenizer.from_pretrained(base),
    peft_config=LoraConfig(r=16, lora_alpha=32, lora_dropout=0.0, target_modules="all-linear", task_type="CAUSAL_LM"),
)
began = time.monotonic()
trainer.train()
print(json.dumps({"seconds": time.monotonic() - began}))
