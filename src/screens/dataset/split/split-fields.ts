import * as z from 'zod';
import { fieldReader, type ScreenStateKind } from '../../../app/core/screen-states.ts';
import type { SplitRequest } from '../../../app/dataset/splits.ts';
import type { FormField } from '../../../components/form/form-state.ts';
import type { Option } from '../../../components/inputs/select.tsx';
import { type HeldPair, parsePair } from '../../../domain/dataset/hold-out.ts';
import type { SplitPlan } from '../../../domain/importing/records.ts';
import { count, plural } from '../../../domain/text/format.ts';
import { sanitizeLine } from '../../../domain/text/sanitize.ts';

/** What the form of a split holds; both sizes are kept, so that a look at the other loses nothing. */
export interface SplitDraft {
  readonly unit: 'share' | 'count';
  /** Of the rows to train on, in per cent. */
  readonly percent: number;
  /** Rows to train on; null until a count was typed. */
  readonly rows: number | null;
  readonly by: SplitPlan['by'];
  /** Name in the rows' cells that holds the label; null for the answer itself, undefined for what suits best. */
  readonly label: string | null | undefined;
  /** Name in the rows' cells to group by; undefined for what suits best. */
  readonly group: string | undefined;
  readonly seed: number;
  /** Pairs that only the validation side gets, as they are typed: `race=elf,class=wizard; …`. */
  readonly holdOut: string;
  /** So many pairs drawn by the seed besides. */
  readonly drawn: number;
}

const read = fieldReader<SplitDraft>(() => ({
  unit: z.enum(['share', 'count']),
  percent: z.number().min(1).max(99),
  rows: z.int().nonnegative().nullable(),
  by: z.enum(['random', 'label', 'group']),
  label: z.string().nullable(),
  group: z.string(),
  seed: z.int().nonnegative(),
  holdOut: z.string(),
  drawn: z.int().nonnegative(),
}));

/** All of it. */
export const SPLIT_DRAFT: ScreenStateKind<SplitDraft> = {
  name: 'dataset-split',
  save: (draft) => draft,
  restore: (saved, fresh) => ({ ...fresh, ...read(saved) }),
};

export type SplitColumns = readonly { readonly name: string; readonly values: number }[];

/**
 * What a split goes by where nobody has chosen: whole groups where there are some, for a document on both sides gives the
 * answers away; else labels, so that each side has its share of every one. Rows of a template have neither.
 */
export function proposedBy(columns: SplitColumns, total: number, generated: boolean): SplitPlan['by'] {
  if (generated) return 'random';
  const label = columns.find(({ values }) => values > 1 && values * 2 <= total) ?? null;
  const group = columns.findLast(({ name, values }) => name !== label?.name && values > 1 && values < total);
  if (group !== undefined) return 'group';
  return label === null ? 'random' : 'label';
}

export const initialDraft = (seed: number, by: SplitPlan['by'] = 'random'): SplitDraft => ({
  unit: 'share',
  percent: 80,
  rows: null,
  by,
  label: undefined,
  group: undefined,
  seed,
  holdOut: '',
  drawn: 0,
});

/** The typed pairs, or what is wrong with one of them. */
function heldPairs(typed: string, columns: SplitColumns): readonly HeldPair[] | string {
  const pairs: HeldPair[] = [];
  for (const part of typed.split(';').map((text) => text.trim())) {
    if (part === '') continue;
    const pair = parsePair(part);
    if (pair === null) return `${sanitizeLine(part)} is no pair: type two slots and values, as race=elf,class=wizard`;
    const strange = Object.keys(pair).find((name) => columns.every((column) => column.name !== name));
    if (strange !== undefined) return `the rows have no slot ${sanitizeLine(strange)}`;
    pairs.push(pair);
  }
  return pairs;
}

/** Rows to train on when they are counted: what was typed, else the share of the rows there are. */
const validationRows = (draft: SplitDraft, total: number): number =>
  draft.rows ?? Math.round((total * draft.percent) / 100);

/**
 * The name a split goes by: labels have few values and documents many, so the first of the names (they come with the
 * fewest values first) is the label, unless most rows have a value of their own, and the last is the group.
 */
export function effectiveColumn(draft: SplitDraft, columns: SplitColumns, total: number): string | null {
  switch (draft.by) {
    case 'random':
      return null;
    case 'group':
      return draft.group ?? columns.at(-1)?.name ?? null;
    case 'label': {
      if (draft.label !== undefined) return draft.label;
      const first = columns[0];
      return first === undefined || first.values * 2 > total ? null : first.name;
    }
  }
}

/** What the form asks for, or why that cannot be. */
export function splitRequest(
  draft: SplitDraft,
  columns: SplitColumns,
  total: number,
): { readonly ok: true; readonly request: SplitRequest } | { readonly ok: false; readonly why: string } {
  if (total === 0) return { ok: false, why: 'there are no rows yet' };
  const column = effectiveColumn(draft, columns, total);
  if (draft.by === 'group' && column === null) {
    return { ok: false, why: 'the rows have nothing to group by; an import keeps a group column' };
  }
  const { unit, percent, seed, by, drawn } = draft;
  const pairs = heldPairs(draft.holdOut, columns);
  if (typeof pairs === 'string') return { ok: false, why: pairs };
  const train =
    unit === 'share'
      ? ({ kind: 'share', share: percent / 100 } as const)
      : ({ kind: 'count', count: validationRows(draft, total) } as const);
  const holdOut = pairs.length + drawn === 0 ? {} : { holdOut: { pairs, drawn } };
  return { ok: true, request: { plan: { train, seed, by }, column, ...holdOut } };
}

/** Stands for the answer itself among the names; no name in a cell is empty. */
const ANSWER_COLUMN = '';

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
  const answer: Option = { value: ANSWER_COLUMN, label: 'the answer itself' };
  return {
    kind: 'select',
    id: 'column',
    label: draft.by === 'label' ? 'Label' : 'Group',
    options: draft.by === 'label' ? [...named, answer] : named,
    value: effectiveColumn(draft, columns, total) ?? ANSWER_COLUMN,
    error: draft.by === 'group' && named.length === 0 ? 'Import with a group column to keep groups together.' : null,
    onChange: (value) =>
      change(
        draft.by === 'label' ? { ...draft, label: value === ANSWER_COLUMN ? null : value } : { ...draft, group: value },
      ),
  };
}

/** How many rows to train on, and by what they are divided. */
export function splitFields(options: SplitFieldsOptions): readonly FormField[] {
  const { draft, columns, total, change } = options;
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
          value: validationRows(draft, total),
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
    ...(columns.length < 2 ? [] : holdOutFields(options)),
  ];
}

/** Pairs of values that training is never to see together. */
function holdOutFields({ draft, columns, change }: SplitFieldsOptions): readonly FormField[] {
  const pairs = heldPairs(draft.holdOut, columns);
  const [first, second] = columns;
  return [
    {
      kind: 'text',
      id: 'hold-out',
      label: 'Hold out',
      value: draft.holdOut,
      placeholder: `${sanitizeLine(first?.name ?? '')}=…,${sanitizeLine(second?.name ?? '')}=…; more pairs`,
      note: 'pairs only validation has',
      error: typeof pairs === 'string' ? pairs : null,
      onChange: (holdOut) => change({ ...draft, holdOut }),
    },
    {
      kind: 'number',
      id: 'drawn',
      label: 'Random pairs',
      value: draft.drawn,
      rules: { min: 0, max: 100, integer: true },
      note: 'held out too, drawn by the seed',
      onChange: (drawn) => change({ ...draft, drawn: drawn ?? 0 }),
    },
  ];
}
