import { drawnSlice } from '../../../components/editing/text-layout.ts';
import type { ListMove } from '../../../components/lists/list-window.ts';
import { scrollBy } from '../../../components/text/scroll-rows.tsx';
import type { ChatTurn } from '../../../domain/chat/types.ts';
import {
  layoutReply,
  type ReplyLayout,
  type ReplyNote,
  replyHeight,
  type WrappedText,
  wrapText,
} from './reply-layout.ts';

/** Columns before everything: the sign of the chosen exchange. */
export const GUTTER = 2;
/** `You` and the space after it. */
export const LABEL_WIDTH = 5;
/** Between answers side by side. */
export const COLUMN_GAP = 3;
/** Narrower than this an answer is not worth reading beside another. */
export const MIN_COLUMN_WIDTH = 30;

/** All that the rows of a conversation depend on besides what was said. */
export interface TranscriptShape {
  readonly width: number;
  /** Where answers are shown one at a time: which. */
  readonly column: number;
  /** Between figures: ` · `. */
  readonly gap: string;
  /** Whether an answer is on its way; a turn without any was else cut off by the end of the app. */
  readonly busy: boolean;
  /** Whether what models thought is shown whole. */
  readonly unfolded: boolean;
}

export interface TurnLayout {
  readonly turn: ChatTurn;
  readonly shape: TranscriptShape;
  /** The system message where it is another one than before; else null. */
  readonly system: string | null;
  readonly user: WrappedText;
  /** The answers shown; one of them where it is too narrow for two side by side. */
  readonly replies: readonly ReplyLayout[];
  /** How many stand side by side: the others are below them, as many again. */
  readonly beside: number;
  /** Index in the turn of the first shown. */
  readonly first: number;
  readonly height: number;
}

export type TranscriptRow =
  | { readonly kind: 'gap' }
  | { readonly kind: 'system'; readonly text: string }
  /** `remark` stands behind it where there is room. */
  | { readonly kind: 'user'; readonly first: boolean; readonly text: string; readonly remark: string }
  /** Of the answers that stand side by side from index `from` on of those shown. */
  | { readonly kind: 'names'; readonly from: number }
  | { readonly kind: 'cells'; readonly from: number; readonly cells: readonly ReplyCell[] };

/** A row of one answer: its words, a note under it, or nothing. */
export type ReplyCell =
  | { readonly kind: 'text'; readonly text: string }
  | ({ readonly kind: 'note' } & ReplyNote)
  | null;

export interface TranscriptLayout {
  readonly turns: readonly TurnLayout[];
  /** The first row of each turn. */
  readonly starts: readonly number[];
  readonly total: number;
}

/** Whether `count` answers fit side by side. */
export function fitsBeside(count: number, width: number): boolean {
  return GUTTER + count * MIN_COLUMN_WIDTH + (count - 1) * COLUMN_GAP <= width;
}

/** How many of `count` answers stand side by side, so that no row of them has many more than another; 1 where two do not fit. */
export function besideOf(count: number, width: number): number {
  let most = Math.max(1, count);
  while (most > 1 && !fitsBeside(most, width)) most -= 1;
  return most === 1 ? 1 : Math.ceil(count / Math.ceil(count / most));
}

const replyWidth = (count: number, width: number): number =>
  Math.max(2, Math.floor((width - GUTTER - (count - 1) * COLUMN_GAP) / Math.max(1, count)));

function layoutTurn(
  turn: ChatTurn,
  system: string | null,
  shape: TranscriptShape,
  before: TurnLayout | null,
): TurnLayout {
  const same = before?.turn === turn && before.system === system;
  if (same && sameShape(before.shape, shape)) return before;
  const beside = besideOf(turn.replies.length, shape.width);
  const single = beside === 1 && turn.replies.length > 1;
  const first = single ? Math.min(shape.column, turn.replies.length - 1) : 0;
  const shown = single ? turn.replies.slice(first, first + 1) : turn.replies;
  const width = replyWidth(beside, shape.width);
  const replies = shown.map((reply) => {
    const known = before?.replies.find((one) => one.reply.model === reply.model) ?? null;
    return layoutReply(reply, width, shape, known);
  });
  const user = wrapText(turn.user, Math.max(2, shape.width - GUTTER - LABEL_WIDTH), before?.user ?? null);
  const answers = bandsOf({ replies, beside }).reduce((sum, band) => sum + 1 + heightOf(band), 0);
  const height = (system === null ? 0 : 1) + user.rows.length + (replies.length === 0 ? 1 : answers) + 1;
  return { turn, shape, system, user, replies, beside, first, height };
}

const heightOf = (band: readonly ReplyLayout[]): number => Math.max(0, ...band.map(replyHeight));

/** The answers in the order they are read, those that stand side by side together. */
const bandsOf = ({ replies, beside }: Pick<TurnLayout, 'replies' | 'beside'>): readonly (readonly ReplyLayout[])[] =>
  Array.from({ length: Math.ceil(replies.length / beside) }, (_, nth) =>
    replies.slice(nth * beside, (nth + 1) * beside),
  );

