import { byteSize, plural, shellWord } from '../../domain/text/format.ts';
import { EXPORT_CHOICES } from '../../domain/weights/export-targets.ts';
import type { WorkbenchContext } from '../core/context.ts';
import { cardSections } from '../evaluation/card-sections.ts';
import { OperationError } from '../runtime/errors.ts';
import type { ExportedModel } from '../runtime/machine-ports.ts';
import type { ExportProgress, OperationHandle } from '../runtime/operation.ts';
import { machineProblem } from './machine.ts';

export interface ModelExportWish {
  readonly jobId: string;
  /** The tuned model or a checkpoint of it. */
  readonly model: string;
  /** One of `EXPORT_CHOICES`. */
  readonly choice: string;
  readonly folder: string;
  /** Whether an earlier export there, or an empty folder, may go. */
  readonly replace: boolean;
}

export interface ExportHandle extends OperationHandle<ExportProgress> {
  /** What was written; null before the end, and where nothing was. */
  exported(): ExportedModel | null;
}

/** What lies where an export is to go: nothing, a folder without anything, an earlier export, or something of a person's. */
export type ExportPlace = 'free' | 'empty' | 'export' | 'taken';

/** Tuned models of real weights for other programs, as `luthier models export` writes them. */
export interface ModelExportActions {
  placeOf(folder: string): Promise<ExportPlace>;
  /** Writes it, as an operation of the current project. */
  start(wish: ModelExportWish): ExportHandle;
}

/** Stands in the model card of every export. */
const SIGNED = 'Exported by Luthier';
/** More evaluations say nothing more of a model. */
const MOST_EVALUATIONS = 3;

export function createModelExportActions(context: WorkbenchContext): ModelExportActions {
  const { documents, exportModel, evaluations } = context.deps;
  const { rows, prices, registry } = context.operations;
  const sectionsOf = (model: string): string => {
    const measured = evaluations
      .list(context.project().id)
      .filter(({ plan }) => plan.models.some((each) => each.model === model))
      .slice(0, MOST_EVALUATIONS);
    return cardSections({ rows, prices, evaluations }, measured, model);
  };
  return {
    async placeOf(folder) {
      const names = await documents.list(folder).catch(() => null);
      if (names === null) return 'free';
      if (names.length === 0) return 'empty';
      const card = await documents.readText(`${folder}/README.md`).catch(() => '');
      return card.includes(SIGNED) ? 'export' : 'taken';
    },
    start({ jobId, model, choice, folder, replace }) {
      const target = EXPORT_CHOICES.find(({ value }) => value === choice)?.target ?? 'adapter';
      let exported: ExportedModel | null = null;
      const handle = registry.start<ExportProgress>({
        projectId: context.project().id,
        title: `Export ${model}`,
        detail: { kind: 'export', jobId, doing: `Python writes it as ${choice}` },
        async run({ signal }) {
          const wish = { model, target, out: folder, force: replace, bases: [], evaluations: sectionsOf(model) };
          const written = await exportModel(wish, signal).catch((error: unknown) => {
            if (signal.aborted) throw error;
            throw new OperationError('failed', machineProblem(error, NOTHING));
          });
          const refusal = written.findings.find(({ severity }) => severity === 'error');
          if (!written.written)
            throw new OperationError('failed', {
              what: refusal?.message ?? `${choice} takes no such model.`,
              saved: NOTHING,
              next: refusal?.fix ?? 'Choose another form.',
            });
          exported = written;
          return { summary: exportSummary(written), costUsd: null };
        },
      });
      return { ...handle, exported: () => exported };
    },
  };
}

const NOTHING = 'Nothing was written.';

/** What is to be typed to serve it, and to make GGUF of it, each with its word before it. */
export function exportCommands({ command, gguf }: ExportedModel): readonly (readonly [label: string, line: string])[] {
  const line = (words: readonly string[]): string => words.map(shellWord).join(' ');
  return [
    ...(command === null ? [] : [['To serve it', line(command)] as const]),
    ...(gguf === null ? [] : [['As GGUF', line(gguf.command)] as const]),
  ];
}

function exportSummary(exported: ExportedModel): string {
  const { path, files } = exported;
  const bytes = files.reduce((sum, { size }) => sum + size, 0);
  const [first] = exportCommands(exported);
  const how = first === undefined ? '' : ` ${first[0]}: ${first[1]}`;
  return `${plural(files.length, 'file')}, ${byteSize(bytes)}, in ${path}.${how}`;
}
