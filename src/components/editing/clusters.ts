import { displayWidth } from '../../domain/text/graphemes.ts';

/**
 * Grapheme clusters found from where one is, not from the start of the text: a key in the middle of a 100 kB line
 * must not cost the whole line. Offsets are UTF-16 code units; every function gives offsets on cluster boundaries.
 */

const segmenter = new Intl.Segmenter('en', { granularity: 'grapheme' });
const NEAR = 64;

/** A character that never joins a neighbour of its own kind: printable ASCII, kana, the common ideographs. */
const isSimple = (code: number): boolean =>
  (code >= 0x20 && code <= 0x7e) || (code >= 0x4e00 && code <= 0x9fff) || (code >= 0x3041 && code <= 0x3096);

/** Where the cluster that starts at `start` ends; `start` itself at the end of the text. */
export function clusterEnd(text: string, start: number): number {
  if (start >= text.length) return text.length;
  const code = text.charCodeAt(start);
  if (isSimple(code) && (start + 1 === text.length || isSimple(text.charCodeAt(start + 1)))) return start + 1;
  if (code === 10) return start + 1;
  const first = firstLength(text.slice(start, start + NEAR));
  return first < NEAR || start + NEAR >= text.length ? start + first : start + firstLength(text.slice(start));
}

function firstLength(text: string): number {
  const first = segmenter.segment(text)[Symbol.iterator]().next();
  return first.done === true ? 0 : first.value.segment.length;
}

/** A boundary at or before `offset` that holds whatever stands before it. */
function sureBoundary(text: string, offset: number): number {
  for (let at = offset; at > 0; at--) {
    const before = text.charCodeAt(at - 1);
    if (before === 10 || (isSimple(before) && at < text.length && isSimple(text.charCodeAt(at)))) return at;
  }
  return 0;
}

/** Where the cluster before `offset` starts; 0 at the start of the text. */
export function clusterStart(text: string, offset: number): number {
  if (offset <= 0) return 0;
  let at = sureBoundary(text, offset - 1);
  for (;;) {
    const end = clusterEnd(text, at);
    if (end >= offset || end === at) return at;
    at = end;
  }
}

/** `offset`, or the next boundary after it when it falls inside a cluster; within the text. */
export function snap(text: string, offset: number): number {
  if (offset <= 0) return 0;
  if (offset >= text.length) return text.length;
  const start = clusterStart(text, offset);
  return clusterEnd(text, start);
}

const isBlank = (cluster: string): boolean => /^\s/u.test(cluster);
const isWordy = (cluster: string): boolean => /^[\p{L}\p{N}_]/u.test(cluster);
const kindOf = (cluster: string): number => (isBlank(cluster) ? 0 : isWordy(cluster) ? 1 : 2);

/** The start of the word before `offset`, as Alt-B goes. */
export function wordLeft(text: string, offset: number): number {
  let at = offset;
  const before = (): string => text.slice(clusterStart(text, at), at);
  while (at > 0 && isBlank(before())) at = clusterStart(text, at);
  if (at === 0) return 0;
  const kind = kindOf(before());
  while (at > 0 && kindOf(before()) === kind) at = clusterStart(text, at);
  return at;
}

/** The end of the word after `offset`, as Alt-F goes. */
export function wordRight(text: string, offset: number): number {
  let at = offset;
  const after = (): string => text.slice(at, clusterEnd(text, at));
  while (at < text.length && isBlank(after())) at = clusterEnd(text, at);
  if (at >= text.length) return text.length;
  const kind = kindOf(after());
  while (at < text.length && kindOf(after()) === kind) at = clusterEnd(text, at);
  return at;
}

const CONTROL = /^[\x00-\x1f\x7f-\x9f]/;

export interface DrawnCluster {
  readonly text: string;
  readonly width: number;
}

/** A cluster as it may be drawn: what has no width or would steer the terminal stands as one replacement sign. */
export function drawn(cluster: string): DrawnCluster {
  if (cluster === '\t') return { text: ' ', width: 1 };
  if (CONTROL.test(cluster)) return { text: '\ufffd', width: 1 };
  const width = displayWidth(cluster);
  return width === 0 ? { text: '\ufffd', width: 1 } : { text: cluster, width };
}

/** The columns of the cluster in `text` from `start` to `end`. */
export function clusterWidth(text: string, start: number, end: number): number {
  const code = text.charCodeAt(start);
  if (end - start === 1 && code >= 0x20 && code <= 0x7e) return 1;
  if (end - start === 1 && isSimple(code)) return 2;
  return drawn(text.slice(start, end)).width;
}
