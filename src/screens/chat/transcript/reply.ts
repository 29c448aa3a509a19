import { figureParts } from '../../../domain/chat/transcript.ts';
import type { ChatReply } from '../../../domain/chat/turn.ts';
import { displayWidth } from '../../../domain/text/graphemes.ts';
import type { Tone } from '../../../theme/index.ts';
import { isPracticeModel } from '../models/names.ts';
import { type Wrapped, wrapText } from './wrapped.ts';

/** A row under an answer. */
export interface Note {
  readonly text: string;
  readonly tone: Tone;
  /** Drawn before it; the rows after the first of one note have none and stand under its text. */
  readonly sign: 'running' | 'error' | 'warn' | null;
  readonly indent: boolean;
}

export interface ReplyLayout {
  readonly reply: ChatReply;
  readonly width: number;
  readonly text: Wrapped;
  readonly notes: readonly Note[];
}

/** What figures most often look like: rows are kept for them while an answer comes, so that nothing moves when it ends. */
const USUAL_FIGURES = ['000 tokens', 'first token 0.00 s', '000 tokens/s', '$0.000000'];

/** Joins parts into as few rows of `width` as hold them whole. */
export function packParts(parts: readonly string[], width: number, gap: string): readonly string[] {
  const rows: string[] = [];
  for (const part of parts) {
    const last = rows.at(-1);
    const joined = last === undefined ? part : `${last}${gap}${part}`;
    if (last === undefined || displayWidth(joined) > width) rows.push(part);
    else rows[rows.length - 1] = joined;
  }
  return rows;
}

const plain = (text: string): Note => ({ text, tone: 'muted', sign: null, indent: false });

function signed(text: string, width: number, sign: NonNullable<Note['sign']>, tone: Tone): readonly Note[] {
  const { safe, rows } = wrapText(text, Math.max(2, width - 2));
  return rows.map((row, index) => ({
    text: safe.slice(row.start, row.end),
    tone,
    sign: index === 0 ? sign : null,
    indent: index > 0,
  }));
}

/** Figures, how it ended, what went wrong: the rows under one answer. */
export function notesOf(reply: ChatReply, width: number, gap: string): readonly Note[] {
  const engine = isPracticeModel(reply.model) ? ['practice engine'] : [];
  if (reply.status === 'streaming') {
    const kept = packParts([...engine, ...USUAL_FIGURES], width, gap).length;
    const waiting = reply.text === '' ? 'waiting for the first token' : 'answering';
    const [first] = signed(waiting, width, 'running', 'accent');
    return [...(first === undefined ? [] : [first]), ...Array.from({ length: kept - 1 }, () => plain(''))];
  }
  const wrong = reply.status === 'failed' ? (reply.error ?? 'The answer failed.') : '';
  const silent = reply.text.trim() === '' && reply.status !== 'failed' ? [plain('(nothing was said)')] : [];
  const figures = figureParts(reply);
  const rows = figures.length === 0 && wrong !== '' ? [] : packParts([...engine, ...figures], width, gap);
  const early = reply.answer !== null && reply.answer.finishReason !== null && reply.answer.finishReason !== 'stop';
  return [
    ...silent,
    ...(wrong === '' ? [] : signed(wrong, width, 'error', 'error')),
    ...rows.map((text, index): Note => (early && index === 0 ? { ...plain(text), tone: 'warn' } : plain(text))),
  ];
}

/** One answer in rows of `width` columns. */
export function layoutReply(reply: ChatReply, width: number, gap: string, before: ReplyLayout | null): ReplyLayout {
  if (before !== null && before.reply === reply && before.width === width) return before;
  return {
    reply,
    width,
    text: wrapText(reply.text, width, before?.text ?? null),
    notes: notesOf(reply, width, gap),
  };
}

export const replyHeight = (reply: ReplyLayout): number => reply.text.rows.length + reply.notes.length;
