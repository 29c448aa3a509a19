import { describe, expect, it } from 'vitest';
import type { ImportInspection } from '../../../../src/app/dataset/import-actions.ts';
import { ReceiptCounter } from '../../../../src/domain/importing/receipt.ts';
import { type ColumnInfo, type ExamplePreview, NO_ADDITIONS } from '../../../../src/domain/importing/records.ts';
import { parseSource } from '../../../../src/domain/importing/source.ts';
import { columnSpans, sampleText } from '../../../../src/screens/dataset/importing/columns.tsx';
import { exampleText } from '../../../../src/screens/dataset/importing/example-preview.ts';
import { mappingProblem, planFields } from '../../../../src/screens/dataset/importing/mapping-fields.ts';
import { sourceFromDraft } from '../../../../src/screens/dataset/importing/use-wizard.ts';
import {
  initialWizard,
  NO_MAPPING,
  type PlanStep,
  type Wizard,
  type WizardAction,
  wizardReducer,
} from '../../../../src/screens/dataset/importing/wizard.ts';

const column = (name: string, change: Partial<ColumnInfo> = {}): ColumnInfo => ({
  name,
  type: 'text',
  empty: 0,
  values: null,
  ...change,
});

const inspection = (change: Partial<ImportInspection> = {}): ImportInspection => ({
  source: { kind: 'file', path: 'a.tsv' },
  format: 'tsv',
  shape: 'table',
  looked: 8,
  rows: null,
  sample: [],
  way: 'file',
  reading: [],
  findings: [],
  columns: [column('text'), column('answer')],
  guess: { ...NO_MAPPING, user: '{text}', assistant: '{answer}' },
  ...change,
});

const doing = (...actions: readonly WizardAction[]): Wizard => actions.reduce(wizardReducer, initialWizard);
const planOf = ({ step }: Wizard): PlanStep => (step.name === 'plan' ? step : expect.fail(`it is at ${step.name}`));

const LOOK: readonly WizardAction[] = [
  { type: 'type', draft: { text: 'a.tsv' } },
  { type: 'read' },
  { type: 'looked', inspection: inspection() },
];
const problem = { what: 'There is no a.tsv.', saved: 'Nothing.', next: 'Type another path.' };
const receipt = new ReceiptCounter(null, null).receipt();
const report = { added: 8, there: 0, refused: 0, findings: [], receipt, summary: '8 rows added.' };

describe('the source that was typed', () => {
  it('takes config and split of the Hub alone, and the encoding of files alone', () => {
    const drafted = (text: string, encoding = '') =>
      sourceFromDraft({ sourceOf: parseSource }, { text, config: 'c', split: 's', encoding, delimiter: '' });
    expect(drafted('hf:owner/name')).toMatchObject({ value: { kind: 'hub', config: 'c', split: 's' } });
    expect(drafted('wandb:team/nda/train:v2#a.jsonl')).toEqual({
      ok: true,
      value: { kind: 'wandb', path: 'team/nda/train:v2#a.jsonl' },
    });
    expect(drafted('a.csv')).toEqual({ ok: true, value: { kind: 'file', path: 'a.csv' } });
    expect(drafted('a.csv', ' latin1 ')).toEqual({
      ok: true,
      value: { kind: 'file', path: 'a.csv', encoding: 'latin1' },
    });
    expect(drafted('hf:owner/name', 'latin1')).not.toHaveProperty('value.encoding');
  });
});

describe('the steps of an import', () => {
  it('go from a source through a mapping to what came in', () => {
    const plan = planOf(doing(...LOOK));
    expect(plan.mapping).toEqual({ ...NO_MAPPING, user: '{text}', assistant: '{answer}' });
    expect(doing(...LOOK, { type: 'import' }).step.name).toBe('importing');
    const done = doing(...LOOK, { type: 'import' }, { type: 'imported', report });
    expect(done.step).toEqual({ name: 'done', report });
  });

  it('come back to the source with what was typed when it cannot be read', () => {
    const state = doing(...LOOK.slice(0, 2), { type: 'refused', problem });
    expect(state).toEqual({
      draft: { text: 'a.tsv', config: '', split: '', encoding: '', delimiter: '' },
      step: { name: 'source', problem },
    });
    expect(wizardReducer(state, { type: 'read' }).step.name).toBe('reading');
  });

  it('come back to the mapping, as it was, when the import was stopped', () => {
    const mapping = { ...NO_MAPPING, user: '{answer}', assistant: '{text}' };
    const state = doing(...LOOK, { type: 'map', mapping }, { type: 'import' }, { type: 'stopped' });
    expect(planOf(state).mapping).toEqual(mapping);
  });

  it('take nothing that comes too late', () => {
    const left = doing(...LOOK.slice(0, 2), { type: 'back' }, { type: 'looked', inspection: inspection() });
    expect(left.step.name).toBe('source');
    expect(doing(...LOOK, { type: 'imported', report }).step.name).toBe('plan');
    expect(doing({ type: 'imported', report }, { type: 'walk', by: 1, examples: 3 })).toEqual(initialWizard);
  });

  it('walk among the examples there are, and go back one level at a time', () => {
    const far: readonly WizardAction[] = Array.from({ length: 9 }, () => ({ type: 'walk', by: 1, examples: 3 }));
    expect(planOf(doing(...LOOK, ...far)).at).toBe(2);
    expect(planOf(doing(...LOOK, { type: 'walk', by: -1, examples: 3 })).at).toBe(0);
    const away = doing(...LOOK, { type: 'next-pane' }, { type: 'next-pane' });
    expect(planOf(away).pane).toBe('example');
    const back = wizardReducer(away, { type: 'back' });
    expect(planOf(back).pane).toBe('mapping');
    expect(wizardReducer(back, { type: 'back' }).step.name).toBe('source');
  });

  it('take records that have a shape as they are, and keep a mapping to come back to', () => {
    const chat = inspection({ shape: 'chat', guess: null });
    const state = doing({ type: 'read' }, { type: 'looked', inspection: chat });
    expect(planOf(state)).toMatchObject({ mapping: NO_ADDITIONS, put: NO_MAPPING });
    const mapping = { ...NO_MAPPING, user: '{messages}' };
    const additions = { ...NO_ADDITIONS, system: 'Be kind' };
    const back = wizardReducer(wizardReducer(state, { type: 'map', mapping }), { type: 'map', mapping: additions });
    expect(planOf(back)).toMatchObject({ mapping: additions, put: { ...mapping, system: 'Be kind' } });
  });
});

