import { displayWidth } from '../../domain/text/graphemes.ts';
import { segmentGraphemes, standsAlone } from '../../domain/text/segmenter.ts';

/**
 * Grapheme clusters found from where one is, not from the start of the text: a key in the middle of a 100 kB line
 * must not cost the whole line. Offsets are UTF-16 code units; every function gives offsets on cluster boundaries.
 */

/** Kana and the common ideographs. */
const isWide = (code: number): boolean => (code >= 0x4e00 && code <= 0x9fff) || (code >= 0x3041 && code <= 0x3096);

/** Where the cluster that starts at `start` ends; `start` itself at the end of the text. */
export function clusterEnd(text: string, start: number): number {
  if (start >= text.length) return text.length;
  const code = text.charCodeAt(start);
  if (standsAlone(code) && (start + 1 === text.length || standsAlone(text.charCodeAt(start + 1)))) return start + 1;
  if (code === 10) return start + 1;
  const found = segmentGraphemes(text).containing(start);
  return found === undefined ? text.length : found.index + found.segment.length;
}

/** Where the cluster before `offset` starts; 0 at the start of the text. */
export function clusterStart(text: string, offset: number): number {
  if (offset <= 0) return 0;
  const before = text.charCodeAt(offset - 1);
  if (standsAlone(before) && (offset === 1 || standsAlone(text.charCodeAt(offset - 2)))) return offset - 1;
  return segmentGraphemes(text).containing(offset - 1)?.index ?? 0;
}

/** The ends of all clusters of `text`, in order: for who walks the whole of it. */
export function* clusterEnds(text: string): Generator<number> {
  for (const part of segmentGraphemes(text)) yield part.index + part.segment.length;
}

/** `offset`, or the next boundary after it when it falls inside a cluster; within the text. */
export function snap(text: string, offset: number): number {
  if (offset <= 0) return 0;
  if (offset >= text.length) return text.length;
  return clusterEnd(text, clusterStart(text, offset));
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

export interface DrawableCluster {
  readonly text: string;
  readonly width: number;
}

const KNOWN_LIMIT = 2_000;
const measuredClusters = new Map<string, DrawableCluster>();

function measure(cluster: string): DrawableCluster {
  if (cluster === '\t') return { text: ' ', width: 1 };
  if (CONTROL.test(cluster)) return { text: '\ufffd', width: 1 };
  const width = displayWidth(cluster);
  return width === 0 ? { text: '\ufffd', width: 1 } : { text: cluster, width };
}

/** A cluster as it may be drawn: what has no width or would steer the terminal stands as one replacement sign. */
export function drawableCluster(cluster: string): DrawableCluster {
  const before = measuredClusters.get(cluster);
  if (before !== undefined) return before;
  const measured = measure(cluster);
  if (measuredClusters.size >= KNOWN_LIMIT) measuredClusters.clear();
  measuredClusters.set(cluster, measured);
  return measured;
}

/** The columns of the cluster in `text` from `start` to `end`. */
export function clusterWidth(text: string, start: number, end: number): number {
  const code = text.charCodeAt(start);
  if (end - start === 1 && code >= 0x20 && code <= 0x7e) return 1;
  if (end - start === 1 && isWide(code)) return 2;
  return drawableCluster(text.slice(start, end)).width;
}
