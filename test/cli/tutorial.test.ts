import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'csv-parse/sync';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import * as z from 'zod';
import {
  answersOf,
  CLAUSES,
  linesOf,
  openTutorial,
  QUESTION,
  SEEDED,
  SHARED,
  type Tutorial,
} from './support/tutorial.ts';

const COLUMNS = ['--user', '{text}', '--assistant', '{answer}', '--label', 'answer'];
const INTENTS = ['--user', '{text}', '--assistant', '{category}', '--label', 'category'];
const MINUTES = 5 * 60_000;

let tutorial: Tutorial;
beforeAll(() => {
  tutorial = openTutorial();
});
afterAll(() => tutorial.close());

describe('the second tutorial: NDA clauses', () => {
  it('separates the tuned model from its baseline on the clauses it never saw', async () => {
    const { bring, split, run, train, measure, path } = tutorial;
    const rows = await bring(CLAUSES, 'nda.jsonl', '--system', QUESTION, ...COLUMNS, '--group', 'document');
    expect(linesOf(rows)).toHaveLength(120);

    const sides = await split(rows, '30', '--by', 'label', '--seed', '7');
    expect(answersOf(sides.train).filter((answer) => answer === 'Yes')).toHaveLength(15);
    expect(answersOf(sides.validation)).toHaveLength(90);
    expect(new Set(linesOf(sides.train)).isDisjointFrom(new Set(linesOf(sides.validation)))).toBe(true);

    const checked = await run('check', sides.train, '--model', 'practice-small');
    expect(checked.find(({ event }) => event === 'report')).toMatchObject({ examples: 30, errors: 0 });
    const model = await train(sides.train, '--validation', sides.validation, '--epochs', '3', '--suffix', 'nda');
    const { base, tuned, pair } = await measure(sides.validation, model, '--report', path('nda.html'));
    expect([base, tuned]).toMatchObject([
      { graded: 90, failed: 0 },
      { graded: 90, failed: 0 },
    ]);
    expect(tuned.accuracy).toBeGreaterThan(base.accuracy);
    expect(pair.onlySecond).toBeGreaterThan(pair.onlyFirst);
    expect(pair.p).toBeLessThan(0.05);
    expect(readFileSync(path('nda.html'), 'utf8')).toMatch(/<svg[\s\S]*ft:practice-small/);
  }, 60_000);

  it('sends nothing twice, and moves no row when the file grows', async () => {
    const { split, run, path } = tutorial;
    const before = linesOf(path('nda.jsonl.train.jsonl'));
    writeFileSync(path('nda.jsonl'), `${readFileSync(path('nda.jsonl'), 'utf8')}${newLine('A clause of tomorrow.')}`);
    const sides = await split(path('nda.jsonl'), '0.5', '--by', 'label', '--seed', '8');
    const after = linesOf(sides.train);
    expect(before.every((line) => after.includes(line))).toBe(true);
    expect([...after, ...linesOf(sides.validation)]).toHaveLength(121);
    const asked = async () => {
      const said = await run('eval', sides.validation, '--model', 'practice-small', ...SEEDED);
      return said.find(({ event }) => event === 'evaluated');
    };
    expect(await asked()).toMatchObject({ status: 'succeeded', done: 0, reused: 90, failed: 0 });
  });
});

const newLine = (clause: string): string =>
  `${JSON.stringify({
    messages: [
      { role: 'system', content: QUESTION },
      { role: 'user', content: clause },
      { role: 'assistant', content: 'No' },
    ],
  })}\n`;

const LEGAL = join(SHARED, 'legalbench');
const tasks = existsSync(LEGAL) ? readdirSync(LEGAL).filter((name) => name.startsWith('contract_nli_')) : [];

