import type {
  CollectProgress,
  EvaluateProgress,
  GenerateProgress,
  OperationHandle,
  OperationProgress,
  OperationRegistry,
  OperationSnapshot,
} from '../app/runtime/operation.ts';
import { batchesText } from '../domain/batches/view.ts';
import { capLeftText } from '../domain/pricing/spending.ts';
import { count, duration, formatUsd } from '../domain/text/format.ts';
import type { CommandContext } from './context.ts';
import type { Output, Progress } from './output/output.ts';

/** A wait of a server that gets a line of its own; of shorter ones the bar tells. */
const NOTED_WAIT_MS = 5000;

/**
 * Shows an operation until it ends and gives its last snapshot. Ctrl-C cancels it and still waits for that end, so
 * that what was done can be printed. Where nobody reads the output any more, an operation that can finish the calls under way
 * does, and ends. A passing problem is printed once, when it comes.
 */
export async function follow<D extends OperationProgress>(
  { output, signal, readerGone }: Pick<CommandContext, 'output' | 'signal' | 'readerGone'>,
  registry: Pick<OperationRegistry, 'subscribe'>,
  handle: OperationHandle<D> & { finish?(): void },
  view: (snapshot: OperationSnapshot<D>) => Progress,
): Promise<OperationSnapshot<D>> {
  let shown = '';
  let waited = false;
  const showWait = ({ detail, endedAt }: OperationSnapshot<D>): void => {
    const wait = 'wait' in detail && endedAt === null ? detail.wait : null;
    const long = wait !== null && wait.ms >= NOTED_WAIT_MS;
    if (long && !waited) {
      output.record('waiting', { ...wait });
      output.note(`! ${wait.text}`);
    }
    waited = long || (waited && wait !== null);
  };
  const show = (): void => {
    const snapshot = handle.snapshot();
    showWait(snapshot);
    const what = snapshot.endedAt === null ? (snapshot.problem?.what ?? '') : '';
    if (what !== '' && what !== shown) {
      output.record('warning', { ...snapshot.problem });
      output.note(`! ${what} ${snapshot.problem?.next ?? ''}`);
    }
    shown = what;
    output.progress(view(snapshot));
  };
  const cancel = (): void => handle.cancel();
  const finish = (): void => (handle.finish ?? handle.cancel)();
  const unsubscribe = registry.subscribe(show);
  signal.addEventListener('abort', cancel);
  readerGone.addEventListener('abort', finish);
  if (signal.aborted) cancel();
  else if (readerGone.aborted) finish();
  try {
    const last = await handle.finished;
    show();
    return last;
  } finally {
    unsubscribe();
    signal.removeEventListener('abort', cancel);
    readerGone.removeEventListener('abort', finish);
    output.progress(null);
  }
}

type BatchSnapshot = OperationSnapshot<GenerateProgress | EvaluateProgress | CollectProgress>;

/** How far a run of requests has come; `unit` is what is counted: `rows`. */
export const batchProgress =
  (label: string, unit: string) =>
  (snapshot: BatchSnapshot): Progress => {
    const { latest: _, problems: __, concurrencyHistory: ___, kind: ____, ...fields } = snapshot.detail;
    const { done, reused, total, rowsPerSecond, etaMs, costUsd, capUsd, capLeftUsd, failed, retried, wait, batches } =
      fields;
    const parts = [`${count(done + reused)} / ${count(total)}`];
    if (wait !== null && snapshot.endedAt === null) parts.push(wait.text);
    if (batches.length > 0 && snapshot.endedAt === null) parts.push(batchesText(batches));
    parts.push(`${rowsPerSecond.toFixed(1)} ${unit}/s`);
    if (etaMs !== null && snapshot.endedAt === null) parts.push(`ETA ${duration(etaMs)}`);
    if (costUsd !== null && costUsd > 0) parts.push(formatUsd(costUsd) + capLeftText(capUsd, capLeftUsd));
    if (retried > 0) parts.push(`retried ${count(retried)}`);
    if (failed > 0) parts.push(`failed ${count(failed)}`);
    if (snapshot.status === 'paused') parts.push('waiting');
    return { label, fraction: snapshot.fraction, text: parts.join('  '), fields };
  };

/** What ended it, if something did, and what was received at what cost. */
export function printBatchResult(output: Output, { status, detail, problem, receipt }: BatchSnapshot): void {
  if (problem !== null) {
    output.note(`✗ ${problem.what}`);
    output.note(`  ${problem.saved} ${problem.next}`);
  }
  if (status === 'cancelled') output.note('Stopped. What arrived is kept; the same command goes on from here.');
  const spent = detail.done === 0 ? '' : ` Cost: ${formatUsd(detail.costUsd)}.`;
  const left = capLeftText(detail.capUsd, detail.capLeftUsd);
  const leftText = left === '' ? '' : ` Cap: ${left.slice(2)}.`;
  if (receipt !== null) output.line(`${receipt.summary}${spent}${leftText}`);
}
