import type { Template } from '../template/types.ts';
import { chatLine, exportLines, type LineWriter, legacyLine } from './example-lines.ts';
import { type PromptPairs, preferenceLine } from './preferences.ts';
import type { TrainableRows } from './row.ts';
import type { Row } from './types.ts';

/** What an export is made from; a format reads what it needs of it. */
export interface ExportSource {
  readonly rows: () => Iterable<Row>;
  readonly pairs: () => readonly PromptPairs[];
  readonly template: Template;
  readonly which: TrainableRows;
}

interface ExportEntry {
  readonly label: string;
  readonly note: string;
  /** What a line of the file is, for the message at the end. */
  readonly noun: string;
  /** Whether the person chooses which rows; else all there is is written. */
  readonly asksRows: boolean;
  /** JSONL lines with their ends. */
  readonly lines: (source: ExportSource) => Iterable<string>;
}

const fromRows = (lineOf: LineWriter): Pick<ExportEntry, 'noun' | 'asksRows' | 'lines'> => ({
  noun: 'rows',
  asksRows: true,
  lines: ({ rows, template, which }) => exportLines(rows(), template, lineOf, which),
});

/** Every format a dataset is exported in. A new one is an entry here. */
export const EXPORT_FORMATS = {
  chat: { label: 'chat JSONL', note: 'messages; what fine-tuning takes', ...fromRows(chatLine) },
  'prompt-completion': {
    label: 'prompt/completion JSONL',
    note: 'two strings; for legacy models',
    ...fromRows(legacyLine),
  },
  dpo: {
    label: 'preference JSONL (DPO)',
    note: 'pairs of an accepted and a rejected answer',
    noun: 'pairs',
    asksRows: false,
    lines: ({ pairs }) => pairs().flatMap((prompt) => prompt.pairs.map(preferenceLine)),
  },
} satisfies Record<string, ExportEntry>;

export type ExportFormat = keyof typeof EXPORT_FORMATS;

export const isExportFormat = (name: string): name is ExportFormat => Object.hasOwn(EXPORT_FORMATS, name);

export const EXPORT_CHOICES: readonly { readonly value: string; readonly label: string; readonly note: string }[] =
  Object.entries(EXPORT_FORMATS).map(([value, { label, note }]) => ({ value, label, note }));
