import type { FormField } from '../../../components/form/index.ts';
import type { Option } from '../../../components/select/index.ts';
import { count, plural } from '../../../domain/text/figures.ts';
import { sanitizeLine } from '../../../domain/text/sanitize.ts';
import { columnOf, rowsOf, type SplitColumns, type SplitDraft } from './draft.ts';

/** Stands for the answer itself among the names; no name in a cell is empty. */
const ANSWER = '';

export interface SplitFieldsOptions {
  readonly draft: SplitDraft;
  readonly columns: SplitColumns;
  /** Rows of the project. */
  readonly total: number;
  readonly change: (draft: SplitDraft) => void;
}

function columnField({ draft, columns, total, change }: SplitFieldsOptions): FormField {
  const named: readonly Option[] = columns.map(({ name, values }) => ({
    value: name,
    label: sanitizeLine(name),
    note: plural(values, 'value'),
  }));
  const answer: Option = { value: ANSWER, label: 'the answer itself' };
  return {
    kind: 'select',
    id: 'column',
    label: draft.by === 'label' ? 'Label' : 'Group',
    options: draft.by === 'label' ? [...named, answer] : named,
    value: columnOf(draft, columns, total) ?? ANSWER,
    error: draft.by === 'group' && named.length === 0 ? 'Import with a group column to keep groups together.' : null,
    onChange: (value) =>
      change(draft.by === 'label' ? { ...draft, label: value === ANSWER ? null : value } : { ...draft, group: value }),
  };
}

/** How many rows to train on, and by what they are divided. */
export function splitFields(options: SplitFieldsOptions): readonly FormField[] {
  const { draft, total, change } = options;
  const size: FormField =
    draft.unit === 'share'
      ? {
          kind: 'number',
          id: 'size',
          label: 'Train on',
          value: draft.percent,
          unit: '%',
          rules: { min: 1, max: 99, step: 5 },
          onChange: (percent) => change({ ...draft, percent: percent ?? draft.percent }),
        }
      : {
          kind: 'number',
          id: 'size',
          label: 'Train on',
          value: rowsOf(draft, total),
          unit: `of ${count(total)} rows`,
          rules: { min: 0, max: total, integer: true },
          onChange: (rows) => change({ ...draft, rows }),
        };
  return [
    {
      kind: 'select',
      id: 'unit',
      label: 'Size as',
      value: draft.unit,
      options: [
        { value: 'share', label: 'share' },
        { value: 'count', label: 'count of rows' },
      ],
      onChange: (value) => change({ ...draft, unit: value === 'count' ? 'count' : 'share' }),
    },
    size,
    {
      kind: 'select',
      id: 'by',
      label: 'Divide',
      value: draft.by,
      options: [
        { value: 'random', label: 'at random' },
        { value: 'label', label: 'by label', note: 'each divided alike' },
        { value: 'group', label: 'by group', note: 'each kept whole' },
      ],
      onChange: (value) => change({ ...draft, by: value === 'label' || value === 'group' ? value : 'random' }),
    },
    ...(draft.by === 'random' ? [] : [columnField(options)]),
    {
      kind: 'number',
      id: 'seed',
      label: 'Seed',
      value: draft.seed,
      rules: { min: 0, integer: true },
      onChange: (seed) => change({ ...draft, seed: seed ?? draft.seed }),
    },
  ];
}
