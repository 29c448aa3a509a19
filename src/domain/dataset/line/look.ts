import { type CountTokens, countText, PER_MESSAGE, PER_NAME, PER_REPLY } from '../../chat/tokens.ts';
import type { LineMeasure } from '../report.ts';
import { digestOf } from '../rubbish/digests.ts';
import { type AnswerLook, lookAtAnswer } from '../rubbish/look.ts';
import type { DatasetFinding } from '../types.ts';
import type { CheckedLine } from './chat.ts';
import type { LineKind, ParsedTrainingLine } from './preference.ts';

/** All that a check wants to know of a line by itself: it may be looked at in any thread, and in any order. */
export interface LineLook {
  readonly line: number;
  readonly bytes: number;
  readonly isBlank: boolean;
  readonly kind: LineKind | null;
  readonly findings: readonly DatasetFinding[];
  /** Null where nothing could be read. */
  readonly measure: LineMeasure | null;
  /** Of the line as it stands, white space at its ends aside; 0 where nothing could be read. */
  readonly digest: number;
  readonly answer: AnswerLook | null;
}

/** `count` is called with texts free of very long runs. */
export function lookAtLine(text: string, number: number, parsed: ParsedTrainingLine, count: CountTokens): LineLook {
  const { kind, line, findings } = parsed;
  const trimmed = text.trim();
  const look = { line: number, bytes: Buffer.byteLength(text) + 1, isBlank: trimmed === '', kind, findings };
  if (line === null) return { ...look, measure: null, digest: 0, answer: null };
  const { messages } = line;
  return {
    ...look,
    measure: {
      messages: messages.length,
      ...countLine(line, count),
      hasSystem: messages.some((message) => message.role === 'system'),
      hasUser: messages.some((message) => message.role === 'user'),
    },
    digest: digestOf([trimmed]),
    answer: lookAtAnswer(parsed),
  };
}

/**
 * The tokens of an example, as `tokensOfMessages` counts them, and those of its answers; `count` is called once with every text of
 * it.
 */
export function countLine(
  { messages }: CheckedLine,
  count: CountTokens,
): { readonly tokens: number; readonly assistantTokens: number } {
  let tokens = PER_REPLY;
  let assistantTokens = 0;
  for (const { role, counted, spoken } of messages) {
    const said = spoken.reduce((total, text) => total + countText(text, count), 0);
    // Beside what is spoken: the role first, and the name last.
    const name = counted.named ? PER_NAME + countText(counted.values.at(-1) ?? '', count) : 0;
    tokens += PER_MESSAGE + countText(role, count) + said + name;
    if (role === 'assistant') assistantTokens += said;
  }
  return { tokens, assistantTokens };
}
