"""The short commands, as their parent sees them."""

import json

import pytest
from conftest import ENDS, JobFolder, Process, rows, train_here

QUESTION = [{"role": "user", "content": "Hello. I cannot find my card."}]


def short(*words) -> dict[str, list[dict]]:
    """All lines of a command by kind."""
    process = Process(*map(str, words))
    lines = process.rest()
    assert lines and lines[-1]["kind"] in ENDS, process.log()
    assert process.child.returncode == (1 if lines[-1]["kind"] == "failed" else 0)
    found: dict[str, list[dict]] = {}
    for line in lines:
        found.setdefault(line["kind"], []).append(line)
    return found


def test_probe_says_what_is_here():
    (probe,) = short("probe")["probe"]
    assert probe["missing"] == [] and probe["versions"]["trl"] == "1.13.0"
    assert probe["devices"][-1]["device"] == "cpu" and probe["device"] == probe["devices"][0]["device"]
    assert probe["cores"] >= 1 and probe["memory"]["total"] > 1 << 28


def test_inspect_says_what_a_base_is(base, tmp_path):
    (found,) = short("inspect", "--base", base)["base"]
    assert (found["model_type"], found["parameters"], found["context_length"], found["template"]) == ("llama", 126144, 256, True)
    assert {"q_proj", "down_proj"} <= set(found["target_modules"]) and found["findings"] == []
    (failed,) = short("inspect", "--base", tmp_path)["failed"]
    assert failed["code"] == "bad_base"


def test_preview_shows_what_is_learned(job):
    found = short("preview", job(max_length=25).path, "--rows", "2")["row"]
    assert [row["row"] for row in found] == [1, 2]
    for row in found:
        assert [part["learned"] for part in row["spans"]] == [False, True]
        assert sum(part["tokens"] for part in row["spans"]) == row["tokens"]
        assert row["learned"] == row["spans"][1]["tokens"] and row["too_long"] == (row["tokens"] > 25)


def test_estimate_measures_a_few_steps_and_leaves_nothing(job):
    folder = job()
    before = sorted(path.name for path in folder.path.iterdir())
    said = short("estimate", folder.path, "--steps", "1", "--rows", "2")
    (found,) = said["estimate"]
    assert list(said) == ["base", "row", "estimate", "done"]
    assert said["base"][0]["context_length"] == 256 and [row["row"] for row in said["row"]] == [1, 2]
    assert (found["device"], found["precision"]) == ("cpu", "fp32")
    assert found["steps"] == 6 and found["measured_steps"] == 1
    assert found["seconds"] == pytest.approx(6 * found["seconds_per_step"])
    assert found["memory"]["fits"] and 0 < found["memory"]["needed"] < found["memory"]["available"]
    assert found["memory"]["parts"]["optimizer"] > 0
    assert sorted(path.name for path in folder.path.iterdir()) == before


@pytest.fixture(scope="module")
def tuned(tmp_path_factory, base) -> str:
    folder = JobFolder(tmp_path_factory.mktemp("tuned"), base).rows("train", rows(24)).task(epochs=3, learning_rate=2e-2)
    return train_here(folder).lines[-1]["path"]


def export(folder, base_path: str, adapter: str | None, target: str, **more) -> dict[str, list[dict]]:
    request = {"base": {"path": base_path, "id": "test/base", "revision": "abc"}, "adapter": adapter, "target": target, **more}
    path = folder / f"{target}.json"
    path.write_text(json.dumps({"out": str(folder / target), "name": "mine", "card": "# Mine\n", "system": None, **request}))
    return short("export", path)


@pytest.mark.long
def test_a_merged_export_is_a_plain_model_with_the_same_greedy_answer(tmp_path, base, tuned):
    found = export(tmp_path, base, tuned, "merged")
    (exported,) = found["exported"]
    assert {file["name"] for file in exported["files"]} >= {"README.md", "config.json", "model.safetensors", "tokenizer.json"}
    from transformers import AutoModelForCausalLM, AutoTokenizer

    model = AutoModelForCausalLM.from_pretrained(exported["path"])
    tokenizer = AutoTokenizer.from_pretrained(exported["path"])
    assert not hasattr(model, "peft_config")
    inputs = tokenizer.apply_chat_template(QUESTION, add_generation_prompt=True, return_tensors="pt", return_dict=True)
    written = model.generate(**inputs, do_sample=False, max_new_tokens=20)[0, inputs["input_ids"].shape[1] :]
    server = Process("serve")
    server.send(kind="generate", id="r", base={"path": base, "id": "test/base"}, adapter=tuned, messages=QUESTION, temperature=0, max_tokens=20)
    server.kind("end")
    answer = "".join(line["text"] for line in server.of("token"))
    server.end()
    assert answer and tokenizer.decode(written, skip_special_tokens=True).strip() == answer.strip()


@pytest.mark.long
def test_exports_for_other_programs(tmp_path, base, tuned):
    (vllm,) = export(tmp_path, base, tuned, "vllm")["exported"]
    assert vllm["command"] == ["vllm", "serve", "test/base", "--revision", "abc", "--enable-lora", "--max-lora-rank", "16", "--lora-modules", f"mine={tmp_path}/vllm"]
    assert [file["name"] for file in vllm["files"]] == ["README.md", "adapter_config.json", "adapter_model.safetensors"]
    assert base not in (tmp_path / "vllm" / "adapter_config.json").read_text()
    assert (tmp_path / "vllm" / "README.md").read_text().startswith("# Mine\n\n## Use it\n\n```sh\nvllm serve test/base --revision abc ")
    # Of a folder nobody else has, only the path says anything; what is there goes where that was asked for.
    (own,) = export(tmp_path, base, tuned, "vllm", base={"path": base, "id": "mine", "revision": None}, replace=True)["exported"]
    assert own["command"][:3] == ["vllm", "serve", base]
    export(tmp_path, base, tuned, "ollama", system='Say """hi""".')
    assert (tmp_path / "ollama" / "Modelfile").read_text() == f"FROM {base}\nADAPTER ./adapter\nSYSTEM \"\"\"Say '''hi'''.\"\"\"\n"
    # There already, and no adapter to export.
    assert export(tmp_path, base, tuned, "vllm")["failed"][0]["code"] == "bad_task"
    (refused,) = export(tmp_path, base, None, "adapter")["exported"]
    assert [finding["severity"] for finding in refused["findings"]] == ["error"] and not (tmp_path / "adapter").exists()
