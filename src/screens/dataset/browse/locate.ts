import type { Row, RowQuery } from '../../../domain/dataset/types.ts';

type Window = (query: RowQuery) => readonly Row[];

const PAGE = 256;

/**
 * Where a row stands among all rows in the order they were made; null when it does not. Looks at about log2(count) rows
 * and those of the same millisecond, never at all of them.
 */
export function indexOfRow(window: Window, count: number, row: Row): number | null {
  const sort = { key: 'created', descending: false } as const;
  const read = (offset: number, limit: number) => window({ filter: {}, sort, offset, limit });
  let low = 0;
  let high = count;
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    if ((read(middle, 1)[0]?.createdAt ?? Number.POSITIVE_INFINITY) < row.createdAt) low = middle + 1;
    else high = middle;
  }
  for (let offset = low; offset < count; offset += PAGE) {
    const rows = read(offset, PAGE);
    const at = rows.findIndex(({ id }) => id === row.id);
    if (at >= 0) return offset + at;
    if (rows.length < PAGE || rows.some(({ createdAt }) => createdAt > row.createdAt)) return null;
  }
  return null;
}

const NEAR = 64;

/**
 * The index at which the cursor is drawn: where it was put, or, when another row stands there now, where the row it was
 * put on has moved to nearby.
 */
export function cursorAt(
  rowAt: (index: number) => Pick<Row, 'id'> | null,
  count: number,
  selected: number,
  anchor: string | null,
): number {
  const at = Math.max(0, Math.min(selected, count - 1));
  if (anchor === null || count === 0 || rowAt(at)?.id === anchor) return at;
  for (let by = 1; by <= NEAR; by++) {
    for (const near of [at - by, at + by]) {
      if (near >= 0 && near < count && rowAt(near)?.id === anchor) return near;
    }
  }
  return at;
}
