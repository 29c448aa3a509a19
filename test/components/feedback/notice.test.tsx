import { describe, expect, it } from 'vitest';
import { NoteView, noteRows, ProblemView, problemRows } from '../../../src/components/feedback/notice.tsx';
import { ProblemText } from '../../../src/components/feedback/problem-text.tsx';
import { render } from '../../harness/render.tsx';

const PROBLEM = {
  what: `The server said ${'no '.repeat(60)}\u001b[2J`,
  saved: 'The rows are kept.',
  next: 'Press r to try again.',
};

describe('a problem', () => {
  it('has what happened, what was saved and what to press, in as many rows as there are', async () => {
    expect(problemRows(PROBLEM, 40, 3).map(({ part }) => part)).toEqual(['what', 'saved', 'next']);
    const rows = problemRows(PROBLEM, 40, 12);
    expect(rows.length).toBeLessThanOrEqual(12);
    expect(rows.filter(({ part }) => part === 'what').length).toBeGreaterThan(3);
    const app = await render(<ProblemView problem={PROBLEM} width={40} rows={12} />);
    expect(app.lines()[0]).toMatch(/^✗ The server said no/);
    expect(app.frame()).toContain('Saved: The rows are kept.');
    expect(app.frame()).toContain('Next: Press r to try again.');
  });

  it('gives the next step its rows before the rest', () => {
    const long = { ...PROBLEM, next: 'step '.repeat(20) };
    const rows = problemRows(long, 40, 5);
    expect(rows.filter(({ part }) => part === 'next').length).toBe(3);
  });

  it('scrolls where it fills a pane', async () => {
    const app = await render(<ProblemText problem={PROBLEM} width={30} height={4} focus />);
    expect(app.frame()).not.toContain('Press r');
    await app.press('G');
    expect(app.frame()).toContain('Press r to try again.');
  });
});

it('a note is wrapped in three rows at most', async () => {
  const note = 'word '.repeat(60);
  expect(noteRows(note, 20, 9)).toHaveLength(3);
  const app = await render(<NoteView text="Copied the id of the job." width={12} rows={3} />);
  expect(app.lines().slice(0, 3)).toEqual(['Copied the', 'id of the', 'job.']);
});
