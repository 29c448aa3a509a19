"""An exported model as anybody loads it: transformers alone. Says its greedy answer to a question, as JSON."""

import json
import sys

from transformers import AutoModelForCausalLM, AutoTokenizer

folder, question = sys.argv[1:]
model = AutoModelForCausalLM.from_pretrained(folder)
tokenizer = AutoTokenizer.from_pretrained(folder)
prompt = tokenizer.apply_chat_template(
    [{"role": "user", "content": question}], add_generation_prompt=True, return_tensors="pt", return_dict=True
)
written = model.generate(**prompt, do_sample=False, max_new_tokens=20)[0, prompt["input_ids"].shape[1] :]
print(json.dumps({"text": tokenizer.decode(written, skip_special_tokens=True), "peft": hasattr(model, "peft_config")}))
