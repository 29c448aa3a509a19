import { SPENDING_KINDS, type SpendingSum, type SpendingTotal, sumSpending } from '../../domain/pricing/spending.ts';
import { count, formatUsd, plural } from '../../domain/text/format.ts';
import { openBooks } from '../command-services.ts';
import { resolveConnection } from '../connect.ts';
import { type CommandContext, CommandFailure, EXIT, type ExitCode, type SpendingOptions } from '../context.ts';
import type { Output } from '../output/output.ts';
import { columns } from '../output/text-layout.ts';

/** `spending`: what was spent, by project, kind of call, model and provider. */
export async function spending(context: CommandContext, options: SpendingOptions): Promise<ExitCode> {
  const { output } = context;
  await using books = openBooks(resolveConnection(context, options));
  const totals = chosen(books.ledger.totals(), options.project);
  for (const total of totals) output.record('spending', { ...total });
  const sum = sumSpending(totals);
  output.record('total', { ...sum });
  if (totals.length === 0) output.line('Nothing was spent.');
  for (const [, own] of Map.groupBy(totals, ({ projectId }) => projectId)) printProject(output, own);
  if (totals.length > 0) output.line(`Spent in all: ${amount(sum)}`);
  for (const line of remarks(sum)) output.line(line);
  return EXIT.done;
}

function chosen(totals: readonly SpendingTotal[], project: string | undefined): readonly SpendingTotal[] {
  if (project === undefined) return totals;
  const wanted = project.toLowerCase();
  const found = totals.filter(
    ({ projectId, projectName }) => projectId === project || projectName.toLowerCase().includes(wanted),
  );
  if (found.length > 0) return found;
  const names = [...new Set(totals.map(({ projectName }) => projectName))].join(', ');
  const next = names === '' ? 'Nothing was spent yet.' : `There are ${names}.`;
  throw new CommandFailure(`No project that spent anything is called ${project}.`, '', next);
}

function printProject(output: Output, totals: readonly SpendingTotal[]): void {
  output.heading(`${totals[0]?.projectName ?? ''}  ${amount(sumSpending(totals))}`);
  const rows = totals.map((total) => [
    `  ${SPENDING_KINDS[total.kind]}`,
    total.model,
    placeOf(total),
    plural(total.calls, 'call'),
    `${count(total.promptTokens)} in`,
    `${count(total.completionTokens)} out`,
    amount(total),
  ]);
  for (const line of columns(rows, new Set([3, 4, 5, 6]))) output.line(line);
  output.line();
}

/** Of what was spent before the ledger was kept, nobody wrote down where. */
const placeOf = ({ providerId, host }: SpendingTotal): string =>
  providerId === '' || providerId === host ? providerId : `${providerId} (${host})`;

/** `$0.43`, and `+ 3 calls of unknown price` where there are any. */
function amount({ usd, unpriced }: SpendingSum): string {
  return unpriced === 0 ? formatUsd(usd) : `${formatUsd(usd)} + ${plural(unpriced, 'call')} of unknown price`;
}

function remarks({ unsure, unsureUsd, underWay, underWayUsd }: SpendingSum): readonly string[] {
  const lines: string[] = [];
  if (unsure > 0)
    lines.push(
      `Of that at most ${formatUsd(unsureUsd)} for ${plural(unsure, 'call')} no answer came of; the provider may bill them.`,
    );
  if (underWay > 0)
    lines.push(`${plural(underWay, 'call')} under way or cut off may cost at most ${formatUsd(underWayUsd)} more.`);
  return lines;
}
