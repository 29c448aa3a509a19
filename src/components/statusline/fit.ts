import { displayWidth } from '../../domain/text/graphemes.ts';
import type { Tone } from '../../theme/index.ts';

export interface Segment {
  readonly text: string;
  readonly tone?: Tone;
  /** 1 is kept longest when the row is too narrow; 5 by default. */
  readonly keep?: number;
}

/** The segments that fit with gaps of `gap` columns, in their order; the least important go first. */
export function fitSegments(segments: readonly Segment[], width: number, gap: number): readonly Segment[] {
  const kept = segments.filter((segment) => segment.text !== '');
  const total = (list: readonly Segment[]): number =>
    list.reduce((sum, segment) => sum + displayWidth(segment.text), 0) + gap * Math.max(0, list.length - 1);
  while (kept.length > 1 && total(kept) > width) {
    const least = kept.reduce(
      (worst, segment, index) => ((segment.keep ?? 5) >= (kept[worst]?.keep ?? 5) ? index : worst),
      0,
    );
    kept.splice(least, 1);
  }
  return kept;
}
