import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createEngineLauncher } from '../../src/services/engine/launcher.ts';
import { luthier, records } from './support/cli.ts';
import { filesHolding, removeFolder, temporaryFolder } from './support/folder.ts';
import { type Call, type CountingServer, countingServer, type Reply } from './support/server.ts';

const KEY = 'sk-test-thekeythatmustnotleak0123456789';
const env = { OPENAI_API_KEY: KEY };

let folder = '';
let home = '';
let server: CountingServer | null = null;

beforeEach(() => {
  folder = temporaryFolder();
  home = join(folder, 'home');
});
afterEach(async () => {
  await server?.close();
  server = null;
  removeFolder(folder);
});

/** `count` clauses; every second one is a No. */
function writeFile(count: number): string {
  const path = join(folder, 'clauses.jsonl');
  const lines = Array.from({ length: count }, (_, n) => {
    const target = n % 2 === 0 ? 'Yes' : 'No';
    return JSON.stringify({
      messages: [
        { role: 'user', content: `Clause ${n}` },
        { role: 'assistant', content: target },
      ],
    });
  });
  writeFileSync(path, `${lines.join('\n')}\n`);
  return path;
}

const numberIn = (user: string): number => Number(/Clause (\d+)/.exec(user)?.[1]);

async function serve(answer: (call: Call, nth: number) => Reply | null): Promise<CountingServer> {
  const served: CountingServer = await countingServer((user, nth) => {
    const call = served.calls.at(-1);
    return call === undefined ? { text: user } : answer(call, nth);
  });
  server = served;
  return served;
}

/** `good` knows every answer; `yes` says Yes to all. */
const twoModels = ({ model, user }: Call): Reply => ({
  text: model === 'good' && numberIn(user) % 2 === 1 ? ' no' : 'YES',
});

const args = (url: string, file: string, ...more: string[]): string[] => [
  ...['eval', file, '--base-url', url, '--key-env', 'OPENAI_API_KEY', '--model', 'yes', '--model', 'good', '--json'],
  ...more,
];

