import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { openTokenCounter } from '../command-services.ts';
import { resolveConnection } from '../connect.ts';
import { type CheckOptions, type CommandContext, EXIT, type ExitCode, UsageError } from '../context.ts';
import { reportLines } from '../output/dataset-report.ts';

/** The model most files are meant for, when none is named: its limits are those of its whole family. */
const USUAL_MODEL = 'gpt-4o-mini';

/** `check F.jsonl`: the report; 1 when a job would refuse the file. */
export async function check(context: CommandContext, file: string, options: CheckOptions): Promise<ExitCode> {
  const path = resolve(file);
  if (!existsSync(path)) throw new UsageError(`there is no file at ${file}`);
  const { output, signal } = context;
  const { prices } = await resolveConnection(context, options);
  const tokens = openTokenCounter();
  try {
    const report = await tokens.checkFile(path, { model: options.model ?? USUAL_MODEL, prices: prices() }, { signal });
    const { findings, ...figures } = report;
    for (const finding of findings) output.record('finding', { ...finding });
    output.record('report', {
      file: path,
      ...figures,
      billedTokens: report.billedTokensPerEpoch * report.defaultEpochs,
    });
    for (const line of reportLines(report, file)) output.line(line);
    return report.errors > 0 ? EXIT.failure : EXIT.done;
  } finally {
    await tokens.close();
  }
}
