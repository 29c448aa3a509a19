import { describe, expect, it } from 'vitest';
import { displayWidth } from '../../../src/domain/text/graphemes.ts';
import { HeldSearch } from '../../app/fakes/held-search.ts';
import { cursorLine, lineWith, many, nthRow, renderDataset } from './render-dataset.tsx';

const ratingOf = (shown: Awaited<ReturnType<typeof renderDataset>>, index: number): string | undefined =>
  shown.rows.get(shown.projectId, nthRow('p', index).id)?.rating;

describe('the rows', () => {
  it('says what to do when there are none', async () => {
    const { screen } = await renderDataset({ make: () => [] });
    expect(screen.frame()).toContain('No rows yet');
    expect(screen.frame()).toMatch(/3 generates/);
    await screen.press('a', 'o');
    await screen.waitFor('Import: where from');
    expect(screen.frame()).toContain('JSONL, CSV, TSV or Parquet');
  });

  it.each([
    [60, 16],
    [80, 24],
    [100, 30],
    [140, 40],
  ])('keeps to %dx%d, with the selected row in sight', async (columns, rows) => {
    const { screen } = await renderDataset({ columns, rows, make: many(200) });
    expect(cursorLine(screen)).toMatch(columns === 60 ? /elf, owl .*○ unrated/ : /elf, owl .*✓ done +○ unrated/);
    await screen.press('G');
    expect(screen.frame()).toContain('Row 200 of 200');
    expect(cursorLine(screen)).toContain('Number 199');
    for (const line of screen.lines()) expect(displayWidth(line)).toBeLessThanOrEqual(columns);
    await screen.resize(60, 16);
    expect(cursorLine(screen)).toContain('Number 199');
    await screen.resize(140, 40);
    expect(screen.frame()).toContain('Number 199: a dwarf with a cat.');
  });

  it('rates and goes on, also where a rated row leaves the filter, and takes it back', async () => {
    const shown = await renderDataset({ make: many(6) });
    const { screen } = shown;
    await screen.type('ax');
    expect([ratingOf(shown, 0), ratingOf(shown, 1), ratingOf(shown, 2)]).toEqual(['accepted', 'rejected', 'unrated']);
    await screen.press('f');
    await screen.type('unrated');
    await screen.press('enter');
    expect(screen.frame()).toContain('filter: unrated');
    await screen.press('a', 'a');
    expect(screen.frame()).toContain('Row 1 of 2');
    expect([2, 3, 4, 5].map((index) => ratingOf(shown, index))).toEqual(['accepted', 'accepted', 'unrated', 'unrated']);
    await screen.press('u');
    expect(screen.frame()).toContain('Took back: accepted on 1 row.');
    expect(ratingOf(shown, 3)).toBe('unrated');
    await screen.press('escape');
    expect(screen.frame()).toContain('of 6');
  });

  it('acts on what is marked, and on all of a filter but what is not', async () => {
    const shown = await renderDataset({ make: many(10) });
    const { screen } = shown;
    await screen.press('space', 'space', 'a');
    expect([0, 1, 2].map((index) => ratingOf(shown, index))).toEqual(['accepted', 'accepted', 'unrated']);
    expect(screen.frame()).not.toContain('marked');
    await screen.press('g', '*', 'space', 'x');
    await screen.waitFor('9 rows rejected');
    expect(shown.rows.counts(shown.projectId, { rating: 'rejected' }).total).toBe(9);
    expect(ratingOf(shown, 0)).toBe('accepted');
    await screen.press('*', 'D', 'y');
    await screen.waitFor('10 rows removed');
    expect(screen.frame()).toContain('No rows yet');
  });

  it('shows what was there before, and how many hits so far, until a search is through', async () => {
    const rowSearch = new HeldSearch();
    const shown = await renderDataset({ make: many(30), rowSearch });
    const { screen } = shown;
    await screen.press('/');
    await screen.type('number 2');
    expect(rowSearch.asked.slice(0, -1).every(({ signal }) => signal?.aborted)).toBe(true);
    expect(screen.frame()).toContain('searching');
    expect(screen.frame()).toContain('Row 1 of 30');
    rowSearch.newest.onHits(7);
    await screen.waitFor('searching, 7 so far');
    await screen.press('enter');
    expect(screen.frame()).toContain('searching, 7 so far');
    await screen.press('*');
    expect(shown.refused.map(({ disabledReason }) => disabledReason)).toEqual(['the search is not through yet']);
    rowSearch.newest.answer([nthRow(shown.projectId, 2), nthRow(shown.projectId, 20)]);
    await screen.waitFor('Row 1 of 2');
    expect(screen.frame()).not.toContain('searching');
    shown.workbench.reads.invalidateAtOnce('rows');
    await screen.press('j');
    expect(screen.frame()).not.toContain('searching');
    expect(cursorLine(screen)).toContain('Number 20');
    rowSearch.newest.answer([nthRow(shown.projectId, 20)]);
    await screen.waitFor('Row 1 of 1');
  });

  it('searches some thousand rows in a thread, and does to all that is found what a key says', async () => {
    const shown = await renderDataset({ make: many(3_000) });
    const { screen } = shown;
    await screen.press('/');
    await screen.type('number 29');
    await screen.waitFor('111 of 3,000');
    await screen.press('enter', '*', 'x');
    await screen.waitFor('111 rows rejected');
    expect(shown.rows.counts(shown.projectId, { rating: 'rejected' }).total).toBe(111);
  });

  it('searches while one types; Enter keeps the search, Esc drops it', async () => {
    const { screen } = await renderDataset({ make: many(30) });
    await screen.press('/');
    await screen.type('number 2');
    expect(screen.frame()).toContain('11 of 30');
    await screen.press('enter', 'j');
    expect(screen.frame()).toContain('Row 2 of 11');
    await screen.press('/', 'escape');
    expect(screen.frame()).toContain('Row 1 of 30');
    await screen.press('/');
    await screen.type('nowhere');
    await screen.press('enter');
    expect(screen.frame()).toContain('No row fits');
  });

  it('sorts and reverses', async () => {
    const { screen } = await renderDataset({ columns: 140, rows: 40, make: many(12) });
    await screen.press('s', 's');
    expect(screen.frame()).toContain('by tokens ↑');
    await screen.press('S');
    expect(screen.frame()).toContain('by tokens ↓');
    expect(cursorLine(screen)).toContain(' 31 ');
  });

  it('edits the answer, saves on Ctrl-S, and undoes; Esc cancels after a question', async () => {
    const shown = await renderDataset({ make: many(3) });
    const { screen } = shown;
    const completion = () => shown.rows.get(shown.projectId, nthRow('p', 0).id);
    await screen.press('e');
    await screen.paste('\nq1x');
    expect(screen.frame()).toContain('q1x');
    await screen.press('escape');
    expect(screen.frame()).toContain('Esc again drops what you typed. Ctrl-S keeps it.');
    await screen.press('escape');
    expect(completion()).toMatchObject({ completion: 'Number 0: a elf with a owl.', edited: false });
    await screen.press('e');
    await screen.paste('\nq1x');
    await screen.press('ctrl-s');
    expect(completion()).toMatchObject({ completion: 'Number 0: a elf with a owl.\nq1x', edited: true });
    expect(cursorLine(screen)).toContain('edited');
    await screen.press('u');
    expect(completion()).toMatchObject({ completion: 'Number 0: a elf with a owl.', edited: false });
    await screen.press('e', 'ctrl-e', 'ctrl-s');
    expect(completion()?.completion).toBe('Number 0: a elf with a owl.!');
    await screen.press('e', 'ctrl-s');
    expect(screen.frame()).toContain('Row 1 of 3');
  });

  it('heads what a row is of as a combination, or as a prompt where no template has slots', async () => {
    const { screen, workbench } = await renderDataset({ columns: 120, make: many(3) });
    expect(screen.frame()).toMatch(/ combination +answer/);
    workbench.projects.update((project) => ({ ...project, template: { ...project.template, slots: [] } }));
    await screen.waitFor((frame) => / prompt +answer/.test(frame));
  });

  it('asks before it removes, and brings back', async () => {
    const shown = await renderDataset({ make: many(3) });
    const { screen } = shown;
    await screen.press('D');
    expect(screen.frame()).toContain('Remove this row?');
    await screen.press('n');
    expect(shown.rows.counts(shown.projectId, {}).total).toBe(3);
    await screen.press('j', 'D', 'y');
    expect(screen.frame()).toContain('of 2');
    expect(cursorLine(screen)).toContain('Number 2');
    await screen.press('u');
    expect(screen.frame()).toContain('of 3');
  });

  it('generates an answer again once that is confirmed', async () => {
    const shown = await renderDataset({ make: many(2) });
    await shown.screen.press('R');
    expect(shown.screen.frame()).toContain('Cost the first time: $0.0010');
    await shown.screen.press('enter');
    await shown.clock.advance(1_000);
    await shown.screen.settled();
    expect(shown.screen.frame()).toContain('On Tell of elf and owl');
    await shown.screen.press('u');
    await shown.screen.settled();
    expect(shown.screen.frame()).toContain('Number 0: a elf');
  });

  it('shows the whole row, walks on from it, and comes back', async () => {
    const { screen } = await renderDataset({ make: many(4) });
    await screen.press('enter');
    expect(screen.frame()).toContain('finish reason stop');
    await screen.press('l');
    expect(screen.frame()).toContain('Number 1: a dwarf with a cat.');
    await screen.press('escape');
    expect(screen.frame()).toContain('Row 2 of 4');
  });

  it('opens the row another screen asks for', async () => {
    const { screen, workbench } = await renderDataset({ make: many(300), openRowId: nthRow('p', 250).id });
    expect(screen.frame()).toContain('Row 251 of 300');
    workbench.navigation.openRow(nthRow('p', 17).id);
    await screen.settled();
    expect(cursorLine(screen)).toContain('Number 17');
  });

  it('keeps the cursor on its row while rows arrive above it', async () => {
    const shown = await renderDataset({ make: many(5) });
    await shown.screen.press('S', 'j');
    expect(cursorLine(shown.screen)).toContain('Number 3');
    shown.rows.put([nthRow(shown.projectId, 6)]);
    shown.workbench.reads.invalidate('rows');
    await shown.screen.settled();
    expect(cursorLine(shown.screen)).toContain('Number 3');
    expect(shown.screen.frame()).toContain('Row 3 of 6');
  });

  it('shows a rating at once, also under a filter that is slow to count', async () => {
    const shown = await renderDataset({ make: many(5_100) });
    const { screen, workbench } = shown;
    await screen.type('/owl');
    await screen.press('enter');
    await screen.waitFor('of 1,700');
    workbench.reads.invalidate('rows');
    await screen.settled();
    workbench.rows.rate([nthRow('p', 0).id], 'accepted');
    await screen.settled();
    expect(cursorLine(screen)).toContain('✓ accepted');
  });

  it('copies the row as a training line', async () => {
    const { screen, copied } = await renderDataset({ make: many(1) });
    await screen.press('y');
    expect(JSON.parse(copied[0] ?? '')).toEqual({
      messages: [
        { role: 'user', content: 'elf, owl' },
        { role: 'assistant', content: 'Number 0: a elf with a owl.' },
      ],
    });
  });
});

