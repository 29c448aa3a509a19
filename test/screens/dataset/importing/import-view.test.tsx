import { describe, expect, it } from 'vitest';
import { displayWidth } from '../../../../src/domain/text/graphemes.ts';
import { lineWith, type RenderedDataset, renderDataset } from '../render-dataset.tsx';

const CLAUSES = Array.from({ length: 40 }, (_, at) => ({
  text: `Clause ${at} of the agreement, ${at % 2 === 0 ? 'marked confidential' : 'not marked'}.`,
  answer: at % 2 === 0 ? 'Yes' : 'No',
  document: `nda-${Math.floor(at / 4)}.pdf`,
}));
const asLines = (records: readonly unknown[]): string =>
  records.map((record) => `${JSON.stringify(record)}\n`).join('');

async function look(
  text: string,
  size: { readonly columns?: number; readonly rows?: number } = {},
): Promise<RenderedDataset> {
  const shown = await renderDataset({ ...size, make: () => [] });
  shown.disk.documents.files.set('/clauses.jsonl', text);
  await shown.screen.press('o');
  await shown.screen.type('/clauses.jsonl\r');
  await shown.screen.waitFor('Example 1 of');
  return shown;
}

describe('an import', () => {
  it('guesses the columns, shows what a record becomes, and brings every row in with its label and document', async () => {
    const { screen, rows, projectId } = await look(asLines(CLAUSES));
    expect(lineWith(screen, ' User ')).toContain('{text}');
    expect(lineWith(screen, ' Assistant ')).toContain('{answer}');
    expect(lineWith(screen, ' Label ')).toContain('answer');
    expect(lineWith(screen, ' Group ')).toContain('document');
    expect(screen.frame()).toContain('Clause 0 of the agreement, marked confidential.');
    await screen.press(']', ']', '[');
    expect(screen.frame()).toContain('Example 2 of 40, line 2');
    await screen.press('s');
    await screen.waitFor('40 added');
    await screen.press('enter');
    await screen.waitFor('Row 1 of 40');
    const [first] = rows.query(projectId, {
      filter: {},
      sort: { key: 'created', descending: false },
      offset: 0,
      limit: 1,
    });
    expect(first).toMatchObject({
      source: 'imported',
      completion: 'Yes',
      cell: { answer: 'Yes', document: 'nda-0.pdf' },
      prompt: [{ role: 'user', content: 'Clause 0 of the agreement, marked confidential.' }],
    });
  });

  it('puts a system message before records of a shape of their own, and ends with the receipt of them all', async () => {
    const { screen, rows, projectId } = await look(
      asLines([
        { prompt: 'A fruit?', chosen: 'Apple', rejected: 'Chair', topic: 'food', score: 3 },
        { prompt: 'A tool?', chosen: 'Saw', rejected: 'Rain', topic: 'work', score: 1 },
        { prompt: 'A bird?', chosen: 'Owl' },
      ]),
    );
    await screen.press('j', 'enter');
    await screen.paste('Name a {topic} thing.');
    await screen.waitFor('Name a food thing.');
    await screen.press('escape', 's');
    await screen.waitFor('4 added, 1 refused');
    expect(screen.frame()).toContain('3 records read: 2 taken, 1 left out.');
    expect(screen.frame()).toContain('! 1 left out, the first on line 3:');
    expect(screen.frame()).toContain('Fields not taken, with their records: score (2).');
    expect(screen.frame()).toContain('2 pairs came in as two rows each');
    const found = rows.query(projectId, {
      filter: {},
      sort: { key: 'created', descending: false },
      offset: 0,
      limit: 9,
    });
    expect(found.map(({ prompt, rating }) => [prompt?.[0]?.content, rating]).toSorted()).toEqual([
      ['Name a food thing.', 'accepted'],
      ['Name a food thing.', 'rejected'],
      ['Name a work thing.', 'accepted'],
      ['Name a work thing.', 'rejected'],
    ]);
  });

  it('says that a file has no rows, and stays where one names another', async () => {
    const { screen, disk } = await renderDataset({ make: () => [] });
    disk.documents.files.set('/empty.jsonl', '\n');
    await screen.press('o');
    await screen.type('/empty.jsonl\r');
    await screen.waitFor('/empty.jsonl has no rows.');
    expect(screen.frame()).toContain('Import: where from');
  });

  it('ends the look at a source that does not end when one goes back, or leaves', async () => {
    const { screen, disk } = await renderDataset({ make: () => [] });
    const { endless, ended } = disk.documents;
    disk.documents.files.set('/pipe.jsonl', '');
    endless.add('/pipe.jsonl');
    await screen.press('o');
    await screen.type('/pipe.jsonl\r');
    await screen.waitFor('Reading');
    expect(ended).toEqual([]);
    await screen.press('escape');
    await screen.waitFor('Import: where from');
    await expect.poll(() => ended).toEqual(['/pipe.jsonl']);
    await screen.press('enter');
    await screen.waitFor('Reading');
    screen.unmount();
    await expect.poll(() => ended).toEqual(['/pipe.jsonl', '/pipe.jsonl']);
  });

  it('shows what the text is taken for, and takes another encoding that is typed', async () => {
    const { screen, disk } = await renderDataset({ make: () => [] });
    disk.documents.files.set('/clauses.jsonl', asLines(CLAUSES));
    disk.documents.otherEncodings.set('/clauses.jsonl', 'windows-1252');
    await screen.press('o');
    await screen.type('/clauses.jsonl\r');
    await screen.waitFor('windows-1252, a guess');
    await screen.press('escape');
    await screen.waitFor('Text in');
    await screen.press('tab');
    await screen.type('shift_jis\r');
    await screen.waitFor('(file, shift_jis)');
  });

  it('names every kind of source, and asks an artifact of W&B for neither config nor split', async () => {
    for (const [columns, rows] of [
      [60, 16],
      [80, 24],
    ] as const) {
      const { screen } = await renderDataset({ columns, rows, make: () => [] });
      await screen.press('o');
      expect(lineWith(screen, 'From')).toContain('rows.csv, hf:owner/name, wandb:team/proj/name');
      await screen.type('wandb:team');
      expect(screen.frame()).not.toContain('Config');
      await screen.press('enter');
      await screen.waitFor('names no artifact');
      await screen.type('/nda/train-data:latest#train.jsonl\r');
      await screen.waitFor('No way to the Hub.');
      await screen.press('ctrl-u');
      await screen.type('hf:owner/name');
      expect(screen.frame()).toContain('Config');
      screen.unmount();
    }
  });

  it('writes a system message while the example follows, marks a column there is not, and says so', async () => {
    const { screen } = await look(asLines(CLAUSES));
    await screen.press('enter');
    await screen.paste('Answer Yes or No.\nNothing else.');
    await screen.waitFor(/│ System .*\n│ Answer Yes or No\. .*\n│ Nothing else\./);
    await screen.press('escape', 'j', 'enter');
    await screen.type(' {txt}');
    await screen.waitFor('There is no column txt.');
    await screen.press('escape');
    expect(lineWith(screen, ' User ')).toContain('{text} {txt}');
  });

  it('shows columns with types, empty cells and values, and goes back one level at a time', async () => {
    const { screen } = await look(asLines([...CLAUSES, { text: '', answer: 'No', document: 'x.pdf' }]));
    await screen.press('v');
    expect(screen.frame()).toContain('3 columns of 41 records');
    expect(lineWith(screen, ' answer ')).toMatch(/answer +yes\/no +0 +2 +No \(21\), Yes \(20\)/);
    expect(lineWith(screen, ' text ')).toMatch(/text +text +1 /);
    await screen.press('v', 'escape');
    expect(screen.frame()).toContain('Mapping');
    await screen.press('escape');
    expect(screen.frame()).toContain('Import: where from');
    expect(screen.frame()).toContain('/clauses.jsonl');
    await screen.press('escape');
    expect(screen.frame()).toContain('No rows yet');
  });

  it('lists what could not come in, by line with its fix, and copies it', async () => {
    const { screen, copied } = await look(
      asLines([...CLAUSES.slice(0, 12), { text: 'No answer', answer: '', document: 'x' }]),
    );
    await screen.press('s');
    await screen.waitFor('12 added, 1 refused');
    expect(screen.frame()).toContain('error, line 13: The answer is empty.');
    expect(screen.frame()).toContain('Do: ');
    await screen.press('y');
    expect(copied[0]).toContain('line 13: error: The answer is empty.');
    await screen.press('p');
    await screen.waitFor('none of 12 rows is on a side');
  });

  it('asks for config and split of a dataset of the Hub, and says what is wrong with a name', async () => {
    const { screen } = await renderDataset({ make: () => [] });
    await screen.press('o');
    await screen.type('hf:nguha/legalbench');
    await screen.press('tab');
    await screen.type('contract_nli');
    await screen.press('tab');
    await screen.type('test');
    expect(lineWith(screen, 'Config')).toContain('contract_nli');
    expect(lineWith(screen, 'Split')).toContain('test');
    await screen.press('enter');
    await screen.waitFor('No way to the Hub.');
    await screen.type('!');
    expect(screen.frame()).not.toContain('Config');
    await screen.press('enter');
    await screen.waitFor('is no name of a dataset');
  });

  it.each([
    [60, 16],
    [80, 24],
    [100, 30],
    [140, 40],
  ])('keeps to %dx%d in every step, hostile text and all', async (columns, rows) => {
    const evil = '\x1b]0;owned\x07\x1b[2J\u202e界界\t\n';
    const records = CLAUSES.map((clause) => ({ ...clause, text: `${evil}${clause.text}`, [evil]: evil }));
    const { screen } = await look(asLines(records), { columns, rows });
    const sound = (): void => {
      for (const bad of ['owned', '\x1b[2J\u202e', '\u202e', '\t']) expect(screen.raw()).not.toContain(bad);
      const lines = screen.lines();
      expect(lines).toHaveLength(rows);
      expect(lines[0]).toContain('luthier');
      for (const line of lines) expect(displayWidth(line)).toBeLessThanOrEqual(columns);
      for (const line of lines.filter((one) => /^[┃│]/.test(one))) expect(line).toMatch(/[┃│]$/);
    };
    sound();
    for (const key of ['v', 'j', 'v', 'G', 'v', ']', 'enter', 'x', 'escape', 'j', 'j', 'j', 'enter', 'escape']) {
      await screen.press(key);
      sound();
    }
    await screen.press('s');
    await screen.waitFor('40 added');
    sound();
  });
});
