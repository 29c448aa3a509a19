import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import type { DatasetReport } from '../../domain/dataset/report.ts';
import { plural } from '../../domain/text/format.ts';
import { type CheckOptions, type CommandContext, EXIT, type ExitCode, UsageError } from '../context.ts';
import { checkFile } from '../file-check.ts';
import { mendFile, settleMend } from '../mend.ts';
import { openInput } from '../named-files.ts';
import { findingLines, reportLines } from '../output/dataset-report.ts';
import { resolvePlace } from '../place.ts';

/** The model most files are meant for, when none is named: its limits are those of its whole family. */
const USUAL_MODEL = 'gpt-4o-mini';

/** `check F.jsonl`: the report; 1 when a job would refuse the file, with `--fix` the mended one. */
export async function check(context: CommandContext, file: string, options: CheckOptions): Promise<ExitCode> {
  if (!existsSync(resolve(file))) throw new UsageError(`there is no file at ${file}`);
  if (options.force === true && options.fix === undefined) throw new UsageError('--force goes with --fix');
  const { output, signal } = context;
  const fix = options.fix === undefined ? null : { file, out: options.fix, force: options.force };
  const replace = fix !== null && (await settleMend(context, fix));
  const place = resolvePlace(context, options);
  // A file is of no place until one is named.
  const isPlaced = options.provider !== undefined || options.baseUrl !== undefined;
  const prices = isPlaced ? place.prices : place.listPrices;
  await using input = await openInput(context, file);
  const checked = async (path: string, named = path): Promise<DatasetReport> => {
    const setup = { model: options.model ?? USUAL_MODEL, prices: prices() };
    const report = await checkFile(resolve(path), setup, { signal });
    const { findings, ...figures } = report;
    for (const finding of findings) output.record('finding', { ...finding });
    output.record('report', {
      file: resolve(named),
      ...figures,
      billedTokens: report.billedTokensPerEpoch * report.defaultEpochs,
    });
    return report;
  };
  const report = await checked(input.path, file);
  for (const line of reportLines(report, file)) output.line(line);
  if (fix === null) return exitOf(report);
  const { path, lines, facts } = await mendFile(context, { ...fix, file: input.path }, report, replace);
  for (const fact of facts) output.record('mended', { ...fact });
  output.record('fixed', { out: path, lines });
  output.line();
  output.line(`${plural(lines, 'line')} written to ${path}`);
  if (facts.length === 0) output.line('  Nothing had one certain mend.');
  for (const { words } of facts) output.line(`  ✓ ${words}`);
  const left = await checked(path);
  output.line();
  if (left.findings.length > 0) output.line(`What is left in ${fix.out}, by its own lines:`);
  for (const line of findingLines(left)) output.line(line);
  return exitOf(left);
}

const exitOf = ({ errors }: DatasetReport): ExitCode => (errors > 0 ? EXIT.failure : EXIT.done);
