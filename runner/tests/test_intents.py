"""Ten intents of banking77 that a base has never seen: it does not know them, and knows them once it is tuned."""

import csv
import os
from pathlib import Path

import pytest
from conftest import ENDS, RUNNER, JobFolder, Process, chat, made_base

from luthier_runner.tiny_base import make_base, read_csv

DATA = Path(os.environ.get("LUTHIER_BANKING77", RUNNER.parent.parent / "shared" / "data" / "banking77"))
TEN = [
    "card_arrival", "card_linking", "exchange_rate", "lost_or_stolen_card", "age_limit",
    "pin_blocked", "atm_support", "terminate_account", "top_up_failed", "verify_my_identity",
]


def of_ten(file: str, each: int) -> list[tuple[str, str]]:
    with open(DATA / file, encoding="utf-8", newline="") as lines:
        found = [(row["text"], row["category"]) for row in csv.DictReader(lines)]
    return [pair for label in TEN for pair in [pair for pair in found if pair[1] == label][:each]]


def accuracy(base: str, adapter: str | None, questions: list[tuple[str, str]]) -> float:
    server = Process("serve", "--batch", "64")
    for number, (text, _) in enumerate(questions):
        server.send(
            kind="generate", id=str(number), base={"path": base, "id": "test/base"}, adapter=adapter,
            messages=[{"role": "user", "content": text}], temperature=0, max_tokens=16,
        )
    answers = dict.fromkeys(range(len(questions)), "")
    for _ in questions:
        server.kind("end")
    for line in server.of("token"):
        answers[int(line["id"])] += line["text"]
    server.end()
    return sum(answers[number].strip() == label for number, (_, label) in enumerate(questions)) / len(questions)


@pytest.mark.skipif(not DATA.exists(), reason="banking77 is not here; LUTHIER_BANKING77 names its folder")
def test_ten_new_intents_are_learned_by_an_adapter(start, tmp_path):
    # 60 rows each of the other 67 intents.
    others = read_csv(str(DATA / "train.csv"), set(TEN), 60)
    base = made_base("banking", lambda folder: make_base(folder, others, seed=1, steps=1600))
    folder = JobFolder(tmp_path / "job", base).rows("train", [chat(*pair) for pair in of_ten("train.csv", 30)])
    folder.task(epochs=10, lora={"r": 16, "alpha": 32, "dropout": 0.0, "target_modules": "all-linear"})
    process = start("train", folder.path)
    done = process.kind(*ENDS)
    assert done["kind"] == "done", process.log()
    questions = of_ten("test.csv", 20)
    untuned, tuned = accuracy(base, None, questions), accuracy(base, done["path"], questions)
    print(f"untuned {untuned:.1%}, tuned {tuned:.1%} of {len(questions)} questions")
    assert untuned < 0.10 and tuned > 0.70
