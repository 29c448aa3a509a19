/**
 * Grapheme clusters (Unicode TR 29) as `Intl.Segmenter` finds them. To make the first one takes 7 ms, for it reads the tables of the
 * language: texts in which every sign is a cluster of its own, and a screen of letters, boxes and marks is such, are cut without it.
 */

export interface GraphemeCluster {
  readonly segment: string;
  /** In UTF-16 code units. */
  readonly index: number;
}

interface GraphemeClusters {
  [Symbol.iterator](): Iterator<GraphemeCluster>;
  /** The cluster that the code unit at `index` is part of; undefined beyond the text. */
  containing(index: number): GraphemeCluster | undefined;
}

/**
 * First and last of runs of code units that join no neighbour of these runs: no mark, joiner, surrogate, jamo or carriage return is in
 * them, so between any two there is a break (TR 29, GB4, GB5 and GB999).
 */
const ALONE = [
  [0x00, 0x0c],
  [0x0e, 0x2ff],
  [0x2010, 0x2027],
  [0x2030, 0x205e],
  [0x20a0, 0x20bf],
  // Arrows, signs of mathematics, boxes, shapes, marks, arrows again.
  [0x2190, 0x2bff],
  [0x3041, 0x3096],
  [0x4e00, 0x9fff],
] as const;

const isAlone = new Uint8Array(0x10000);
for (const [first, last] of ALONE) isAlone.fill(1, first, last + 1);

/** Longer texts are cut by the tables in any case: to look through them for each cluster that is asked for would cost more. */
const LOOKED_THROUGH = 4_096;

/** Whether a code unit is a cluster of its own beside any other such. */
export const standsAlone = (code: number): boolean => isAlone[code] === 1;

let segmenter: Intl.Segmenter | null = null;

/** The clusters of `text`, in order. */
export function segmentGraphemes(text: string): GraphemeClusters {
  if (!isAllAlone(text)) {
    segmenter ??= new Intl.Segmenter('en', { granularity: 'grapheme' });
    return segmenter.segment(text);
  }
  return {
    [Symbol.iterator]: () => eachAlone(text),
    containing: (index) => (index >= 0 && index < text.length ? { segment: text.charAt(index), index } : undefined),
  };
}

function isAllAlone(text: string): boolean {
  if (text.length > LOOKED_THROUGH) return false;
  for (let at = 0; at < text.length; at += 1) if (!standsAlone(text.charCodeAt(at))) return false;
  return true;
}

function* eachAlone(text: string): Generator<GraphemeCluster> {
  for (let index = 0; index < text.length; index += 1) yield { segment: text.charAt(index), index };
}