describe('luthier eval', () => {
  it('prints accuracy with its interval, and by McNemar whether two models differ', async () => {
    const { url, calls } = await serve(twoModels);
    const run = await luthier(args(url, writeFile(20)), { home, env });
    expect(run.stderr).toBe('');
    expect(run.code).toBe(0);
    expect(calls).toHaveLength(40);
    const said = records(run.stdout);
    const models = said.filter(({ event }) => event === 'model');
    expect(models).toMatchObject([
      { model: 'yes', passed: 10, graded: 20, accuracy: 0.5, failed: 0 },
      { model: 'good', passed: 20, graded: 20, accuracy: 1, failed: 0 },
    ]);
    // Wilson's interval of 20 of 20: n / (n + z²) to 1.
    expect(models[1]?.interval).toEqual({ low: expect.closeTo(20 / (20 + 1.959964 ** 2), 5), high: 1 });
    // Ten items only the second got right: twice one half to the power of ten.
    expect(said.find(({ event }) => event === 'pair')).toMatchObject({
      first: 'yes',
      second: 'good',
      onlyFirst: 0,
      onlySecond: 10,
      difference: 0.5,
      p: expect.closeTo(2 / 2 ** 10, 12),
    });
    expect(said.at(-1)).toMatchObject({ event: 'evaluated', status: 'succeeded', items: 20, done: 40, reused: 0 });
  });

  it('says the same in words', async () => {
    const { url } = await serve(twoModels);
    const words = args(url, writeFile(20)).filter((arg) => arg !== '--json');
    const { stdout } = await luthier(words, { home, env });
    expect(stdout).toContain('20 items, graded by label, one of 2, for the targets are 2 labels that repeat');
    expect(stdout).toMatch(/yes +10 \/ 20 +50\.0% +29\.9–70\.1% +0/);
    expect(stdout).toMatch(
      /good against yes: \+50\.0 points on 20 items; right alone 10 to 0; .* p = 0\.002: a significant difference/,
    );
  });

  it('counts failed calls apart, ends with 1, and asks for them alone the next time', async () => {
    let broken = true;
    const { url, calls } = await serve((call) =>
      broken && call.model === 'good' && numberIn(call.user) < 2
        ? { status: 400, text: 'no such thing' }
        : twoModels(call),
    );
    const file = writeFile(10);
    const first = await luthier(args(url, file), { home, env });
    expect(first.code).toBe(1);
    expect(records(first.stdout).filter(({ event }) => event === 'failed')).toHaveLength(2);
    expect(records(first.stdout).filter(({ event }) => event === 'model')).toMatchObject([
      { failed: 0, graded: 10 },
      { failed: 2, graded: 8, passed: 8 },
    ]);
    broken = false;
    const before = calls.length;
    const second = await luthier(args(url, file), { home, env });
    expect(second.code).toBe(0);
    expect(calls.length - before).toBe(2);
    expect(records(second.stdout).at(-1)).toMatchObject({ reused: 18, done: 2 });
  });

  it('writes answers and reports, and the key into none of them', async () => {
    const { url } = await serve((call) => ({
      text: `${twoModels(call).text}${call.model === 'yes' ? ` ${KEY}` : ''}`,
    }));
    const paths = ['answers.jsonl', 'answers.csv', 'report.md', 'report.html'].map((name) => join(folder, name));
    const [jsonl = '', csv = '', md = '', html = ''] = paths;
    const file = writeFile(6);
    expect((await luthier(args(url, file, '--out', jsonl, '--report', md), { home, env })).code).toBe(0);
    expect((await luthier(args(url, file, '--out', csv, '--report', html), { home, env })).code).toBe(0);
    expect(readFileSync(jsonl, 'utf8').trimEnd().split('\n')).toHaveLength(12);
    expect(readFileSync(csv, 'utf8').trimEnd().split('\r\n')).toHaveLength(13);
    expect(readFileSync(md, 'utf8')).toContain('good');
    expect(readFileSync(html, 'utf8')).toMatch(/^<!doctype html>[\s\S]*<svg/);
    for (const path of paths) expect(readFileSync(path, 'utf8')).not.toContain(KEY);
  });

  it('writes no key into an export that was typed for its provider', async () => {
    const typed = 'correct-horse-battery';
    const { url } = await serve(() => ({ text: `It is ${typed}.` }));
    const profile = {
      id: 'own',
      name: 'Own',
      kind: 'compatible',
      baseUrl: url,
      jobDialect: 'method',
      apiVersion: null,
    };
    mkdirSync(home, { recursive: true });
    writeFileSync(join(home, 'settings.json'), JSON.stringify({ profiles: [profile] }));
    writeFileSync(join(home, 'keys.json'), JSON.stringify({ own: typed }));
    const out = join(folder, 'answers.jsonl');
    const run = await luthier(['eval', writeFile(2), '--provider', 'own', '--model', 'm', '--out', out], { home });
    expect(run.code).toBe(0);
    expect(readFileSync(out, 'utf8')).toContain('It is ….');
    expect(run.stderr).toMatch(/! .*answers\.jsonl: \d+ keys stood in it and are masked\.\n/);
  });

  it('ends with 1 where every item failed, and tells of it in words and for programs', async () => {
    const { url } = await serve(() => ({ status: 400, text: 'no such model' }));
    const run = await luthier(args(url, writeFile(3)), { home, env });
    expect(run.code).toBe(1);
    expect(records(run.stdout).at(-1)).toMatchObject({
      event: 'evaluated',
      status: 'failed',
      best: null,
      problem: { what: expect.stringContaining('No model answered any item.') },
    });
  });

  it('names no best of models that are level, and says that few items measure nothing', async () => {
    const { url } = await serve(() => ({ text: 'Yes' }));
    const run = await luthier(args(url, writeFile(3)), { home, env });
    expect(records(run.stdout).at(-1)).toMatchObject({
      best: null,
      tied: ['yes', 'good'],
      tooFew: true,
      cut: 0,
      grader: 'label, one of 2',
      proposed: 'the targets are 2 labels that repeat',
      baseline: { majority: 'Yes', majorityShare: expect.closeTo(2 / 3), classes: 2 },
    });
    expect(records(run.stdout).find(({ event }) => event === 'model')).toMatchObject({
      format: { does: 'name a label at all', count: 3, of: 3 },
    });
  });

  it('lets no key of an error into its words or files', async () => {
    const { url } = await serve(() => ({ status: 401, text: `Incorrect API key provided: ${KEY}` }));
    const run = await luthier(args(url, writeFile(4)), { home, env });
    expect(run.code).toBe(1);
    expect(run.stdout + run.stderr).not.toContain(KEY);
    expect(filesHolding(folder, KEY)).toEqual([]);
  });

  it.each([
    ['exact', 0],
    ['contains', 1],
    ['regex:^\\s*{target}', 0],
    ['labels', 1],
    ['labels:Yes,No', 1],
    ['similarity:0', 1],
  ])('grades by %s', async (grader, accuracy) => {
    const { url } = await serve((call) => ({ text: twoModels({ ...call, model: 'good' }).text.toUpperCase() }));
    const run = await luthier(args(url, writeFile(4), '--grader', grader), { home, env });
    expect(records(run.stdout).find(({ event }) => event === 'model')).toMatchObject({ graded: 4, accuracy });
  });

  it('lets a model judge', async () => {
    const { url, calls } = await serve((call) =>
      call.model === 'arbiter' ? { text: 'Fine. [[C]]' } : twoModels(call),
    );
    const judged = args(url, writeFile(3), '--grader', 'judge:arbiter', '--rubric', 'Which is briefer?');
    const run = await luthier(judged, { home, env });
    expect(run.code).toBe(0);
    expect(records(run.stdout).find(({ event }) => event === 'model')).toMatchObject({ graded: 3, accuracy: 1 });
    const asked = calls.filter(({ model }) => model === 'arbiter');
    expect(asked.length).toBeGreaterThan(6);
    for (const { user } of asked) expect(user).toMatch(/<answer_a>/);
  });

  it('ends with 2 on a command line that makes no sense, before anything is sent', async () => {
    const { url, calls } = await serve(twoModels);
    const file = writeFile(2);
    const wrong = [
      args(url, join(folder, 'nowhere.jsonl')),
      args(url, file, '--grader', 'taste'),
      args(url, file, '--grader', 'regex:('),
      args(url, file, '--grader', 'number:x'),
      args(url, file, '--grader', 'slots'),
      args(url, file, '--rubric', 'Which is briefer?'),
      args(url, file, '--grader', 'exact', '--rubric', 'Which is briefer?'),
      args(url, file, '--model', 'good'),
      args(url, file, '--out', 'answers.txt'),
      args(url, file, '--report', 'report.pdf'),
      ['eval', file, '--base-url', url, '--key-env', 'OPENAI_API_KEY'],
    ];
    for (const line of wrong) expect((await luthier(line, { home, env })).code, line.join(' ')).toBe(2);
    expect(calls).toHaveLength(0);
  });

  it('names the line that cannot be read, with its fix', async () => {
    const { url, calls } = await serve(twoModels);
    const file = writeFile(2);
    writeFileSync(file, `${readFileSync(file, 'utf8')}{"messages": []}\n`);
    const run = await luthier(args(url, file), { home, env });
    expect(run.code).toBe(1);
    expect(run.stderr).toMatch(/Line 3: /);
    expect(calls).toHaveLength(0);
  });

  it('measures models of the embedded engine', async () => {
    try {
      const models = ['--model', 'practice-small', '--model', 'practice-writer', '--max-tokens', '8'];
      const run = await luthier(['eval', writeFile(6), ...models, '--json'], { home });
      expect(run.stderr).toBe('');
      expect(run.code).toBe(0);
      expect(records(run.stdout).at(-1)).toMatchObject({ status: 'succeeded', done: 12, failed: 0, costUsd: 0 });
      const again = await luthier(['eval', writeFile(6), ...models, '--json'], { home });
      expect(records(again.stdout).at(-1)).toMatchObject({ done: 0, reused: 12 });
    } finally {
      await createEngineLauncher({ home }).stop();
    }
  }, 60_000);
});