describe('the mapping', () => {
  const fieldsOf = (step: PlanStep) => planFields({ step, onMap: () => {}, onEdit: () => {} });

  it('asks for columns of a table, and of other records first whether they are taken as they are', () => {
    expect(fieldsOf(planOf(doing(...LOOK))).map(({ id }) => id)).toEqual([
      'system',
      'user',
      'assistant',
      'rejected',
      'label',
      'group',
    ]);
    const chat = doing({ type: 'read' }, { type: 'looked', inspection: inspection({ shape: 'chat', guess: null }) });
    expect(fieldsOf(planOf(chat)).map(({ id }) => id)).toEqual(['take', 'system', 'label', 'group']);
  });

  it('gives a label column, and takes it off again', () => {
    const given: unknown[] = [];
    const step = planOf(doing(...LOOK));
    const label = planFields({ step, onMap: (mapping) => given.push(mapping.label), onEdit: () => {} }).find(
      ({ id }) => id === 'label',
    );
    if (label?.kind !== 'select') return expect.fail('there is no label');
    for (const { value } of label.options) label.onChange(value);
    expect(given).toEqual([null, 'text', 'answer']);
  });

  it('says what is missing before it can start', () => {
    expect(mappingProblem(NO_ADDITIONS)).toBeNull();
    expect(mappingProblem(NO_MAPPING)).toContain('user message');
    expect(mappingProblem({ ...NO_MAPPING, user: '{a}' })).toContain('answer');
    expect(mappingProblem({ ...NO_MAPPING, user: '{a}', assistant: 'b' })).toBeNull();
  });

  it('marks columns, and names that are no column', () => {
    const spans = columnSpans([column('text'), column('a column')]);
    expect(spans('{text} {{x}} {a column} {txt} }')).toEqual([
      { start: 0, end: 6, tone: 'slot' },
      { start: 13, end: 23, tone: 'slot' },
      { start: 24, end: 29, tone: 'error' },
    ]);
  });
});

describe('columns and examples', () => {
  it('shows the values that repeat, else the first that are there', () => {
    const values = [
      { value: 'Yes', count: 5 },
      { value: 'No', count: 3 },
    ];
    expect(sampleText(column('answer', { values }), [])).toBe('Yes (5), No (3)');
    const rows = [{ text: '' }, { text: null }, { text: 'One' }, { text: 2 }, {}, { text: [1] }, { text: 'Four' }];
    expect(sampleText(column('text'), rows)).toBe('One | 2 | [1]');
  });

  it('says first what is wrong, then the messages, then what is kept', () => {
    const preview: ExamplePreview = {
      line: 3,
      messages: [
        { role: 'user', content: 'Is it?\x1b[31m' },
        { role: 'assistant', content: 'Yes' },
      ],
      rejected: 'Go away',
      label: 'Yes',
      group: 'NDA.pdf',
      empty: ['system'],
      findings: [{ code: 'x', severity: 'warning', line: 3, message: 'Long.', fix: 'Cut it.' }],
    };
    const { text, spans } = exampleText(preview);
    expect(text).toBe(
      'Warning\nLong.\nDo: Cut it.\n\nWarning\nEmpty here: system.\n\nUser\nIs it?\n\nAssistant\nYes\n\nRejected\nGo away\n\nKept beside it\nlabel Yes\ngroup NDA.pdf',
    );
    expect(spans.filter(({ tone }) => tone === 'key').map(({ start, end }) => text.slice(start, end))).toEqual([
      'Warning',
      'Warning',
      'User',
      'Assistant',
      'Rejected',
      'Kept beside it',
    ]);
  });
});
