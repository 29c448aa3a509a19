"""Tokens as text and bytes."""

import json
import re
from typing import Any

BYTE_TOKEN = re.compile(r"<0x([0-9A-F]{2})>")


def byte_alphabet() -> dict[str, int]:
    """The characters that byte-level tokenizers write bytes as (GPT-2's `bytes_to_unicode`, turned around)."""
    printable = [*range(33, 127), *range(161, 173), *range(174, 256)]
    others = [byte for byte in range(256) if byte not in printable]
    return {chr(byte): byte for byte in printable} | {chr(256 + place): byte for place, byte in enumerate(others)}


class Pieces:
    """What single tokens are. A token need not be text: an emoji may be four of them, so bytes are what is exact."""

    def __init__(self, tokenizer: Any) -> None:
        self.tokenizer = tokenizer
        self.added = {number: str(token) for number, token in tokenizer.added_tokens_decoder.items()}
        decoder = json.loads(tokenizer.backend_tokenizer.to_str()).get("decoder") or {}
        self.alphabet = byte_alphabet() if '"ByteLevel"' in json.dumps(decoder) else None

    def bytes(self, token: int) -> bytes:
        if token in self.added:
            return self.added[token].encode("utf-8")
        text = self.tokenizer.convert_ids_to_tokens(token) or ""
        if self.alphabet is not None:
            return b"".join(bytes([self.alphabet[char]]) if char in self.alphabet else char.encode("utf-8") for char in text)
        single = BYTE_TOKEN.fullmatch(text)
        return bytes([int(single.group(1), 16)]) if single else text.replace("\u2581", " ").encode("utf-8")

    def entry(self, token: int, logprob: float) -> dict[str, Any]:
        data = self.bytes(token)
        return {"token": token, "text": data.decode("utf-8", "replace"), "bytes": list(data), "logprob": logprob}

    def stream(self) -> "TextStream":
        return TextStream(self.tokenizer)


class TextStream:
    """An answer's text as it becomes whole: nothing for the parts of a character, all of it with the last part."""

    def __init__(self, tokenizer: Any) -> None:
        from tokenizers.decoders import DecodeStream

        self.backend = tokenizer.backend_tokenizer
        self.decoder = DecodeStream(skip_special_tokens=True)

    def step(self, token: int) -> str:
        return self.decoder.step(self.backend, token) or ""
