import type { TokenCounter } from '../ports.ts';
import { countChats } from '../quote/countChats.ts';
import { isReused, type PlannedCell, type UnpricedWork } from './plan.ts';
import type { CallShape, CostOf, Work } from './types.ts';

/** Prompts counted in one go: enough to be cheap, few enough that the first call starts at once. */
const COUNTED_AT_ONCE = 32;
/** Cells looked up before the event loop gets a turn: some milliseconds of rendering and reading. */
const LOOKED_UP_AT_ONCE = 256;

export interface SourceParts {
  readonly tokens: TokenCounter;
  readonly shape: CallShape;
  /** Whether the calls cost anything, so that a cap, now or set later, needs their worst cases. */
  readonly costly: boolean;
  readonly costOf: CostOf;
  readonly signal: AbortSignal;
  readonly reused: () => void;
}

/** The work of a run, read as it is needed. Worst cases are worked out only where calls cost money. */
export async function* readWork(cells: Iterable<PlannedCell>, parts: SourceParts): AsyncGenerator<Work> {
  let batch: UnpricedWork[] = [];
  let lookedUp = 0;
  for (const cell of cells) {
    lookedUp += 1;
    if (lookedUp % LOOKED_UP_AT_ONCE === 0) await new Promise((resolve) => setImmediate(resolve));
    if (isReused(cell)) {
      parts.reused();
      continue;
    }
    batch.push(cell);
    if (parts.costly && batch.length < COUNTED_AT_ONCE) continue;
    yield* await priced(batch, parts);
    batch = [];
  }
  yield* await priced(batch, parts);
}

async function priced(batch: readonly UnpricedWork[], parts: SourceParts): Promise<readonly Work[]> {
  if (!parts.costly || batch.length === 0) return batch.map((work) => ({ ...work, worstUsd: 0 }));
  const { tokens, shape, costOf, signal } = parts;
  const counts = await countChats(
    tokens,
    shape.model,
    batch.map((work) => work.messages),
    { signal },
  );
  return batch.map((work, index) => {
    const usage = { promptTokens: counts[index] ?? 0, completionTokens: shape.maxTokens ?? 0, cachedTokens: 0 };
    return { ...work, worstUsd: costOf(usage) ?? 0 };
  });
}
