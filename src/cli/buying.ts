import { formatUsd } from '../domain/pricing/format.ts';
import type { EvaluateDetail, GenerateDetail, OperationSnapshot } from '../operations/channel/types.ts';
import { count, duration } from './output/format.ts';
import type { Output, Progress } from './output/types.ts';

type BuyingSnapshot = OperationSnapshot<GenerateDetail | EvaluateDetail>;

/** How far a run that buys answers has come; `unit` is what is counted: `rows`. */
export const buyingProgress =
  (label: string, unit: string) =>
  (snapshot: BuyingSnapshot): Progress => {
    const { latest: _, problems: __, concurrencyHistory: ___, kind: ____, ...fields } = snapshot.detail;
    const { done, reused, total, rowsPerSecond, etaMs, costUsd, capUsd, failed, retried } = fields;
    const parts = [`${count(done + reused)} / ${count(total)}`, `${rowsPerSecond.toFixed(1)} ${unit}/s`];
    if (etaMs !== null && snapshot.endedAt === null) parts.push(`ETA ${duration(etaMs)}`);
    if (costUsd !== null && costUsd > 0)
      parts.push(formatUsd(costUsd) + (capUsd === null ? '' : ` of ≤ ${formatUsd(capUsd)}`));
    if (retried > 0) parts.push(`retried ${count(retried)}`);
    if (failed > 0) parts.push(`failed ${count(failed)}`);
    if (snapshot.status === 'paused') parts.push('waiting');
    return { label, fraction: snapshot.fraction, text: parts.join('  '), fields };
  };

/** What ended it, if something did, and what was bought at what cost. */
export function tellBought(output: Output, { status, detail, problem, receipt }: BuyingSnapshot): void {
  if (problem !== null) {
    output.note(`✗ ${problem.what}`);
    output.note(`  ${problem.saved} ${problem.next}`);
  }
  if (status === 'cancelled') output.note('Stopped. What arrived is kept; the same command goes on from here.');
  const spent = detail.done === 0 ? '' : ` Cost: ${formatUsd(detail.costUsd)}.`;
  if (receipt !== null) output.line(`${receipt.summary}${spent}`);
}