const sameShape = (a: TranscriptShape, b: TranscriptShape): boolean =>
  a.width === b.width && a.column === b.column && a.gap === b.gap && a.busy === b.busy && a.unfolded === b.unfolded;

/** The conversation in rows. With `before`, the layout of the last look, only what has changed is laid out. */
export function layoutTranscript(
  turns: readonly ChatTurn[],
  shape: TranscriptShape,
  before: TranscriptLayout | null,
): TranscriptLayout {
  let system = '';
  let total = 0;
  const starts: number[] = [];
  const laid = turns.map((turn, index) => {
    const changed = turn.system.trim() === system ? null : turn.system.trim() || '(none)';
    system = turn.system.trim();
    const known = before?.turns[index] ?? null;
    const layout = layoutTurn(turn, changed, shape, known?.turn.id === turn.id ? known : null);
    starts.push(total);
    total += layout.height;
    return layout;
  });
  // The gap after the last exchange is for the next one.
  return { turns: laid, starts, total: Math.max(0, total - 1) };
}

/** Row `index` of one turn, from 0; what is below its last row is a gap. */
export function rowOfTurn(layout: TurnLayout, index: number): TranscriptRow {
  const { system, user, replies } = layout;
  let at = index;
  if (system !== null) {
    if (at === 0) return { kind: 'system', text: system };
    at -= 1;
  }
  const said = user.rows[at];
  if (said !== undefined) {
    const remark = layout.turn.alone === true && at === user.rows.length - 1 ? '  (sent alone)' : '';
    return { kind: 'user', first: at === 0, text: drawnSlice(user.safe, said.start, said.end), remark };
  }
  at -= user.rows.length;
  if (replies.length === 0)
    return at === 0 ? { kind: 'cells', from: 0, cells: [missingReply(layout.shape.busy)] } : { kind: 'gap' };
  let from = 0;
  for (const band of bandsOf(layout)) {
    const below = at - 1;
    if (at === 0) return { kind: 'names', from };
    if (below < heightOf(band)) return { kind: 'cells', from, cells: band.map((reply) => replyCell(reply, below)) };
    at -= 1 + heightOf(band);
    from += layout.beside;
  }
  return { kind: 'gap' };
}

function missingReply(busy: boolean): ReplyCell {
  const note = { kind: 'note', indent: false } as const;
  return busy
    ? { ...note, text: 'asking', tone: 'accent', sign: 'running' }
    : { ...note, text: 'Luthier ended before an answer was complete: r asks again.', tone: 'warn', sign: 'warn' };
}

function replyCell({ above, text, notes }: ReplyLayout, index: number): ReplyCell {
  const thought = above[index];
  if (thought !== undefined) return { kind: 'note', ...thought };
  const at = index - above.length;
  const row = text.rows[at];
  if (row !== undefined) return { kind: 'text', text: drawnSlice(text.safe, row.start, row.end) };
  const note = notes[at - text.rows.length];
  return note === undefined ? null : { kind: 'note', ...note };
}

/** The first visible row, by the turn it is in, so that it stays in place when the width changes. */
export interface ScrollAnchor {
  readonly turnId: string;
  readonly row: number;
}

/** Index of the turn that holds row `at` of the transcript. */
export function turnAt({ starts }: TranscriptLayout, at: number): number {
  let low = 0;
  let high = starts.length - 1;
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if ((starts[middle] ?? 0) <= at) low = middle;
    else high = middle - 1;
  }
  return low;
}

/** The first visible row; without an anchor the one that shows the end. */
export function firstVisibleRow(layout: TranscriptLayout, anchor: ScrollAnchor | null, height: number): number {
  const end = Math.max(0, layout.total - height);
  const index = anchor === null ? -1 : layout.turns.findIndex(({ turn }) => turn.id === anchor.turnId);
  const turn = layout.turns[index];
  if (anchor === null || turn === undefined) return end;
  return Math.min(end, (layout.starts[index] ?? 0) + Math.min(anchor.row, turn.height - 1));
}

/** The anchor of a first visible row; null at the end, which is then kept to. */
export function anchorAt(layout: TranscriptLayout, top: number, height: number): ScrollAnchor | null {
  if (top >= layout.total - height) return null;
  const index = turnAt(layout, top);
  const turn = layout.turns[index]?.turn;
  return turn === undefined ? null : { turnId: turn.id, row: top - (layout.starts[index] ?? 0) };
}

export function scrollAnchor(
  layout: TranscriptLayout,
  anchor: ScrollAnchor | null,
  move: ListMove,
  height: number,
): ScrollAnchor | null {
  const top = scrollBy(firstVisibleRow(layout, anchor, height), move, layout.total, height);
  return anchorAt(layout, top, height);
}

/** Brings a turn into sight: as it is when all of it is, else from its first row. */
export function revealTurn(
  layout: TranscriptLayout,
  anchor: ScrollAnchor | null,
  index: number,
  height: number,
): ScrollAnchor | null {
  const top = firstVisibleRow(layout, anchor, height);
  const start = layout.starts[index] ?? 0;
  const end = start + (layout.turns[index]?.height ?? 0) - 1;
  return start >= top && end <= top + height ? anchor : anchorAt(layout, Math.min(start, layout.total), height);
}
