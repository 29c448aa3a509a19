import { expect, it } from 'vitest';
import type { Row } from '../../../../src/domain/dataset/types.ts';
import { rowOf } from '../../../app/fakes/rows.ts';
import { cursorLine, renderDataset } from '../render-dataset.tsx';

const RACE = 'half-orc of the northern mountains';
const cell = { race: RACE, pet: 'a raven called Huginn' };
const make =
  (change: Partial<Row> = {}) =>
  (projectId: string): readonly Row[] => [
    rowOf('one', { projectId, cell, ...change }),
    rowOf('two', { projectId, cell: { race: 'elf', pet: 'an owl' } }),
  ];

/** The screen with values in its template that are as long as those of the rows. */
async function show(change: Partial<Row>, columns: number) {
  const shown = await renderDataset({ columns, rows: 24, make: make(change) });
  shown.workbench.projects.update((project) => ({
    ...project,
    template: {
      ...project.template,
      slots: [
        { name: 'race', values: [RACE] },
        { name: 'pet', values: [cell.pet] },
      ],
    },
  }));
  await shown.screen.settled();
  return shown;
}

it('gives a combination the room it needs, cuts it in its middle, and has it whole below', async () => {
  const { screen } = await show({}, 80);
  expect(cursorLine(screen)).toMatch(/half-orc of the .*….*called Huginn +Answer/);
  expect(screen.frame()).toContain(`│ ${RACE}, ${cell.pet}`);
  const wide = await show({}, 220);
  expect(cursorLine(wide.screen)).toContain(`${RACE}, ${cell.pet}`);
});

it.each([
  [{}, /○ unrated/],
  [{ rating: 'accepted' }, /✓ accepted/],
  [{ status: 'truncated' }, /▲ truncated/],
  [{ status: 'truncated', rating: 'accepted' }, /✓ accepted/],
] as const)('says of a row in one column what was said of it, else what became of it: %o', async (change, said) => {
  const { screen } = await show(change, 80);
  expect(cursorLine(screen)).toMatch(said);
  if ('status' in change) expect(cursorLine(screen)).toContain('truncated');
});
