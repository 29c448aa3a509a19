import { layoutText, type TextRow } from '../../../components/editing/index.ts';
import { sanitizeText } from '../../../domain/text/sanitize.ts';

/** Untrusted text made safe and wrapped softly; rows are offsets into `safe`. */
export interface Wrapped {
  readonly raw: string;
  readonly width: number;
  readonly safe: string;
  readonly rows: readonly TextRow[];
}

/** Rows at the end that more text may still change: the last, and the one before it when a cluster grows. */
const OPEN_ROWS = 2;

/**
 * `raw` in rows of `width` columns; none when there is nothing to see. Empty lines at both ends are left out, so that a
 * row appears only when there is something in it. With `before`, what it was at the last look, text that has only grown
 * costs what has been added.
 */
export function wrapText(raw: string, width: number, before: Wrapped | null = null): Wrapped {
  if (before !== null && before.raw === raw && before.width === width) return before;
  const safe = sanitizeText(raw).replace(/^\n+/, '').trimEnd();
  return { raw, width, safe, rows: safe === '' ? [] : rowsOf(safe, width, before) };
}

function rowsOf(safe: string, width: number, before: Wrapped | null): readonly TextRow[] {
  const open = before === null ? undefined : before.rows.at(-OPEN_ROWS);
  if (before === null || open === undefined || before.width !== width || !safe.startsWith(before.safe)) {
    return layoutText(safe, width);
  }
  const shifted = layoutText(safe.slice(open.start), width).map(({ start, end }) => ({
    start: start + open.start,
    end: end + open.start,
  }));
  return [...before.rows.slice(0, -OPEN_ROWS), ...shifted];
}
