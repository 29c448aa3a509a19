import { isUtf8 } from 'node:buffer';
import type { CountTokens } from '../../domain/chat/tokens.ts';
import { type LineLook, lookAtLine } from '../../domain/dataset/line/look.ts';
import { parseTrainingLine } from '../../domain/dataset/line/preference.ts';
import { type CountOfBoth, PlainLook } from '../../domain/dataset/plain/look.ts';
import { plainTexts } from '../../domain/dataset/plain/texts.ts';
import { CONTENT_FLAGS } from '../../domain/dataset/rubbish/flags.ts';
import { type AnswerLook, type AnswerTexts, textsOf } from '../../domain/dataset/rubbish/look.ts';
import type { DatasetFinding } from '../../domain/dataset/types.ts';

/** What was seen of the lines of a block, in a form that goes from thread to thread at little cost. */
export interface PackedLooks {
  readonly lines: number;
  /** Three a line: of the line, of its prompt (-1 where that holds images) and of its answer. */
  readonly digests: Float64Array;
  /** Four a line: its bytes, messages, tokens, and tokens of its answers. */
  readonly counts: Int32Array;
  /** One a line, a bit a fact. */
  readonly marks: Uint32Array;
  /** By their line in the block, from 0, in order; the lines of the findings count from 1 at the block's beginning. */
  readonly findings: readonly { readonly index: number; readonly findings: readonly DatasetFinding[] }[];
}

const LENGTHS = ['label', 'sentence', 'passage'] as const;
const KINDS = [null, 'chat', 'preference'] as const;

/** Bits of a line's mark. */
const BLANK = 1;
const MEASURED = 2;
const SYSTEM = 4;
const USER = 8;
const ANSWERED = 16;
const PAIR = 32;
const SPOKEN = 64;
const FIRST = 128;
const KIND_AT = 8;
const LENGTH_AT = 10;
const FLAGS_AT = 12;

const LINE_END = 0x0a;
const RETURN = 0x0d;

/** Where each line of a block begins, and at last where one more would. */
export function lineStarts(block: Buffer): readonly number[] {
  const starts = [0];
  for (let at = block.indexOf(LINE_END); at !== -1; at = block.indexOf(LINE_END, at + 1)) starts.push(at + 1);
  if (starts.at(-1) !== block.length) starts.push(block.length + 1);
  return starts;
}

/** Where a line ends that begins at `start`, the next one at `next`. */
function lineEnd(block: Buffer, start: number, next: number): number {
  const end = next - 1;
  return end > start && block[end - 1] === RETURN ? end - 1 : end;
}

/** The line between two starts, without its end. A text a line: one sign beyond Latin-1 would make all of a block twice as large. */
function lineAt(block: Buffer, start: number, next: number): string {
  return block.toString('utf8', start, lineEnd(block, start, next));
}

/** The words of the line between two starts. */
export const textsAt = (block: Buffer, start: number, next: number, number: number): AnswerTexts =>
  plainTexts(block, start, lineEnd(block, start, next)) ??
  textsOf(parseTrainingLine(lineAt(block, start, next), number));

/** Looks at the lines of a block, which are whole; null where they are no UTF-8. */
export function lookAtBlock(block: Buffer, count: CountOfBoth): PackedLooks | null {
  if (!isUtf8(block)) return null;
  const starts = lineStarts(block);
  const lines = starts.length - 1;
  const packed = {
    lines,
    digests: new Float64Array(lines * 3),
    counts: new Int32Array(lines * 4),
    marks: new Uint32Array(lines),
    findings: [] as { readonly index: number; readonly findings: readonly DatasetFinding[] }[],
  };
  const plain = new PlainLook(count);
  for (let index = 0; index < lines; index += 1) {
    const start = starts[index] ?? 0;
    const next = starts[index + 1] ?? 0;
    const look =
      plain.at(block, start, lineEnd(block, start, next), index + 1) ??
      lookAtText(block, start, next, index + 1, count.text);
    // Written one by one: a list for each line would be garbage.
    packed.digests[index * 3] = look.digest;
    packed.digests[index * 3 + 1] = look.answer?.prompt ?? -1;
    packed.digests[index * 3 + 2] = look.answer?.answer ?? 0;
    packed.counts[index * 4] = look.bytes;
    packed.counts[index * 4 + 1] = look.measure?.messages ?? 0;
    packed.counts[index * 4 + 2] = look.measure?.tokens ?? 0;
    packed.counts[index * 4 + 3] = look.measure?.assistantTokens ?? 0;
    packed.marks[index] = markOf(look);
    if (look.findings.length > 0) packed.findings.push({ index, findings: look.findings });
  }
  return packed;
}

