import { isBlank } from '../../text/blank.ts';
import type { LineMessage } from '../line/message.ts';
import type { ParsedTrainingLine } from '../line/preference.ts';
import { digestOf } from './digests.ts';
import { answerFlags, type ContentFlag } from './flags.ts';
import { type AnswerLength, lengthOf } from './repeats.ts';

/** What a search for rubbish wants to know of an example: numbers and marks, so that another thread may look. */
export interface AnswerLook {
  readonly flags: readonly ContentFlag[];
  /** Of a preference line. */
  readonly isPair: boolean;
  /** The answer is words: it calls nothing and is not blank. */
  readonly isSpoken: boolean;
  /** The digest of everything before the answer; null where that holds images, which are not compared. */
  readonly prompt: number | null;
  readonly answer: number;
  readonly length: AnswerLength;
  /** It answers the first question of its talk. */
  readonly first: boolean;
}

/** The words of an example, which are looked at while a file is new, and of what is quoted. */
export interface AnswerTexts {
  readonly system: string;
  readonly questions: readonly string[];
  readonly answer: string;
}

/** What is seen of the answer that a line teaches; null where it teaches none. */
export function lookAtAnswer(parsed: ParsedTrainingLine): AnswerLook | null {
  const found = answerOf(parsed);
  if (found === null) return null;
  const messages = parsed.line?.messages ?? [];
  const { at, message } = found;
  const before = messages.slice(0, at);
  const isPair = parsed.kind === 'preference';
  const isSpoken = message.toolCallIds.length === 0 && !isBlank(message.text);
  const flags = flagsAmong(messages, at);
  if (isPair || !isSpoken) return { flags, isPair, isSpoken, prompt: null, answer: 0, length: 'label', first: false };
  return {
    flags,
    isPair,
    isSpoken,
    prompt: before.every(({ images }) => images === 0)
      ? digestOf(before.flatMap(({ counted }) => counted.values))
      : null,
    answer: digestOf(message.counted.values),
    length: lengthOf(message.text),
    first: before.filter(({ role }) => role === 'user').length === 1,
  };
}

/** The words of the example that a line is. */
export function textsOf(parsed: ParsedTrainingLine): AnswerTexts {
  const found = answerOf(parsed);
  const before = parsed.line?.messages.slice(0, found?.at ?? 0) ?? [];
  return {
    system: before.find(({ role }) => role === 'system')?.text ?? '',
    questions: before.filter(({ role }) => role === 'user').map(({ text }) => text),
    answer: found?.message.text ?? '',
  };
}

/** The answer that is learned: the last message, of a preference line the better of its two answers. */
function answerOf({ kind, line }: ParsedTrainingLine): { readonly at: number; readonly message: LineMessage } | null {
  const messages = line?.messages ?? [];
  const at = messages.length - (kind === 'preference' ? 2 : 1);
  const message = messages[at];
  return message?.role === 'assistant' ? { at, message } : null;
}

/** Flags of every answer that is learned, up to the one at `last`. A message that calls tools need say nothing. */
function flagsAmong(messages: readonly LineMessage[], last: number): readonly ContentFlag[] {
  const found = new Set<ContentFlag>();
  messages.slice(0, last + 1).forEach((message) => {
    const { role, learned, toolCallIds, text, images, refused, cut } = message;
    if (role !== 'assistant' || !learned || toolCallIds.length > 0 || images > 0 || message.calls) return;
    if (message.isUnread) return;
    for (const flag of answerFlags({ text, refused, cut })) found.add(flag);
  });
  return [...found];
}
