"""Serving: several answers at once, over one base."""

import pytest
from conftest import JobFolder, Process, chat, samples, train_here

LABELS = ["loan_late", "pin_wrong", "refund_closed", "deposit_lost"]
QUESTION = [{"role": "user", "content": "Hello. I cannot find my card."}]


@pytest.fixture(scope="module")
def adapters(tmp_path_factory, base) -> list[str]:
    """Four adapters that have each learned to answer everything with a label of their own."""
    made = []
    for label in LABELS:
        folder = JobFolder(tmp_path_factory.mktemp(label), base).task(epochs=4, learning_rate=2e-2)
        folder.rows("train", [chat(text, label) for text, _ in samples()[:32]])
        made.append(train_here(folder).lines[-1]["path"])
    return made


@pytest.fixture(scope="module")
def server():
    """One server for all tests here: what one of them leaves behind must not trouble the next."""
    process = Process("serve")
    process.kind("ready")
    yield process
    assert process.end() == 0, process.log()


def ask(server: Process, number: str, base: str, adapter: str | None = None, **more) -> None:
    named = {"path": base, "id": "test/base", "revision": "abc"}
    server.send(kind="generate", id=number, base=named, adapter=adapter, messages=more.pop("messages", QUESTION), **more)


def answers(server: Process, wanted: set[tuple[str, int]]) -> dict[tuple[str, int], list[dict]]:
    """The tokens of each answer that is wanted, once all of them have ended."""
    found: dict[tuple[str, int], list[dict]] = {key: [] for key in wanted}
    ended: dict[tuple[str, int], str] = {}
    while set(ended) != wanted:
        line = server.kind("token", "end", "error")
        assert line["kind"] != "error", line
        key = (line["id"], line["index"])
        if key not in wanted:
            continue
        if line["kind"] == "end":
            ended[key] = line["reason"]
            assert line["tokens"] == len(found[key])
        else:
            found[key].append(line)
    return found


def text(tokens: list[dict]) -> str:
    return "".join(token["text"] for token in tokens)


def test_four_adapters_on_one_base_answer_at_once_each_its_own(server, base, adapters):
    for number, adapter in enumerate([*adapters, None]):
        ask(server, f"r{number}", base, adapter, temperature=0, max_tokens=20)
    found = answers(server, {(f"r{number}", 0) for number in range(5)})
    assert [text(found[(f"r{number}", 0)]) for number in range(4)] == LABELS
    began = [line["id"] for line in server.lines[: next(i for i, line in enumerate(server.lines) if line["kind"] == "end")] if line["kind"] == "token"]
    assert set(began) == {f"r{number}" for number in range(5)}, "they are written side by side"
    # The base is untouched by the adapters that lie on it.
    server.send(kind="unload", id="u", adapter=None)
    server.kind("unloaded")
    ask(server, "alone", base, temperature=0, max_tokens=20)
    alone = answers(server, {("alone", 0)})[("alone", 0)]
    assert text(alone) == text(found[("r4", 0)])


def test_an_answer_with_a_seed_is_the_same_alone_and_among_others(server, base):
    ask(server, "alone", base, seed=5, n=2, max_tokens=12)
    alone = answers(server, {("alone", 0), ("alone", 1)})
    for number in range(3):
        ask(server, f"other{number}", base, seed=number, max_tokens=30)
    ask(server, "among", base, seed=5, n=2, max_tokens=12)
    among = answers(server, {("among", 0), ("among", 1)} | {(f"other{number}", 0) for number in range(3)})
    for index in (0, 1):
        assert [token["token"] for token in alone[("alone", index)]] == [token["token"] for token in among[("among", index)]]


