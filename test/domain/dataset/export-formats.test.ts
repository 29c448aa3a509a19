import { describe, expect, it } from 'vitest';
import { chatLine, legacyLine } from '../../../src/domain/dataset/example-lines.ts';
import { EXPORT_CHOICES, EXPORT_FORMATS, isExportFormat } from '../../../src/domain/dataset/export-formats.ts';
import { preferenceLine, ratedPairs } from '../../../src/domain/dataset/preferences.ts';
import { exampleOf } from '../../../src/domain/dataset/row.ts';
import { row, template } from './sample-rows.ts';

const rows = [row({ rating: 'accepted', completion: 'Yes.' }), row({ rating: 'rejected', completion: 'No.' }), row()];
const source = { rows: () => rows, pairs: () => ratedPairs(rows, template), template } as const;

describe('the formats of an export', () => {
  it('are offered in the order of the table, each a name the app takes', () => {
    expect(EXPORT_CHOICES.map(({ value }) => value)).toEqual(['chat', 'prompt-completion', 'dpo']);
    expect(EXPORT_CHOICES.every(({ value }) => isExportFormat(value))).toBe(true);
    expect(isExportFormat('constructor')).toBe(false);
  });

  it('write the rows that are named, or every pair', () => {
    const written = (format: keyof typeof EXPORT_FORMATS, which: 'accepted' | 'not-rejected') => [
      ...EXPORT_FORMATS[format].lines({ ...source, which }),
    ];
    const examples = [rows[0], rows[2]].flatMap((one) => (one === undefined ? [] : [exampleOf(one, template)]));
    expect(written('chat', 'accepted')).toEqual(examples.slice(0, 1).map(chatLine));
    expect(written('prompt-completion', 'not-rejected')).toEqual(examples.map(legacyLine));
    expect(written('dpo', 'accepted')).toEqual(source.pairs().flatMap(({ pairs }) => pairs.map(preferenceLine)));
    expect(written('dpo', 'accepted')).toHaveLength(1);
  });
});
