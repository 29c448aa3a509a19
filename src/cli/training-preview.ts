import type { TrainingFiles } from '../app/dataset/training-files.ts';
import { startEstimate } from '../app/training/estimate.ts';
import type { JobSettings } from '../app/training/start.ts';
import { reusedText } from '../app/training/uploads.ts';
import type { ProviderTerms } from '../domain/provider/provider.ts';
import { count, plural } from '../domain/text/format.ts';
import type { PreviewRow } from '../domain/training/engine-estimate.ts';
import { type CommandServices, projectIdOf } from './command-services.ts';
import { type CommandContext, CommandFailure, EXIT, type ExitCode } from './context.ts';
import { follow } from './follow.ts';
import type { Output } from './output/output.ts';
import { uploadProgress } from './training.ts';

interface Previewed {
  readonly path: string;
  readonly settings: JobSettings;
  readonly files: () => TrainingFiles;
  readonly terms: ProviderTerms;
}

const ROWS = 5;

/** `train --preview`: the first rows as the model reads them, with what of them is learned. No job is created. */
export async function previewRows(
  context: CommandContext,
  { deps, profile }: CommandServices,
  { path, settings, files, terms }: Previewed,
): Promise<ExitCode> {
  const { output } = context;
  const handle = startEstimate(deps, {
    projectId: projectIdOf(path),
    providerId: profile.id,
    dialect: terms,
    wish: { rows: ROWS, pilot: false },
    job: settings,
    files,
    onReuse(file) {
      output.record('file-reused', { ...file });
      output.line(reusedText(file));
    },
    onMasked(text) {
      output.record('keys-masked', { text });
      output.note(`! ${text}`);
    },
  });
  const { problem, status } = await follow(context, deps.registry, handle, ({ detail, fraction }) =>
    uploadProgress(detail, fraction),
  );
  if (problem !== null) throw new CommandFailure(problem.what, problem.saved, problem.next);
  if (status === 'cancelled') return EXIT.interrupted;
  const said = handle.estimate();
  const rows = said?.engine?.preview ?? null;
  if (rows === null) {
    output.record('preview', { rows: null });
    output.line(`What is learned of a row is not known before a job of ${settings.model}.`);
    return EXIT.done;
  }
  for (const row of rows) printRow(output, row);
  for (const doubt of said?.doubts ?? []) output.note(`! ${doubt}`);
  output.record('preview', { rows: rows.length, doubts: said?.doubts ?? [] });
  return EXIT.done;
}

function printRow(output: Output, row: PreviewRow): void {
  const { line, side, tokens, learned, tooLong, spans } = row;
  output.record('preview-row', { ...row });
  const which = side === null ? `Line ${count(line)}` : `Line ${count(line)}, ${side}`;
  const left = tooLong ? '; too long, so it is not trained on' : '';
  output.heading(`${which}: ${count(learned)} of ${plural(tokens, 'token')} learned${left}`);
  output.marked(spans.map(({ text, learned: marked }) => ({ text, marked })));
}
