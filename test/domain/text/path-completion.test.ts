import { describe, expect, it } from 'vitest';
import { completePath, splitPath } from '../../../src/domain/text/path-completion.ts';

describe('completePath', () => {
  const entries = ['rows.jsonl', 'rows-old.jsonl', 'reports/', '.hidden'];

  it('goes as far as the entries agree, and names them', () => {
    expect(completePath('data/ro', entries)).toEqual({ path: 'data/rows', entries: ['rows-old.jsonl', 'rows.jsonl'] });
    expect(completePath('data/rows.', entries)).toEqual({ path: 'data/rows.jsonl', entries: ['rows.jsonl'] });
    expect(completePath('re', entries).path).toBe('reports/');
  });

  it('leaves a path that nothing fits, and shows hidden entries only after a dot', () => {
    expect(completePath('x', entries)).toEqual({ path: 'x', entries: [] });
    expect(completePath('', entries).entries).toHaveLength(3);
    expect(completePath('.', entries).path).toBe('.hidden');
  });

  it('looks into the folder that was typed', () => {
    expect(splitPath('~/a/b')).toEqual({ folder: '~/a/', start: 'b' });
    expect(splitPath('b')).toEqual({ folder: '', start: 'b' });
  });
});
