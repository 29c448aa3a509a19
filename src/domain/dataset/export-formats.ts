import type { Template } from '../template/types.ts';
import { plural } from '../text/format.ts';
import { chatLine, exportLines, type LineWriter, legacyLine } from './example-lines.ts';
import { type PromptPairs, preferenceLine } from './preferences.ts';
import { isTrainable, type TrainableRows } from './row.ts';
import type { Row } from './types.ts';
import { lostInText } from './whole-lines.ts';

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
  /** What of the rows the form cannot hold, in a sentence; null when it holds them all. */
  readonly leftOut: (source: ExportSource) => string | null;
}

const fromRows = (lineOf: LineWriter): Omit<ExportEntry, 'label' | 'note'> => ({
  noun: 'rows',
  asksRows: true,
  lines: ({ rows, template, which }) => exportLines(rows(), template, lineOf, which),
  leftOut: () => null,
});

/** Rows that are more than texts, with what they have. */
function leftOutOfTexts({ rows, which }: ExportSource): string | null {
  const named = new Set<string>();
  let left = 0;
  for (const row of rows()) {
    const lost = row.whole === undefined || !isTrainable(row, which) ? [] : lostInText(row.whole);
    for (const name of lost) named.add(name);
    if (lost.length > 0) left += 1;
  }
  if (left === 0) return null;
  return `${plural(left, 'row')} left out: ${[...named].join(', ')} cannot be written as two texts; export chat JSONL.`;
}

/** Every format a dataset is exported in. A new one is an entry here. */
export const EXPORT_FORMATS = {
  chat: { label: 'chat JSONL', note: 'messages; what fine-tuning takes', ...fromRows(chatLine) },
  'prompt-completion': {
    label: 'prompt/completion JSONL',
    note: 'two strings; for legacy models',
    ...fromRows(legacyLine),
    leftOut: leftOutOfTexts,
  },
  dpo: {
    label: 'preference JSONL (DPO)',
    note: 'pairs of an accepted and a rejected answer',
    noun: 'pairs',
    asksRows: false,
    lines: ({ pairs }) => pairs().flatMap((prompt) => prompt.pairs.map(preferenceLine)),
    leftOut: () => null,
  },
} satisfies Record<string, ExportEntry>;

export type ExportFormat = keyof typeof EXPORT_FORMATS;

export const isExportFormat = (name: string): name is ExportFormat => Object.hasOwn(EXPORT_FORMATS, name);

export const EXPORT_CHOICES: readonly { readonly value: string; readonly label: string; readonly note: string }[] =
  Object.entries(EXPORT_FORMATS).map(([value, { label, note }]) => ({ value, label, note }));
