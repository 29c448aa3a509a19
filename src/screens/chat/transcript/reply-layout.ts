import { layoutText, type TextRow } from '../../../components/editing/text-layout.ts';
import { packIntoRows } from '../../../components/text/packed.ts';
import { wordsIn } from '../../../domain/chat/thoughts.ts';
import { replyMetrics } from '../../../domain/chat/transcript.ts';
import type { ChatAnswer, ChatReply } from '../../../domain/chat/types.ts';
import { isPracticeModel, PRACTICE_LABEL } from '../../../domain/provider/models.ts';
import { plural } from '../../../domain/text/format.ts';
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
  /** Whether what the model thought is shown whole, and not by its count of words alone. */
  readonly unfolded: boolean;
  /** What the model thought, wrapped; no rows where it is folded or nothing. */
  readonly thought: WrappedText;
  /** Rows above the answer: what was thought. */
  readonly above: readonly ReplyNote[];
  readonly text: WrappedText;
  /** Rows below it. */
  readonly notes: readonly ReplyNote[];
}

/** What figures most often look like: rows are kept for them while an answer comes, so that nothing moves when it ends. */
const USUAL_FIGURES = ['000 tokens', 'first token 000 ms', '000 tokens/s', '$0.000000'];

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

const cutText = ({ usage }: ChatAnswer): string =>
  `The answer was cut${usage === null ? '' : ` at ${plural(usage.completionTokens, 'token')}`}: raise max tokens (p).`;

/** What was thought, in rows above the answer: how much, and the words of it where it is unfolded. */
function thoughtNotes({ thoughts }: ChatReply, { safe, rows }: WrappedText, unfolded: boolean): readonly ReplyNote[] {
  if (thoughts === undefined) return [];
  const count = plainNote(`thought ${plural(wordsIn(thoughts), 'word')} first${unfolded ? '' : '  (t shows them)'}`);
  return [count, ...rows.map(({ start, end }) => ({ ...plainNote(safe.slice(start, end)), indent: true }))];
}

/** Figures, how it ended, what went wrong: the rows under one answer. */
export function replyNotes(reply: ChatReply, width: number, gap: string): readonly ReplyNote[] {
  const engine = isPracticeModel(reply.model) ? [PRACTICE_LABEL] : [];
  if (reply.status === 'streaming') {
    const kept = packIntoRows([...engine, ...USUAL_FIGURES], width, gap).length;
    const silent = reply.thoughts === undefined ? 'waiting for the first token' : 'thinking';
    const waiting = reply.text === '' ? silent : 'answering';
    const [first] = signedNotes(waiting, width, 'running', 'accent');
    return [...(first === undefined ? [] : [first]), ...Array.from({ length: kept - 1 }, () => plainNote(''))];
  }
  const wrong = reply.status === 'failed' ? (reply.error ?? 'The answer failed.') : '';
  const said = reply.thoughts === undefined ? '(nothing was said)' : '(thought, and gave no answer)';
  const silent = reply.text.trim() === '' && reply.status !== 'failed' ? [plainNote(said)] : [];
  const cut = reply.answer?.finishReason === 'length' ? signedNotes(cutText(reply.answer), width, 'warn', 'warn') : [];
  const figures = replyMetrics(reply);
  const rows = figures.length === 0 && wrong !== '' ? [] : packIntoRows([...engine, ...figures], width, gap);
  const early = reply.answer !== null && reply.answer.finishReason !== null && reply.answer.finishReason !== 'stop';
  return [
    ...silent,
    ...cut,
    ...(wrong === '' ? [] : signedNotes(wrong, width, 'error', 'error')),
    ...rows.map(
      (text, index): ReplyNote => (early && index === 0 ? { ...plainNote(text), tone: 'warn' } : plainNote(text)),
    ),
  ];
}

/** One answer in rows of `width` columns, its thoughts above it. */
export function layoutReply(
  reply: ChatReply,
  width: number,
  { gap, unfolded }: { readonly gap: string; readonly unfolded: boolean },
  before: ReplyLayout | null,
): ReplyLayout {
  if (before !== null && before.reply === reply && before.width === width && before.unfolded === unfolded)
    return before;
  const shown = unfolded ? (reply.thoughts ?? '') : '';
  const thought = wrapText(shown, Math.max(2, width - 2), before?.thought ?? null);
  return {
    reply,
    width,
    unfolded,
    thought,
    above: thoughtNotes(reply, thought, unfolded),
    text: wrapText(reply.text, width, before?.text ?? null),
    notes: replyNotes(reply, width, gap),
  };
}

export const replyHeight = ({ above, text, notes }: ReplyLayout): number =>
  above.length + text.rows.length + notes.length;
