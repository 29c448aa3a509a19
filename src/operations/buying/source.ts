import type { Usage } from '../../domain/chat/types.ts';
import type { TokenCounter } from '../ports.ts';
import { countChats } from '../quote/countChats.ts';
import { isReused, type PlannedWork, type Target, type UnpricedWork, type Work } from './types.ts';

/** Prompts counted in one go: enough to be cheap, few enough that the first call starts at once. */
const COUNTED_AT_ONCE = 32;
/** Pieces of work looked up before the event loop gets a turn: some milliseconds of rendering and reading. */
const LOOKED_UP_AT_ONCE = 256;
/** Tokens an answer is taken to have at most where the call sets no bound: what the smaller hosted models give. */
export const UNBOUNDED_ANSWER = 4_096;

export interface SourceParts {
  readonly tokens: TokenCounter;
  /** Whether the calls cost anything, so that a cap, now or set later, needs their worst cases. */
  readonly costly: boolean;
  readonly signal: AbortSignal;
  readonly reused: () => void;
}

/** The work of a run, read as it is needed. Worst cases are worked out only where calls cost money. */
export async function* readWork(planned: Iterable<PlannedWork>, parts: SourceParts): AsyncGenerator<Work> {
  let batch: UnpricedWork[] = [];
  let lookedUp = 0;
  for (const work of planned) {
    lookedUp += 1;
    if (lookedUp % LOOKED_UP_AT_ONCE === 0) await new Promise((resolve) => setImmediate(resolve));
    if (isReused(work)) {
      parts.reused();
      continue;
    }
    batch.push(work);
    if (parts.costly && batch.length < COUNTED_AT_ONCE) continue;
    yield* await counted(batch, parts);
    batch = [];
  }
  yield* await counted(batch, parts);
}

async function counted(batch: readonly UnpricedWork[], parts: SourceParts): Promise<readonly Work[]> {
  if (!parts.costly || batch.length === 0) return batch.map((work) => ({ ...work, worstUsage: null }));
  const byTarget = Map.groupBy(batch, (work) => work.target);
  const worst = new Map<UnpricedWork, Usage>();
  for (const [target, works] of byTarget) await countAll(target, works, parts, worst);
  return batch.map((work) => ({ ...work, worstUsage: worst.get(work) ?? null }));
}

async function countAll(
  { shape }: Target,
  works: readonly UnpricedWork[],
  { tokens, signal }: SourceParts,
  worst: Map<UnpricedWork, Usage>,
): Promise<void> {
  const chats = works.map((work) => work.messages);
  const counts = await countChats(tokens, shape.model, chats, { signal });
  const completionTokens = shape.maxTokens ?? UNBOUNDED_ANSWER;
  works.forEach((work, index) => {
    worst.set(work, { promptTokens: counts[index] ?? 0, completionTokens, cachedTokens: 0 });
  });
}
