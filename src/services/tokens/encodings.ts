import type { CountTokens } from '../../domain/chat/tokens.ts';
import { type Encoding, encodingFor } from '../../domain/provider/models.ts';

const loaded = new Map<Encoding, Promise<CountTokens>>();

/** Counts under the model's encoding, loaded on first use (about 150 ms). For texts without very long runs. */
export function counterFor(model: string): Promise<CountTokens> {
  const encoding = encodingFor(model);
  const known = loaded.get(encoding);
  if (known !== undefined) return known;
  const counter = load(encoding);
  loaded.set(encoding, counter);
  return counter;
}

async function load(encoding: Encoding): Promise<CountTokens> {
  const { countTokens } =
    encoding === 'cl100k_base'
      ? await import('gpt-tokenizer/encoding/cl100k_base')
      : await import('gpt-tokenizer/encoding/o200k_base');
  // Every call throws on `<|endoftext|>` in a person's text unless told that no special token is forbidden.
  const options = { disallowedSpecial: new Set<string>() };
  return (text) => countTokens(withoutMark(text), options);
}

/** gpt-tokenizer counts a byte order mark otherwise than the reference does; it is no text. */
function withoutMark(text: string): string {
  return text.charCodeAt(0) === 0xfeff ? text.slice(1) : text;
}