describe('panels and files', () => {
  it('checks, names every finding with its fix, and jumps to the row', async () => {
    const make = (projectId: string) => [
      ...many(12)(projectId).slice(0, 11),
      nthRow(projectId, 30, { completion: 'Number 0: a elf with a owl.', cell: { race: 'elf', pet: 'owl' } }),
    ];
    const { screen } = await renderDataset({ make });
    await screen.press('c');
    await screen.waitFor('12 examples, 0 errors, 2 warnings');
    expect(screen.frame()).toMatch(/p5 \d+ +p50 \d+ +p95 \d+/);
    expect(screen.frame()).toContain('warning, line 12: The line is the same as line 1');
    expect(screen.frame()).toContain('Do: Remove one of the two');
    expect(screen.frame()).toContain('line 7: 5 examples answer a prompt otherwise');
    await screen.press('enter');
    expect(screen.frame()).toContain('Row 12 of 12');
  });

  it('flags the same rows in the check, in the table and in the filter', async () => {
    const cell = { race: 'elf', pet: 'owl' };
    const make = (projectId: string) => [
      ...many(10)(projectId),
      nthRow(projectId, 10, { cell, completion: "I'm sorry, but I can't write of an elf with an owl." }),
      nthRow(projectId, 11, { cell, completion: 'Number 11: it was an elf with an owl. The elf went to the' }),
      nthRow(projectId, 12, { cell, completion: 'Number 12: an elf with nothing.' }),
    ];
    const { screen, workbench } = await renderDataset({ make, columns: 160, rows: 40 });
    const { rows } = workbench;
    expect(rows.count({ flag: 'any' })).toBe(3);
    const flags = ['refused', 'truncated', 'missing-slot-value', 'empty'] as const;
    expect(flags.map((flag) => rows.count({ flag }))).toEqual([1, 1, 1, 0]);
    await screen.press('c');
    await screen.waitFor('13 examples, 0 errors');
    expect(screen.frame()).toContain('3 flagged: look at them first');
    expect(screen.frame()).toContain('1 answer reads as a refusal: line 11.');
    expect(screen.frame()).toContain('1 answer stops before its end: line 12.');
    await screen.press('escape', 'f');
    await screen.type('flag: any');
    await screen.press('enter');
    await screen.waitFor('filter: flag any');
    await screen.waitFor('Row 1 of 3');
    await screen.waitFor('stops short');
    expect(screen.frame()).toContain('refusal');
  });

  it('says in the check what a job would refuse', async () => {
    const { screen } = await renderDataset({ make: many(3), columns: 60, rows: 16 });
    await screen.press('c');
    await screen.waitFor('1 error');
    expect(screen.frame()).toContain('must have at least 10');
    await screen.press('escape');
    expect(screen.frame()).toContain('Row 1 of 3');
  });

  it('counts slot values and lengths of the filter, a page at a time', async () => {
    const { screen } = await renderDataset({ make: many(1_200) });
    await screen.press('b');
    await screen.waitFor('of 1,200 rows');
    expect(lineWith(screen, 'elf')).toMatch(/600 █/);
    expect(lineWith(screen, 'gnome')).toContain('no row');
    expect(screen.frame()).toContain('Lengths of the answers');
    await screen.press('escape');
    expect(screen.frame()).toContain('Row 1 of 1,200');
  });

  it('exports a folder that others train on', async () => {
    const { screen, disk } = await renderDataset({ make: many(2) });
    await screen.press('E', 'down', 'down', 'down', 'enter', 'down', 'enter');
    expect(screen.frame()).toContain('-dataset');
    await screen.press('enter');
    await screen.waitFor(/\d train.* rows written/);
    expect([...disk.documents.files.keys()]).toContainEqual(expect.stringMatching(/-dataset\/README\.md$/));
  });

  it('exports in two forms and imports what it wrote', async () => {
    const { screen, disk, rows, projectId } = await renderDataset({ make: many(2) });
    await screen.press('E', 'enter', 'down', 'enter');
    expect(screen.frame()).toContain('Write to');
    await screen.press('enter');
    await screen.waitFor('2 rows written');
    const [path = '', text = ''] = [...disk.documents.files][0] ?? [];
    expect(path).toMatch(/^\/exports\/.+\.jsonl$/);
    expect(text.trim().split('\n')).toHaveLength(2);
    await screen.press('o');
    await screen.paste(path);
    await screen.press('enter');
    await screen.waitFor('Example 1 of 2');
    await screen.press('s');
    await screen.waitFor('2 added');
    expect(rows.counts(projectId, {}).total).toBe(4);
    await screen.press('enter', 'o');
    await screen.type('/nothing');
    await screen.press('enter');
    await screen.waitFor('Next:');
    expect(screen.frame()).toContain('There is no file /nothing');
  });
});

