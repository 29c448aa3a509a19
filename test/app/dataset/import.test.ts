import { describe, expect, test } from 'vitest';
import { paceOf, shareOf, startImport } from '../../../src/app/dataset/import.ts';
import { checkLines, splitLines } from '../../../src/app/dataset/training-files.ts';
import { quoteGeneration } from '../../../src/app/generation/quote.ts';
import { startGenerate } from '../../../src/app/generation/start.ts';
import type { Sources } from '../../../src/app/runtime/source-ports.ts';
import { quoteTraining } from '../../../src/app/training/quote.ts';
import { VirtualClock } from '../fakes/clock.ts';
import { fakeDeps, planOf } from '../fakes/fake-deps.ts';
import { answerOf, ScriptedChat, templateOf } from '../fakes/provider.ts';

const chatLine = (user: string, answer: string) =>
  JSON.stringify({
    messages: [
      { role: 'user', content: user },
      { role: 'assistant', content: answer },
    ],
  });

/** A source of these lines, or of what breaks off. */
const sourcesOf = (...lines: readonly (string | Error)[]): Sources => ({
  open: async () => ({
    format: 'jsonl',
    way: 'file',
    rows: lines.length,
    look: 100,
    reading: [],
    async *records() {
      for (const [index, text] of lines.entries()) {
        if (text instanceof Error) throw text;
        yield { kind: 'text', line: index + 1, text };
      }
    },
  }),
});
const FILE = { projectId: 'p', source: { kind: 'file', path: 'x.jsonl' }, mapping: null } as const;

describe('import', () => {
  test('good lines become rows; bad ones are named by line with a fix; a second import adds nothing', async () => {
    const deps = fakeDeps({});
    const sources = sourcesOf(
      chatLine('one', 'eins'),
      '{"prompt": "two ->", "completion": " zwei END"}',
      '{"messages": 3}',
      'not json',
      '',
      chatLine('one', 'eins'),
    );
    const first = startImport({ ...deps, sources }, FILE);
    const end = await deps.clock.run(first.finished);
    expect(end.status).toBe('succeeded');
    expect(first.result()).toMatchObject({ added: 3, refused: 2 });
    const wrong = first.result().findings.filter((finding) => finding.severity === 'error');
    expect(wrong.map((finding) => finding.line)).toEqual([3, 4]);
    for (const finding of wrong) expect(finding.fix).not.toBe('');
    const rows = [...deps.rows.kept.values()];
    expect(rows.map((row) => row.completion)).toEqual(['eins', 'zwei', 'eins']);
    expect(new Set(rows.map((row) => row.id)).size).toBe(3);

    const second = startImport({ ...deps, sources }, FILE);
    await deps.clock.run(second.finished);
    expect(second.result()).toMatchObject({ added: 0, there: 3 });
    expect(deps.rows.kept.size).toBe(3);
  });

  test('lines with tools or weights become rows that keep them, each a row of its own', async () => {
    const deps = fakeDeps({});
    const user = { role: 'user', content: 'Weather?' };
    const answer = { role: 'assistant', content: 'Sunny.' };
    const lines = [
      JSON.stringify({ messages: [user, answer] }),
      JSON.stringify({ messages: [user, answer], tools: [{ type: 'function', function: { name: 'f' } }] }),
      JSON.stringify({ messages: [user, { ...answer, weight: 1 }] }),
    ];
    const sources = sourcesOf(...lines);
    const handle = startImport({ ...deps, sources }, FILE);
    await deps.clock.run(handle.finished);
    const rows = [...deps.rows.kept.values()];
    expect(rows.map(({ whole }) => whole)).toEqual([undefined, lines[1], lines[2]]);
    expect(rows.map(({ completion }) => completion)).toEqual(['Sunny.', 'Sunny.', 'Sunny.']);
    const trained = splitLines(rows, templateOf(1), { validationShare: 0, splitSeed: 1, rows: 'not-rejected' });
    expect(trained.training).toEqual(lines.map((line) => `${line}\n`));
    await deps.clock.run(startImport({ ...deps, sources }, FILE).finished);
    expect(deps.rows.kept.size).toBe(3);
  });

  test('says how far it is by its rows, else by what was read of its bytes, and how long it will take', () => {
    const source = { format: 'jsonl', way: 'file', look: 100, reading: [], async *records() {} } as const;
    expect(shareOf({ ...source, rows: 400 }, 100)).toBe(0.25);
    expect(shareOf({ ...source, rows: null, share: () => 0.5 }, 100)).toBe(0.5);
    expect(shareOf({ ...source, rows: null }, 100)).toBeNull();
    expect(paceOf(10_000, 0.25, 4_000)).toEqual({ perSecond: 2_500, etaMs: 12_000 });
    expect(paceOf(10_000, null, 4_000)).toEqual({ perSecond: 2_500, etaMs: null });
    expect(paceOf(10, 0.25, 40)).toEqual({ perSecond: null, etaMs: null });
  });

  test('a file that cannot be read is a problem', async () => {
    const deps = fakeDeps({});
    const sources = sourcesOf(chatLine('a', 'b'), new Error('The disk is gone'));
    const handle = startImport({ ...deps, sources }, FILE);
    expect((await deps.clock.run(handle.finished)).problem?.what).toMatch(/disk is gone/);
    expect(handle.result().added).toBe(1);
  });
});

