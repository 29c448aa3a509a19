import { expect, test } from 'vitest';
import { planner } from '../../../src/app/generation/identities.ts';
import { rowId } from '../../../src/domain/dataset/row.ts';
import { selectCells } from '../../../src/domain/lattice/select.ts';
import { teacherMessages } from '../../../src/domain/template/prompt.ts';
import { templateOf } from '../fakes/provider.ts';

const template = templateOf(3);
const cells = [...selectCells(template.slots, { kind: 'all' })];
const SHAPES = [
  { model: 'm', temperature: 1, maxTokens: 300 },
  { model: 'm', temperature: 0.5, maxTokens: 300 },
  { model: 'n', temperature: 0.5, maxTokens: 300 },
  { model: 'm', temperature: 1, maxTokens: 300, seed: 7 },
];

const idsBy = (of: typeof template, { model, ...parameters }: (typeof SHAPES)[number]) =>
  cells.map((cell) => rowId({ model, parameters, cell, messages: teacherMessages(of, cell) }));

test('an identity is that of the request, whatever was planned of the template before, and whoever asks', () => {
  const reworded = { ...template, teacherPrompt: 'Tell of {a} and {b}' };
  // Twice each: made, and known.
  for (const shape of [...SHAPES, ...SHAPES])
    for (const of of [template, reworded]) {
      const first = planner(of, shape);
      const again = planner(of, shape);
      expect(cells.map((cell) => first(cell).id)).toEqual(idsBy(of, shape));
      expect(cells.map((cell) => again(cell, teacherMessages(of, cell)).id)).toEqual(idsBy(of, shape));
    }
});

test('a run that goes on keeps its own while another is planned with other settings', () => {
  const [one, other] = SHAPES;
  if (one === undefined || other === undefined) throw new Error('There are two.');
  const plannedOf = planner(template, one);
  const half = cells.slice(0, 4).map((cell) => plannedOf(cell).id);
  for (const cell of cells) planner(template, other)(cell);
  expect([...half, ...cells.slice(4).map((cell) => plannedOf(cell).id)]).toEqual(idsBy(template, one));
});

test('slots in another order are the same row', () => {
  const plannedOf = planner(template, { model: 'm' });
  const turned = cells.map((cell) => Object.fromEntries(Object.entries(cell).toReversed()));
  expect(turned.map((cell) => plannedOf(cell).id)).toEqual(cells.map((cell) => plannedOf(cell).id));
});
