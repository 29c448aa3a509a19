import type { FoundRows, RowSearch } from '../../../src/app/runtime/search-ports.ts';
import type { Row } from '../../../src/domain/dataset/types.ts';

type Find = Parameters<RowSearch['find']>;

export interface Asked {
  readonly text: string | undefined;
  readonly signal: AbortSignal | undefined;
  readonly onHits: (hits: number) => void;
  answer(rows: readonly Row[]): void;
  fail(error: Error): void;
}

/** A search that answers when the test lets it. */
export class HeldSearch implements RowSearch {
  readonly asked: Asked[] = [];

  find(_projectId: Find[0], { filter }: Find[1], { signal, onHits = () => {} }: NonNullable<Find[2]> = {}) {
    return new Promise<FoundRows>((resolve, reject) => {
      this.asked.push({
        text: filter.text,
        signal,
        onHits,
        answer: (rows) =>
          resolve({
            total: rows.length,
            window: (offset, limit) => rows.slice(offset, offset + limit),
            ids: () => rows.map(({ id }) => id),
          }),
        fail: reject,
      });
      signal?.addEventListener('abort', () => reject(signal.reason), { once: true });
    });
  }

  rowsChanged(): void {}

  /** The newest question. */
  get newest(): Asked {
    const asked = this.asked.at(-1);
    if (asked === undefined) throw new Error('Nothing was asked.');
    return asked;
  }
}