def test_log_probabilities_are_the_models_own_and_bytes_make_the_text(server, base):
    ask(server, "greedy", base, temperature=0, top_logprobs=3, max_tokens=6)
    ask(server, "hot", base, temperature=0, top_logprobs=3, max_tokens=6, presence_penalty=-2, frequency_penalty=2)
    found = answers(server, {("greedy", 0), ("hot", 0)})
    for tokens in found.values():
        assert b"".join(bytes(token["bytes"]) for token in tokens).decode() == text(tokens)
        for token in tokens:
            assert [entry["logprob"] for entry in token["top"]] == sorted((entry["logprob"] for entry in token["top"]), reverse=True)
            assert token["logprob"] <= token["top"][0]["logprob"] <= 0
    greedy = found[("greedy", 0)]
    assert [token["token"] for token in greedy] == [token["top"][0]["token"] for token in greedy]


def test_a_prompt_that_leaves_no_room_is_refused_and_a_long_answer_cut_to_fit(server, base):
    ask(server, "long", base, messages=[{"role": "user", "content": "card " * 300}])
    error = server.kind("error")
    assert (error["id"], error["code"], error["details"]["context_length"]) == ("long", "too_long", 256)
    ask(server, "short", base, max_tokens=4096)
    prompt = server.kind("prompt")
    assert prompt["max_tokens"] == 256 - prompt["tokens"]


def test_a_cancel_ends_one_answer_or_all_of_a_request_and_no_other(server, base):
    # Sixteen long answers, so that there is time to cancel while they are written.
    ask(server, "r", base, seed=1, n=16, temperature=5, max_tokens=200)
    # This one is met by its cancel before it begins.
    ask(server, "q", base, seed=1, n=2, max_tokens=200)
    server.send(kind="cancel", id="q", index=1)
    server.until(lambda line: line["kind"] == "token" and line["id"] == "r")
    server.send(kind="cancel", id="r")
    ask(server, "after", base, temperature=0, max_tokens=3)
    assert answers(server, {("after", 0)})
    while len(ends := {(line["id"], line["index"]): line for line in server.of("end") if line["id"] in "qr"}) < 18:
        server.kind("end")
    reasons = [ends[("r", index)]["reason"] for index in range(16)]
    assert reasons.count("cancelled") > 8, "some may have ended on their own before"
    assert ends[("q", 1)]["reason"] == "cancelled" and ends[("q", 0)]["reason"] in ("stop", "length")
    later = server.lines[server.lines.index(ends[("r", 15)]) :]
    assert not [line for line in later if line["kind"] == "token" and line["id"] == "r"], "nothing comes after an end"


def test_counts_are_those_of_the_prompt_that_is_sent(server, base):
    named = {"path": base, "id": "test/base", "revision": None}
    server.send(kind="count", id="c", base=named, texts=["", "card", "\u65e5\u672c"], chats=[QUESTION])
    counted = server.kind("counted")
    assert counted["texts"][0] == 0 and counted["texts"][2] >= 2
    ask(server, "r", base, max_tokens=1)
    assert server.kind("prompt")["tokens"] == counted["chats"][0]


def test_what_is_wrong_with_a_request_ends_that_request_alone(server, base, adapters):
    server.child.stdin.write(b"no json\n")
    server.child.stdin.flush()
    assert server.kind("error")["code"] == "bad_request"
    ask(server, "a", base, temperature=-1)
    assert server.kind("error")["code"] == "bad_request"
    ask(server, "b", base, adapter="/nowhere")
    assert server.kind("error")["code"] == "bad_adapter"
    ask(server, "c", "/nowhere")
    assert server.kind("error")["code"] == "bad_base"
    other = {"path": base, "id": "other/base", "revision": None}
    server.send(kind="generate", id="d", base=other, adapter=adapters[0], messages=QUESTION)
    assert server.kind("error")["code"] == "bad_adapter"
    ask(server, "e", base, temperature=0, max_tokens=2)
    assert answers(server, {("e", 0)})


@pytest.mark.long
def test_an_idle_base_is_dropped_and_comes_back(start, base):
    server = start("serve", "--idle-seconds", "0.5")
    ask(server, "a", base, max_tokens=1)
    assert server.kind("unloaded") == {"kind": "unloaded", "id": None, "reason": "idle"}
    ask(server, "b", base, max_tokens=1)
    assert server.kind("token")["id"] == "b"
    assert server.end() == 0