describe('luthier eval of lines that are more than texts', () => {
  const write = (name: string, text: string): string => {
    const path = join(folder, name);
    writeFileSync(path, text);
    return path;
  };
  const evaluated = (url: string, file: string, ...more: string[]) =>
    luthier(['eval', file, '--base-url', url, '--key-env', 'OPENAI_API_KEY', '--model', 'm', ...more], { home, env });
  const user = (n: number) => ({ role: 'user', name: 'Ann', content: `Clause ${n}` });
  const tools = [{ type: 'function', function: { name: 'look_up', parameters: { type: 'object' } } }];
  const calling = (n: number) => ({
    role: 'assistant',
    content: null,
    tool_calls: [{ id: 'c', type: 'function', function: { name: 'look_up', arguments: `{"n": ${n}}` } }],
  });

  it('sends names and tools as they stand, and grades calls by name and arguments', async () => {
    const { url, calls } = await serve((call) =>
      numberIn(call.user) === 0
        ? { text: 'I will look.' }
        : { text: '', call: ['look_up', `{"n":${numberIn(call.user) % 10}}`] },
    );
    const lines = Array.from({ length: 12 }, (_, n) => ({
      messages: [user(n), calling(n)],
      tools,
      parallel_tool_calls: false,
    }));
    // Pretty-printed, in one list.
    const file = write('calls.json', JSON.stringify(lines, null, 2));
    const out = join(folder, 'calls.csv');
    const run = await evaluated(url, file, '--out', out);
    expect(run.stdout).toMatch(/graded by tool call/);
    expect(run.stdout).toMatch(/m +9 \/ 12/);
    expect(calls[0]?.sent).toEqual({ messages: [user(0)], tools });
    const csv = readFileSync(out, 'utf8');
    expect(csv).toContain('"[tool call] look_up({""n"":3})"');
    expect(csv).toContain('I will look.');
  });

  it('asks the same whatever the weights, and says that the last of several is the target', async () => {
    const { url, calls } = await serve(() => ({ text: 'No' }));
    const chat = (weights: readonly [number?, number?]) =>
      [0, 1].flatMap((n) => [
        { role: 'user', content: `Clause ${n}` },
        {
          role: 'assistant',
          content: n === 0 ? 'Hm' : 'No',
          ...(weights[n] === undefined ? {} : { weight: weights[n] }),
        },
      ]);
    const line = (weights: readonly [number?, number?]) => `${JSON.stringify({ messages: chat(weights) })}\n`;
    const run = await evaluated(url, write('weights.jsonl', line([0, 1]) + line([1, 1]) + line([])));
    expect(run.stderr + run.stdout).toMatch(/2 lines have several answers to learn: the last of them is asked for/);
    expect(run.stdout).toMatch(/m +3 \/ 3/);
    expect(calls.map(({ sent }) => sent.messages)).toEqual([chat([]).slice(0, 3)]);
    const told = await evaluated(url, write('two.jsonl', line([1, 1])), '--json');
    expect(records(told.stdout).find(({ event }) => event === 'note')?.text).toMatch(/^1 line has several answers/);
    const before = await evaluated(url, write('context.jsonl', line([1, 0])), '--json');
    expect(records(before.stdout).at(-1)).toMatchObject({ event: 'evaluated', items: 1, done: 1 });
    expect(calls.at(-1)?.sent.messages).toEqual(chat([]).slice(0, 1));
  });

  it('cuts the ends of the old form where the whole file keeps to it, and says so; else not', async () => {
    const { url, calls } = await serve(() => ({ text: 'cat' }));
    const pairs = (...all: readonly (readonly [prompt: string, completion: string])[]) =>
      all.map(([prompt, completion]) => `${JSON.stringify({ prompt, completion })}\n`).join('');
    const old = await evaluated(
      url,
      write('old.jsonl', pairs(['Clause 1 ->', ' cat END'], ['Clause 2 ->', ' dog END'])),
    );
    expect(old.stderr + old.stdout).toContain(
      '2 pairs in the old prompt/completion form: -> was cut after each prompt',
    );
    expect(calls.map((call) => call.user).toSorted()).toEqual(['Clause 1', 'Clause 2']);
    expect(old.stdout).toMatch(/m +1 \/ 2/);
    const plain = await evaluated(url, write('plain.jsonl', pairs(['Clause 3 ->', ' cat END'], ['Clause 4', 'dog'])));
    expect(plain.stderr + plain.stdout).not.toContain('old');
    expect(calls.at(-2)?.user).toBe('Clause 3 ->');
  });
});