describe('check', () => {
  test('counts with the counter it is given, across batches, and keeps line numbers', async () => {
    const lines = Array.from({ length: 300 }, (_, index) => chatLine(`question ${index}`, 'one two three'));
    lines[222] = 'oops';
    const report = await checkLines(fakeDeps({}), 'free', lines);
    expect(report.examples).toBe(300);
    expect(report.findings.filter((finding) => finding.severity === 'error').map((finding) => finding.line)).toEqual([
      223,
    ]);
    // Two messages of 3, roles and words, and 3 for the reply.
    expect(report.tokensPerExample.p50).toBe(3 + 1 + 2 + (3 + 1 + 3) + 3);
    expect(report.assistantTokensPerExample.max).toBe(3);
  });
});

describe('quotes', () => {
  test('a generation quote counts what is missing and is an upper bound on what is spent', async () => {
    const clock = new VirtualClock();
    const chat = new ScriptedChat(clock, () => ({ afterMs: 1, answer: answerOf('x') }));
    const deps = fakeDeps({ clock, chat });
    const template = templateOf(3);
    const plan = planOf({ model: 'paid', cells: { kind: 'first', count: 4 } });
    const before = await quoteGeneration(deps, { projectId: 'p', template, plan });
    expect(before).toMatchObject({ cells: 9n, selected: 4, alreadyThere: 0, toGenerate: 4, maxCompletionTokens: 80 });
    expect(before.upToUsd).toBe(before.promptTokens + 160);
    const end = await clock.run(
      startGenerate(deps, { projectId: 'p', providerId: 'embedded', template, plan }).finished,
    );
    expect(end.detail.costUsd).toBeLessThanOrEqual(before.upToUsd ?? 0);
    const all = planOf({ model: 'paid' });
    expect(await quoteGeneration(deps, { projectId: 'p', template, plan: all })).toMatchObject({
      alreadyThere: 4,
      toGenerate: 5,
    });
    const mystery = await quoteGeneration(deps, { projectId: 'p', template, plan: planOf({ model: 'mystery' }) });
    expect(mystery.upToUsd).toBeNull();
  });

  test('a lattice too large to count is quoted all the same', async () => {
    const slots = ['a', 'b', 'c', 'd'].map((name) => ({ name, values: Array.from({ length: 100 }, (_, n) => `${n}`) }));
    const template = { ...templateOf(1), teacherPrompt: '{a} {b} {c} {d}', slots };
    const quote = await quoteGeneration(fakeDeps({}), { projectId: 'p', template, plan: planOf() });
    expect(quote.cells).toBe(100_000_000n);
    expect(quote.toGenerate).toBe(100_000_000);
    expect(quote.promptTokens).toBe(100_000_000 * (3 + 1 + 4 + 3));
  });

  test('a training quote multiplies one epoch by the epochs', async () => {
    const training = Array.from({ length: 20 }, (_, index) => `${chatLine(`q${index}`, 'a b')}\n`);
    const plan = {
      model: 'paid',
      hyperparameters: { nEpochs: 2, batchSize: 'auto', learningRateMultiplier: 'auto' },
    } as const;
    const quote = await quoteTraining(fakeDeps({}), plan, { training, validation: [] }, { jobDialect: 'method' });
    expect(quote.tokensPerEpoch).toBe(20 * (3 + 1 + 1 + (3 + 1 + 2) + 3));
    expect(quote.costUsd).toBe(quote.tokensPerEpoch * 2);
  });
});
