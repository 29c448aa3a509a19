"""The base in memory, the adapters on it, and the tokenizers of bases that are only counted with."""

import gc
import os
from typing import Any

import torch

from .chat_template import ChatTemplate
from .checkpoints import PAPERS, read_json
from .failures import Failure, classify, first_line
from .models import context_length, load_config, load_model, load_tokenizer, pick_precision, stored_dtype
from .pieces import Pieces

KEPT_ADAPTERS = 32


def read_papers(folder: str) -> dict[str, Any]:
    """luthier.json of a model folder; {} where there is none, as in a base from elsewhere."""
    try:
        papers = read_json(os.path.join(folder, PAPERS))
    except (OSError, ValueError):
        return {}
    return papers if isinstance(papers, dict) else {}


class Words:
    """Tokenizer, template and limits of a base: all that counting needs, and no weights."""

    def __init__(self, path: str) -> None:
        self.path = path
        self.tokenizer = load_tokenizer(path)
        self.config = load_config(path)
        self.context = context_length(self.config, self.tokenizer)
        self.pieces = Pieces(self.tokenizer)
        self.papers = read_papers(path)

    def template(self, options: dict[str, Any] | None, papers: dict[str, Any]) -> ChatTemplate:
        """The template as a request wants it, else as the adapter (or the tuned base) was trained with."""
        trained = papers or self.papers
        chosen = trained.get("template_options") if options is None else options
        return ChatTemplate(self.tokenizer, chosen, trained.get("date"))


class LoadedBase:
    """A base's weights, with adapters switched on them."""

    def __init__(self, words: Words, device: str, precision: str) -> None:
        self.words = words
        self.device = device
        self.precision = pick_precision(precision, device, stored_dtype(words.config))
        self.model = load_model(words.path, self.precision, device).eval()
        self.parameters = sum(parameter.numel() for parameter in self.model.parameters())
        self.names: dict[str, str] = {}
        self.drawn = 0

    def adapter(self, folder: str | None, base_id: str, busy: set[str]) -> str | None:
        """PEFT's name of the adapter in `folder`, loaded where it is not yet. `busy` are names that answers still need."""
        if folder is None:
            return None
        if folder in self.names:
            # To the end: the longest unused one goes first.
            self.names[folder] = self.names.pop(folder)
            return self.names[folder]
        trained_on = (read_papers(folder).get("base") or {}).get("id", base_id)
        if trained_on != base_id:
            fix = "Name the base it was trained on."
            raise Failure("bad_adapter", f"The adapter in {folder} was trained on {trained_on}, not on {base_id}.", fix)
        self._make_room(busy)
        self.drawn += 1
        name = f"a{self.drawn}"
        self._load(folder, name)
        self.names[folder] = name
        return name

    def _load(self, folder: str, name: str) -> None:
        from peft import LoraConfig, PeftConfig, PeftModel

        fix = "Take an adapter of this base, and copy its folder whole."
        if not os.path.isfile(os.path.join(folder, "adapter_config.json")):
            raise Failure("bad_adapter", f"There is no adapter in {folder}.", fix)
        try:
            config = PeftConfig.from_pretrained(folder)
            if not isinstance(config, LoraConfig) or config.modules_to_save or config.use_dora:
                raise ValueError("it is not LoRA alone, and cannot be mixed with others in one batch")
            if isinstance(self.model, PeftModel):
                self.model.load_adapter(folder, adapter_name=name)
            else:
                self.model = PeftModel.from_pretrained(self.model, folder, adapter_name=name)
            self.model.eval()
        except Exception as error:
            if classify(error).code == "out_of_memory":
                raise
            raise Failure("bad_adapter", f"The adapter in {folder} cannot be loaded: {first_line(str(error))}", fix) from error

    def _make_room(self, busy: set[str]) -> None:
        free = [folder for folder, name in self.names.items() if name not in busy]
        for folder in free[: max(0, len(self.names) - KEPT_ADAPTERS + 1)]:
            self.drop(folder)

    def drop(self, folder: str) -> None:
        name = self.names.pop(folder, None)
        if name is None:
            return
        if len(self.names) == 0:
            # PEFT cannot be without an adapter; what is left under it is the base as it was.
            self.model = self.model.unload().eval()
        else:
            self.model.set_adapter(next(iter(self.names.values())))
            self.model.delete_adapter(name)


def free_memory() -> None:
    gc.collect()
    if torch.cuda.is_available():
        torch.cuda.empty_cache()