function lookAtText(block: Buffer, start: number, next: number, number: number, count: CountTokens): LineLook {
  const text = lineAt(block, start, next);
  return lookAtLine(text, number, parseTrainingLine(text, number), count);
}

function markOf({ isBlank, kind, measure, answer }: LineLook): number {
  const bits =
    (isBlank ? BLANK : 0) |
    (measure === null ? 0 : MEASURED) |
    (measure?.hasSystem === true ? SYSTEM : 0) |
    (measure?.hasUser === true ? USER : 0) |
    (KINDS.indexOf(kind) << KIND_AT);
  if (answer === null) return bits;
  const flags = answer.flags.reduce((all, flag) => all | (1 << CONTENT_FLAGS.indexOf(flag)), 0);
  return (
    bits |
    ANSWERED |
    (answer.isPair ? PAIR : 0) |
    (answer.isSpoken ? SPOKEN : 0) |
    (answer.first ? FIRST : 0) |
    (LENGTHS.indexOf(answer.length) << LENGTH_AT) |
    (flags << FLAGS_AT)
  );
}

/** What was seen of each line of a block that begins after `before` lines. */
export function* unpackLooks(packed: PackedLooks, before: number): Generator<LineLook> {
  const { lines, digests, counts, marks, findings } = packed;
  let found = 0;
  for (let index = 0; index < lines; index += 1) {
    const mark = marks[index] ?? 0;
    const own = findings[found]?.index === index ? (findings[found]?.findings ?? []) : [];
    if (own.length > 0) found += 1;
    yield {
      line: before + index + 1,
      bytes: counts[index * 4] ?? 0,
      isBlank: (mark & BLANK) !== 0,
      kind: KINDS[(mark >>> KIND_AT) & 3] ?? null,
      findings: own.map((finding) => ({ ...finding, line: finding.line + before })),
      measure:
        (mark & MEASURED) === 0
          ? null
          : {
              messages: counts[index * 4 + 1] ?? 0,
              tokens: counts[index * 4 + 2] ?? 0,
              assistantTokens: counts[index * 4 + 3] ?? 0,
              hasSystem: (mark & SYSTEM) !== 0,
              hasUser: (mark & USER) !== 0,
            },
      digest: digests[index * 3] ?? 0,
      answer: (mark & ANSWERED) === 0 ? null : answerAt(digests, mark, index),
    };
  }
}

const NO_FLAGS: AnswerLook['flags'] = [];

function answerAt(digests: Float64Array, mark: number, index: number): AnswerLook {
  const prompt = digests[index * 3 + 1] ?? -1;
  const flags = mark >>> FLAGS_AT;
  return {
    flags: flags === 0 ? NO_FLAGS : CONTENT_FLAGS.filter((_, place) => (flags & (1 << place)) !== 0),
    isPair: (mark & PAIR) !== 0,
    isSpoken: (mark & SPOKEN) !== 0,
    prompt: prompt === -1 ? null : prompt,
    answer: digests[index * 3 + 2] ?? 0,
    length: LENGTHS[(mark >>> LENGTH_AT) & 3] ?? 'label',
    first: (mark & FIRST) !== 0,
  };
}
