import { describe, expect, it } from 'vitest';
import { leaksText, previewLines, splitCountsText } from '../../../../src/screens/dataset/split/format.ts';
import {
  effectiveColumn,
  initialDraft,
  proposedBy,
  splitFields,
  splitRequest,
} from '../../../../src/screens/dataset/split/split-fields.ts';

const COLUMNS = [
  { name: 'answer', values: 2 },
  { name: 'document', values: 40 },
];
const draft = initialDraft(7);

describe('what a split asks for', () => {
  it('is a share, or a count that starts from the share', () => {
    expect(splitRequest(draft, COLUMNS, 112)).toEqual({
      ok: true,
      request: { plan: { train: { kind: 'share', share: 0.8 }, seed: 7, by: 'random' }, column: null },
    });
    expect(splitRequest({ ...draft, unit: 'count' }, COLUMNS, 112)).toMatchObject({
      request: { plan: { train: { kind: 'count', count: 90 } } },
    });
    expect(splitRequest({ ...draft, unit: 'count', rows: 30 }, COLUMNS, 117)).toMatchObject({
      request: { plan: { train: { kind: 'count', count: 30 } } },
    });
  });

  it('takes the name with the fewest values for labels, with the most for groups, and keeps what was chosen', () => {
    expect(effectiveColumn({ ...draft, by: 'label' }, COLUMNS, 112)).toBe('answer');
    expect(effectiveColumn({ ...draft, by: 'group' }, COLUMNS, 112)).toBe('document');
    expect(effectiveColumn({ ...draft, by: 'label', label: 'document' }, COLUMNS, 112)).toBe('document');
    expect(effectiveColumn({ ...draft, by: 'label', label: null }, COLUMNS, 112)).toBeNull();
    expect(effectiveColumn({ ...draft, by: 'label' }, COLUMNS.slice(1), 60)).toBeNull();
  });

  it('proposes whole groups where there are some, else labels, and chance where there is neither', () => {
    expect(proposedBy(COLUMNS, 112, false)).toBe('group');
    expect(proposedBy(COLUMNS.slice(0, 1), 112, false)).toBe('label');
    expect(proposedBy([{ name: 'id', values: 112 }], 112, false)).toBe('random');
    expect(proposedBy([], 112, false)).toBe('random');
    expect(proposedBy(COLUMNS, 112, true)).toBe('random');
    expect(initialDraft(1, 'group').by).toBe('group');
  });

  it('says why it cannot be', () => {
    expect(splitRequest(draft, COLUMNS, 0)).toMatchObject({ ok: false, why: 'there are no rows yet' });
    expect(splitRequest({ ...draft, by: 'group' }, [], 5)).toMatchObject({ ok: false });
    expect(splitRequest({ ...draft, by: 'label' }, [], 5)).toMatchObject({ ok: true, request: { column: null } });
  });

  it('goes by the answer itself where that is chosen', () => {
    const changed: unknown[] = [];
    const label = splitFields({
      draft: { ...draft, by: 'label' },
      columns: COLUMNS,
      total: 9,
      change: (next) => changed.push(next.label),
    }).find(({ id }) => id === 'column');
    if (label?.kind !== 'select') return expect.fail('there is no column to choose');
    expect(label.options.map((option) => option.label)).toEqual(['answer', 'document', 'the answer itself']);
    for (const { value } of label.options) label.onChange(value);
    expect(changed).toEqual(['answer', 'document', null]);
  });
});

describe('a split in words', () => {
  it('says how it stands and what would move', () => {
    expect(splitCountsText({ train: 0, validation: 0, unassigned: 1 })).toBe('none of 1 row is on a side');
    expect(splitCountsText({ train: 84, validation: 28, unassigned: 5 })).toBe('84 train, 28 validation, 5 on no side');
    const preview = { train: 88, validation: 29, frozen: 112, values: [], pairs: [], heldOut: null };
    expect(previewLines(preview, { train: 84, validation: 28, unassigned: 5 })).toEqual([
      '88 train, 29 validation',
      '5 rows get a side, 112 stay on theirs.',
    ]);
    expect(previewLines({ ...preview, frozen: 0 }, { train: 0, validation: 0, unassigned: 117 })[1]).toBe(
      '117 rows get a side, kept from then on.',
    );
    expect(previewLines({ ...preview, frozen: 117 }, { train: 88, validation: 29, unassigned: 0 })[1]).toContain(
      'Every',
    );
  });

  it('gives leaks to be pasted', () => {
    expect(leaksText([{ kind: 'near', trainId: 't', validationId: 'v', message: 'Nearly.', fix: 'Remove one.' }])).toBe(
      'nearly the same\tvalidation v\ttrain t\tNearly.\tRemove one.',
    );
  });
});