describe('hostile text', () => {
  const LONG = `${'界'.repeat(20)}${'e\u0301'.repeat(20)}${'x'.repeat(100_000)}`;
  it.each([
    [60, 16],
    [80, 24],
    [140, 40],
  ])('reaches the terminal never raw and breaks no layout at %dx%d', async (columns, rows) => {
    const evil = '\x1b]0;owned\x07\x1b[2J\x1b[31mRED\u202e\x9b5n\r\n\ttab';
    const { screen } = await renderDataset({
      columns,
      rows,
      make: (projectId) => [
        nthRow(projectId, 0, {
          completion: evil,
          cell: { race: evil, pet: '👩‍👩‍👧‍👦 家族' },
          model: evil,
          finishReason: evil,
        }),
        nthRow(projectId, 1, { completion: LONG, cell: { race: LONG, pet: 'owl' } }),
        nthRow(projectId, 2, { completion: '', status: 'failed', error: evil, cell: {}, source: 'imported' }),
        ...many(8)(projectId).slice(3),
      ],
    });
    const sound = (): void => {
      for (const bad of ['owned', '\x1b[2J\x1b[31m', '\x1b[31mRED', '\u202e', '\x9b', '\t']) {
        expect(screen.raw()).not.toContain(bad);
      }
      const lines = screen.lines();
      expect(lines).toHaveLength(rows);
      for (const line of lines.filter((one) => /^[┃│]/.test(one))) expect(line).toMatch(/[┃│]$/);
      for (const line of lines) expect(displayWidth(line)).toBeLessThanOrEqual(columns);
      expect(lines[0]).toContain('luthier');
    };
    sound();
    for (const key of ['enter', 'l', 'G', 'g', 'l', 'h', 'e', 'escape', 'escape', 'b']) {
      await screen.press(key);
      sound();
    }
    await screen.waitFor('of 8 rows');
    sound();
    await screen.press('escape', 'c');
    await screen.waitFor('examples');
    sound();
  });
});
