"""The tokens of a file of chat lines, as OpenAI's cookbook counts them, by tiktoken: what a script that validates a file spends its time on.

python count-tiktoken.py FILE o200k_base.tiktoken
Prints the tokens and the milliseconds of processor time that the process took.
"""

import base64
import json
import sys
import time

import tiktoken

# As tiktoken_ext/openai_public.py has it.
PATTERN = "|".join(
    [
        r"[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]*[\p{Ll}\p{Lm}\p{Lo}\p{M}]+(?i:'s|'t|'re|'ve|'m|'ll|'d)?",
        r"[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]+[\p{Ll}\p{Lm}\p{Lo}\p{M}]*(?i:'s|'t|'re|'ve|'m|'ll|'d)?",
        r"\p{N}{1,3}",
        r" ?[^\s\p{L}\p{N}]+[\r\n/]*",
        r"\s*[\r\n]+",
        r"\s+(?!\S)",
        r"\s+",
    ]
)

path, table = sys.argv[1:]
with open(table, "rb") as lines:
    ranks = {base64.b64decode(token): int(rank) for token, rank in (line.split() for line in lines)}
encoding = tiktoken.Encoding("o200k_base", pat_str=PATTERN, mergeable_ranks=ranks, special_tokens={})
total = 0
with open(path, encoding="utf-8") as lines:
    for line in lines:
        total += 3
        for message in json.loads(line)["messages"]:
            total += 3
            for value in message.values():
                total += len(encoding.encode(value))
print(total, round(time.process_time() * 1000))
