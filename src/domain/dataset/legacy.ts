import type { ChatMessage } from '../chat/types.ts';
import { isRecord } from '../json/record.ts';

/**
 * The prompt/completion form of OpenAI's first fine-tuning guide (2021-2023): a prompt ends in a separator, a
 * completion begins with a space and ends in a stop sequence. Neither means anything in chat form.
 */
const LEGACY_SEPARATOR = '\n\n###\n\n';
const LEGACY_STOP = ' END';

const SEPARATORS = /(?:\s*->|\s*\n+\s*(?:###|===|---)\s*)\s*$/;
const STOPS = /(?:\s*<\|endoftext\|>|\s+END|\s*\n+\s*(?:###|===|---|END|STOP)|\s+###|\s+STOP)\s*$/;

export interface LegacyPair {
  readonly prompt: string;
  readonly completion: string;
}

/** The pair of a parsed JSON line; null when it is of another form. */
export function readLegacyPair(value: unknown): LegacyPair | null {
  if (!isRecord(value) || typeof value.prompt !== 'string' || typeof value.completion !== 'string') return null;
  return { prompt: value.prompt, completion: value.completion };
}

/** The pair as a user message and its answer: separator, stop sequence, the leading space and line ends are dropped. */
export function legacyToChat(pair: LegacyPair): readonly [ChatMessage, ChatMessage] {
  return [
    { role: 'user', content: pair.prompt.replace(SEPARATORS, '') },
    { role: 'assistant', content: pair.completion.replace(STOPS, '').replace(/^ /, '').replace(/\n+$/, '') },
  ];
}

/**
 * An example as a pair. One user message is the prompt as it stands, a system message goes before it; a longer
 * conversation is told with its roles, since the old form knows none.
 */
export function chatToLegacy(messages: readonly ChatMessage[]): LegacyPair {
  const before = messages.slice(0, -1);
  const turns = before.filter((message) => message.role !== 'system');
  const [only] = turns;
  const told =
    turns.length === 1 && only !== undefined
      ? [only.content]
      : turns.map(({ role, content }) => `${role.slice(0, 1).toUpperCase()}${role.slice(1)}: ${content}`);
  const system = before.filter((message) => message.role === 'system').map((message) => message.content);
  return {
    prompt: [...system, ...told].join('\n\n') + LEGACY_SEPARATOR,
    completion: ` ${messages.at(-1)?.content ?? ''}${LEGACY_STOP}`,
  };
}
