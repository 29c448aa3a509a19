import { layoutText, type TextRow } from '../../../components/editing/text-layout.ts';
import { replyMetrics } from '../../../domain/chat/transcript.ts';
import type { ChatReply } from '../../../domain/chat/types.ts';
import { isPracticeModel, PRACTICE_LABEL } from '../../../domain/provider/models.ts';
import { displayWidth } from '../../../domain/text/graphemes.ts';
import { sanitizeText } from '../../../domain/text/sanitize.ts';
import type { Tone } from '../../../theme/themes.ts';

/** Untrusted text made safe and wrapped softly; rows are offsets into `safe`. */
export interface WrappedText {
  readonly raw: string;
  readonly width: number;
  readonly safe: string;
  readonly rows: readonly TextRow[];
}

/** Rows at the end that more text may still change: the last, and the one before it when a cluster grows. */
const UNSETTLED_ROWS = 2;

/**
 * `raw` in rows of `width` columns; none when there is nothing to see. Empty lines at both ends are left out, so that a
 * row appears only when there is something in it. With `before`, what it was at the last look, text that has only grown
 * costs what has been added.
 */
export function wrapText(raw: string, width: number, before: WrappedText | null = null): WrappedText {
  if (before !== null && before.raw === raw && before.width === width) return before;
  const safe = sanitizeText(raw).replace(/^\n+/, '').trimEnd();
  return { raw, width, safe, rows: safe === '' ? [] : rowsOf(safe, width, before) };
}

function rowsOf(safe: string, width: number, before: WrappedText | null): readonly TextRow[] {
  const open = before === null ? undefined : before.rows.at(-UNSETTLED_ROWS);
  if (before === null || open === undefined || before.width !== width || !safe.startsWith(before.safe)) {
    return layoutText(safe, width);
  }
  const shifted = layoutText(safe.slice(open.start), width).map(({ start, end }) => ({
    start: start + open.start,
    end: end + open.start,
  }));
  return [...before.rows.slice(0, -UNSETTLED_ROWS), ...shifted];
}

/** A row under an answer. */
export interface ReplyNote {
  readonly text: string;
  readonly tone: Tone;
  /** Drawn before it; the rows after the first of one note have none and stand under its text. */
  readonly sign: 'running' | 'error' | 'warn' | null;
  readonly indent: boolean;
}

export interface ReplyLayout {
  readonly reply: ChatReply;
  readonly width: number;
  readonly text: WrappedText;
  readonly notes: readonly ReplyNote[];
}

/** What figures most often look like: rows are kept for them while an answer comes, so that nothing moves when it ends. */
const USUAL_FIGURES = ['000 tokens', 'first token 000 ms', '000 tokens/s', '$0.000000'];

/** Joins parts into as few rows of `width` as hold them whole. */
export function packIntoRows(parts: readonly string[], width: number, gap: string): readonly string[] {
  const rows: string[] = [];
  for (const part of parts) {
    const last = rows.at(-1);
    const joined = last === undefined ? part : `${last}${gap}${part}`;
    if (last === undefined || displayWidth(joined) > width) rows.push(part);
    else rows[rows.length - 1] = joined;
  }
  return rows;
}

const plainNote = (text: string): ReplyNote => ({ text, tone: 'muted', sign: null, indent: false });

function signedNotes(
  text: string,
  width: number,
  sign: NonNullable<ReplyNote['sign']>,
  tone: Tone,
): readonly ReplyNote[] {
  const { safe, rows } = wrapText(text, Math.max(2, width - 2));
  return rows.map((row, index) => ({
    text: safe.slice(row.start, row.end),
    tone,
    sign: index === 0 ? sign : null,
    indent: index > 0,
  }));
}

/** Figures, how it ended, what went wrong: the rows under one answer. */
export function replyNotes(reply: ChatReply, width: number, gap: string): readonly ReplyNote[] {
  const engine = isPracticeModel(reply.model) ? [PRACTICE_LABEL] : [];
  if (reply.status === 'streaming') {
    const kept = packIntoRows([...engine, ...USUAL_FIGURES], width, gap).length;
    const waiting = reply.text === '' ? 'waiting for the first token' : 'answering';
    const [first] = signedNotes(waiting, width, 'running', 'accent');
    return [...(first === undefined ? [] : [first]), ...Array.from({ length: kept - 1 }, () => plainNote(''))];
  }
  const wrong = reply.status === 'failed' ? (reply.error ?? 'The answer failed.') : '';
  const silent = reply.text.trim() === '' && reply.status !== 'failed' ? [plainNote('(nothing was said)')] : [];
  const figures = replyMetrics(reply);
  const rows = figures.length === 0 && wrong !== '' ? [] : packIntoRows([...engine, ...figures], width, gap);
  const early = reply.answer !== null && reply.answer.finishReason !== null && reply.answer.finishReason !== 'stop';
  return [
    ...silent,
    ...(wrong === '' ? [] : signedNotes(wrong, width, 'error', 'error')),
    ...rows.map(
      (text, index): ReplyNote => (early && index === 0 ? { ...plainNote(text), tone: 'warn' } : plainNote(text)),
    ),
  ];
}

/** One answer in rows of `width` columns. */
export function layoutReply(reply: ChatReply, width: number, gap: string, before: ReplyLayout | null): ReplyLayout {
  if (before !== null && before.reply === reply && before.width === width) return before;
  return {
    reply,
    width,
    text: wrapText(reply.text, width, before?.text ?? null),
    notes: replyNotes(reply, width, gap),
  };
}

export const replyHeight = (reply: ReplyLayout): number => reply.text.rows.length + reply.notes.length;
