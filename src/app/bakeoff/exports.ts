import { type BakeoffReport, bakeoffCsv, bakeoffHtml, bakeoffMarkdown } from '../../domain/bakeoff/report.ts';

interface ExportEntry {
  readonly label: string;
  readonly note: string;
  /** Of the file's name, without its dot. */
  readonly ending: string;
  readonly text: (report: BakeoffReport) => Iterable<string>;
}

/** Every format a bake-off is exported in. A new one is an entry here. */
export const BAKEOFF_FORMATS = {
  markdown: {
    label: 'report, Markdown',
    note: 'figures and comparisons',
    ending: 'md',
    text: (report) => [bakeoffMarkdown(report)],
  },
  html: {
    label: 'report, HTML',
    note: 'one file with its chart',
    ending: 'html',
    text: (report) => [bakeoffHtml(report)],
  },
  csv: { label: 'figures, CSV', note: 'a line a model', ending: 'csv', text: bakeoffCsv },
} satisfies Record<string, ExportEntry>;

export type BakeoffFormat = keyof typeof BAKEOFF_FORMATS;

export const isBakeoffFormat = (name: string): name is BakeoffFormat => Object.hasOwn(BAKEOFF_FORMATS, name);

/** The formats as choices, in the order of the table. */
export const BAKEOFF_CHOICES = Object.keys(BAKEOFF_FORMATS)
  .filter(isBakeoffFormat)
  .map((value) => ({ value, ...(BAKEOFF_FORMATS[value] satisfies ExportEntry) }));
