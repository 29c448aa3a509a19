import { DatasetCheck } from '../../domain/dataset/check.ts';
import type { DatasetReport } from '../../domain/dataset/report.ts';
import type { PriceTable } from '../../domain/pricing/types.ts';
import type { CallOptions, TokenCounter } from '../ports.ts';

/** Lines looked at in one go: their texts are counted in one message to the worker. */
const LINES_AT_ONCE = 128;

export interface CheckDeps {
  readonly tokens: TokenCounter;
  readonly prices: () => PriceTable;
}

/**
 * Checks a chat training file, its lines given with or without their line ends. Tokens are counted off the main loop,
 * some lines at a time, so a file of any size never holds up a key.
 */
export async function checkLines(
  deps: CheckDeps,
  model: string,
  lines: AsyncIterable<string> | Iterable<string>,
  options: CallOptions = {},
): Promise<DatasetReport> {
  const counts = new Map<string, number>();
  const prices = deps.prices();
  const check = new DatasetCheck({ model, prices, count: (text) => counts.get(text) ?? 0 });

  async function take(batch: readonly string[]): Promise<void> {
    const texts = new Set<string>();
    const collector = new DatasetCheck({
      model,
      prices,
      count(text) {
        texts.add(text);
        return 0;
      },
    });
    for (const line of batch) collector.push(line);
    const names = [...texts];
    const counted = await deps.tokens.count(model, names, options);
    counts.clear();
    names.forEach((text, index) => {
      counts.set(text, counted[index] ?? 0);
    });
    for (const line of batch) check.push(line);
  }

  let batch: string[] = [];
  for await (const line of lines) {
    batch.push(line.replace(/\r?\n$/, ''));
    if (batch.length < LINES_AT_ONCE) continue;
    await take(batch);
    options.signal?.throwIfAborted();
    batch = [];
  }
  if (batch.length > 0) await take(batch);
  return check.finish();
}