describe.skipIf(tasks.length === 0)('LegalBench: fourteen questions about clauses', () => {
  it('imports every TSV, and measures a model that was tuned on half of them all', async () => {
    const { bring, split, train, measure, path } = tutorial;
    expect(tasks).toHaveLength(14);
    const imported: string[] = [];
    for (const task of tasks) {
      const system = `Does the clause hold for ${task.replace('contract_nli_', '').replaceAll('_', ' ')}? Yes or No.`;
      const rows = await bring(join(LEGAL, task, 'train.tsv'), `${task}.jsonl`, '--system', system, ...COLUMNS);
      expect(linesOf(rows)).toHaveLength(8);
      imported.push(...linesOf(rows));
    }
    expect(imported).toHaveLength(112);
    writeFileSync(path('legal.jsonl'), `${imported.join('\n')}\n`);
    const sides = await split(path('legal.jsonl'), '56', '--by', 'label', '--seed', '7');
    const model = await train(sides.train, '--validation', sides.validation, '--epochs', '3');
    const { base, tuned } = await measure(sides.validation, model);
    expect([base, tuned]).toMatchObject([
      { graded: 56, failed: 0 },
      { graded: 56, failed: 0 },
    ]);
    expect(tuned.accuracy).toBeGreaterThan(base.accuracy);
    expect(tuned.classes?.matrix.labels).toEqual(['No', 'Yes']);
  }, 120_000);
});

const BANK = join(SHARED, 'banking77');
const intentRows = z.array(z.tuple([z.string(), z.string()]));

/** The rows of the first `count` intents, as a CSV of their own. */
function fewIntents(name: string, count: number, target: string): void {
  const kept = new Set(z.array(z.string()).parse(read('categories.json', JSON.parse)).slice(0, count));
  const rows = intentRows.parse(read(name, (text) => parse(text))).filter(([, intent]) => kept.has(intent));
  const line = ([text, intent]: readonly [string, string]): string => `"${text.replaceAll('"', '""')}",${intent}`;
  writeFileSync(target, `${['text,category', ...rows.map(line)].join('\n')}\n`);
}
const read = (name: string, as: (text: string) => unknown): unknown => as(readFileSync(join(BANK, name), 'utf8'));

describe.skipIf(!existsSync(BANK))('banking77: what customers ask', () => {
  it(
    'learns ten intents from a split of its rows',
    async () => {
      const { bring, split, train, measure, path } = tutorial;
      fewIntents('train.csv', 10, path('ten.csv'));
      fewIntents('test.csv', 10, path('ten-test.csv'));
      const rows = await bring(path('ten.csv'), 'ten.jsonl', ...INTENTS);
      const sides = await split(rows, '0.8', '--by', 'label', '--seed', '7');
      expect(new Set(answersOf(sides.validation)).size).toBe(10);
      const model = await train(sides.train, '--validation', sides.validation, '--epochs', '1');
      const unseen = await bring(path('ten-test.csv'), 'ten-test.jsonl', ...INTENTS);
      const { base, tuned, pair } = await measure(unseen, model);
      expect(tuned).toMatchObject({ graded: 400, failed: 0 });
      expect(tuned.classes?.matrix.labels).toHaveLength(10);
      expect(tuned.interval.low).toBeGreaterThan(base.interval.high);
      expect(pair.p).toBeLessThan(0.05);
    },
    MINUTES,
  );

  it(
    'learns all 77 from 10,003 rows, and shows 3,080 answers in a matrix',
    async () => {
      const { bring, split, train, measure, path } = tutorial;
      const rows = await bring(join(BANK, 'train.csv'), 'bank.jsonl', ...INTENTS);
      expect(linesOf(rows)).toHaveLength(10_003);
      const sides = await split(rows, '0.9', '--by', 'label', '--seed', '7');
      expect(linesOf(sides.train).length + linesOf(sides.validation).length).toBe(10_003);
      expect(new Set(answersOf(sides.validation)).size).toBe(77);
      const model = await train(sides.train, '--epochs', '1');
      const unseen = await bring(join(BANK, 'test.csv'), 'bank-test.jsonl', ...INTENTS);
      const { said, base, tuned } = await measure(unseen, model, '--report', path('bank.html'));
      expect(tuned).toMatchObject({ graded: 3080, failed: 0 });
      expect(tuned.interval.low).toBeGreaterThan(base.interval.high);
      expect(tuned.classes?.matrix.labels).toHaveLength(77);
      const progress = said.filter(({ event }) => event === 'progress').map(({ done }) => Number(done));
      expect(progress.length).toBeGreaterThan(2);
      expect(progress).toEqual(progress.toSorted((a, b) => a - b));
      const report = readFileSync(path('bank.html'), 'utf8');
      for (const intent of new Set(answersOf(unseen))) expect(report).toContain(intent);
    },
    MINUTES,
  );
});
