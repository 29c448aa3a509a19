import { describe, expect, it } from 'vitest';
import type { Row } from '../../../src/domain/dataset/types.ts';
import { cursorLine, nthRow, renderDataset } from './render-dataset.tsx';

const QUESTIONS = [
  'What can I do if my card still has not arrived after two whole weeks of waiting for it?',
  'How do I top up by bank transfer?',
  'What can I do if my card still has not arrived after three whole weeks of waiting for it?',
  'Why was I charged a fee for a payment with my card yesterday evening in the restaurant?',
  'how do I top up by bank transfer',
  'What can I do if my card still has not arrived after two whole weeks of waiting for it!',
];

const rowsOf = (projectId: string): readonly Row[] =>
  QUESTIONS.map((content, at) =>
    nthRow(projectId, at, { source: 'imported', cell: {}, completion: 'x', prompt: [{ role: 'user', content }] }),
  );

describe('near-duplicates', () => {
  it('are grouped, the largest group first, shown beside the first, and rejected but for it', async () => {
    const { screen, rows, projectId } = await renderDataset({ make: rowsOf });
    await screen.press('d');
    await screen.waitFor('3 rows at least 80% like another');
    expect(cursorLine(screen)).toContain('3 rows  What can I do');
    expect(screen.frame().replaceAll(/[\s┃]+/g, ' ')).toContain(`84% like it: ${QUESTIONS[2]}`);
    await screen.press('x');
    expect(rows.counts(projectId, { rating: 'rejected' }).total).toBe(2);
    expect(cursorLine(screen)).toContain('2 rows  How do I top up');
    await screen.press('enter');
    await screen.waitFor('Row 5 of 6');
    await screen.press('u', 'd');
    await screen.waitFor('3 rows at least 80% like another');
  });

  it('says when there are none, at the least size too', async () => {
    const make = (projectId: string) => rowsOf(projectId).slice(0, 2);
    const { screen } = await renderDataset({ make, columns: 60, rows: 16 });
    await screen.press('d');
    await screen.waitFor('No two rows are nearly the same.');
    await screen.press('escape');
    expect(screen.frame()).toContain('Row 1 of 2');
  });
});
