import { useMemo } from 'react';

const PAGE = 64;
const KEPT_PAGES = 8;

/**
 * Rows by index out of windows: `fetch(offset, limit)` is called once for each page that is looked at. `version` names
 * the state of what is behind; another version reads again. Null for an index that is no longer there.
 */
export function pagedRows<T>(fetch: (offset: number, limit: number) => readonly T[]): (index: number) => T | null {
  const pages = new Map<number, readonly T[]>();
  return (index) => {
    const page = Math.floor(index / PAGE);
    let rows = pages.get(page);
    if (rows === undefined) {
      rows = fetch(page * PAGE, PAGE);
      const oldest = pages.keys().next();
      if (pages.size >= KEPT_PAGES && oldest.done !== true) pages.delete(oldest.value);
      pages.set(page, rows);
    }
    return rows[index - page * PAGE] ?? null;
  };
}

/** `pagedRows` kept for as long as `key` (filter, sort and version as one string) stays the same. */
export function usePagedRows<T>(
  key: string,
  fetch: (offset: number, limit: number) => readonly T[],
): (index: number) => T | null {
  // biome-ignore lint/correctness/useExhaustiveDependencies: the key stands for everything that fetch depends on
  return useMemo(() => pagedRows(fetch), [key]);
}
