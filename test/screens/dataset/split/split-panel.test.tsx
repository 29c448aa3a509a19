import { describe, expect, it } from 'vitest';
import type { Row } from '../../../../src/domain/dataset/types.ts';
import { lineWith, nthRow, type RenderedDataset, renderDataset } from '../render-dataset.tsx';

/** 40 imported questions with a label and a document; the last asks what the first does. */
const asked = (projectId: string): readonly Row[] =>
  Array.from({ length: 40 }, (_, at) =>
    nthRow(projectId, at, {
      source: 'imported',
      model: '',
      usage: null,
      completion: at % 4 === 0 ? 'No' : 'Yes',
      cell: { answer: at % 4 === 0 ? 'No' : 'Yes', document: `nda-${Math.floor(at / 4)}.pdf` },
      prompt: [{ role: 'user', content: `Is clause ${at === 39 ? 0 : at} of part ${(at % 39) * 7} marked?` }],
    }),
  );

async function openSplit(size: { readonly columns?: number; readonly rows?: number } = {}): Promise<RenderedDataset> {
  const shown = await renderDataset({ ...size, make: asked });
  await shown.screen.press('p');
  await shown.screen.waitFor('Then: 32 train, 8 validation');
  return shown;
}

const sides = ({ rows, projectId }: RenderedDataset): readonly number[] =>
  (['train', 'validation', null] as const).map((split) => rows.counts(projectId, { split }).total);

describe('the split', () => {
  it('is seen by label before it is made, then confirmed, made, and kept when rows are added', async () => {
    const shown = await openSplit();
    const { screen, rows, projectId } = shown;
    await screen.press('j', 'j', 'l');
    await screen.waitFor(/Yes +24 +6/);
    expect(lineWith(screen, 'No  ')).toMatch(/No +8 +2/);
    expect(lineWith(screen, 'Seed')).toMatch(/Seed +\d+/);
    await screen.press('s');
    expect(screen.frame()).toContain('A side is kept by row id');
    expect(sides(shown)).toEqual([0, 0, 40]);
    await screen.press('y');
    await screen.waitFor('32 rows put on train, 8 on validation.');
    expect(sides(shown)).toEqual([32, 8, 0]);
    expect(screen.frame()).toContain('Now: 32 train, 8 validation');
    const before = rows.counts(projectId, { split: 'validation', text: 'no' }).total;
    rows.put([nthRow(projectId, 77, { source: 'imported', cell: { answer: 'Yes' } })]);
    shown.workbench.reads.invalidate('rows');
    await screen.waitFor('1 on no side');
    expect(screen.frame()).toContain('1 row gets a side, 40 stay on theirs.');
    expect(rows.counts(projectId, { split: 'validation', text: 'no' }).total).toBe(before);
  });

  it('says why it has nothing to do, and asks before it is cleared', async () => {
    const shown = await openSplit();
    const { screen } = shown;
    await screen.press('s', 'y');
    await screen.waitFor('put on train');
    await screen.press('s');
    expect(screen.frame()).not.toContain('Assign this split?');
    await screen.press('x', 'enter');
    expect(sides(shown)[2]).toBe(0);
    await screen.press('y');
    await screen.waitFor('40 rows taken off their side.');
    expect(sides(shown)).toEqual([0, 0, 40]);
  });

  it('takes a count of rows, and keeps documents whole', async () => {
    const shown = await openSplit();
    const { screen, rows, projectId } = shown;
    await screen.press('l', 'j', 'enter', 'ctrl-u');
    await screen.type('12\r');
    await screen.press('j', 'l', 'l');
    await screen.waitFor('12 train, 28 validation');
    expect(lineWith(screen, 'Group')).toContain('document');
    await screen.press('s', 'y');
    await screen.waitFor('put on train');
    const mixed = Array.from({ length: 10 }, (_, at) => {
      const slot = { name: 'document', value: `nda-${at}.pdf` };
      return rows.counts(projectId, { slot, split: 'train' }).total;
    });
    expect(mixed.toSorted()).toEqual([0, 0, 0, 0, 0, 0, 0, 4, 4, 4]);
  });

  it('finds what training gives away, and leads to it', async () => {
    const shown = await openSplit();
    const { screen, rows, projectId, copied } = shown;
    const put = (at: number, split: 'train' | 'validation'): void => {
      const row = rows.get(projectId, nthRow(projectId, at).id);
      if (row !== null) rows.put([{ ...row, split }]);
    };
    put(0, 'train');
    put(39, 'validation');
    shown.workbench.reads.invalidate('rows');
    await screen.waitFor('1 train, 1 validation');
    await screen.press('c');
    await screen.waitFor('Leak 1 of 1');
    expect(screen.frame()).toContain('same question: 00000027');
    expect(screen.frame()).toContain('Validation: Is clause 0 of part 0 marked?');
    await screen.press('y', 'enter');
    expect(copied[0]).toContain('same question');
    await screen.waitFor('Row 40 of 40');
    expect(screen.frame()).toContain('split validation');
  });

  it.each([
    [60, 16],
    [80, 24],
    [140, 40],
  ])('has room at %dx%d', async (columns, rows) => {
    const { screen } = await openSplit({ columns, rows });
    await screen.press('j', 'j', 'l');
    await screen.waitFor(/Yes +24 +6/);
    await screen.press('v', 'j');
    await screen.resize(60, 16);
    expect(screen.frame()).toContain('32 train, 8 validation');
    await screen.press('escape', 'escape');
    await screen.waitFor('Row 1 of 40');
  });
});
