import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createEngineLauncher } from '../../src/services/engine/launcher.ts';
import { AZURE_BASE, azureServer } from '../services/openai/dialects/azure-server.ts';
import {
  ACCOUNT,
  FIREWORKS_BASE,
  type FireworksServer,
  fireworksServer,
} from '../services/openai/dialects/fireworks-server.ts';
import { NEBIUS_BASE, nebiusServer } from '../services/openai/dialects/nebius-server.ts';
import { TOGETHER_BASE } from '../services/openai/dialects/together-estimates.ts';
import { type TogetherServer, togetherServer } from '../services/openai/dialects/together-server.ts';
import { keyAt } from '../services/openai/stand-in-keys.ts';
import { luthier, records, type Seen, startLuthier } from './support/cli.ts';
import { filesHolding, removeFolder, temporaryFolder } from './support/folder.ts';
import { CLAUSES, QUESTION } from './support/tutorial.ts';

let folder = '';
let home = '';
let together: TogetherServer;
let fireworks: FireworksServer;

beforeEach(async () => {
  folder = temporaryFolder();
  home = join(folder, 'home');
  mkdirSync(home);
  [together, fireworks] = await Promise.all([togetherServer(), fireworksServer()]);
});
afterEach(async () => {
  await Promise.all([together.strict.close(), fireworks.strict.close()]);
  for (const one of [home, join(folder, 'second')]) await createEngineLauncher({ home: one }).stop();
  removeFolder(folder);
});

/** The clauses on two sides, 30 to train on and 90 held out. */
async function clauses(): Promise<{ readonly train: string; readonly heldOut: string }> {
  const all = join(folder, 'nda.jsonl');
  const [train, heldOut] = [join(folder, 'train.jsonl'), join(folder, 'held-out.jsonl')];
  const columns = ['--system', QUESTION, '--user', '{text}', '--assistant', '{answer}'];
  await ran(['import', CLAUSES, '--out', all, ...columns]);
  await ran(['split', all, '--train', '30', '--out-train', train, '--out-validation', heldOut, '--seed', '7']);
  return { train, heldOut };
}

async function ran(args: readonly string[]): Promise<Seen[]> {
  const { code, stdout, stderr } = await luthier([...args, '--json'], { home });
  if (code !== 0) throw new Error(`luthier ${args.join(' ')} ended with ${code}:\n${stderr}\n${stdout.slice(-2000)}`);
  return records(stdout);
}

/** A second engine, and the stand-ins of Together and Fireworks, as providers; each with a key of its own. */
async function providers(): Promise<Readonly<Record<string, string>>> {
  const second = await createEngineLauncher({ home: join(folder, 'second') }).ensure();
  const profile = (id: string, kind: string, jobDialect: string, baseUrl: string, more: object = {}) => ({
    ...{ id, name: id, kind, jobDialect, baseUrl, apiVersion: null },
    ...more,
  });
  const profiles = [
    profile('second', 'compatible', 'method', second.url, { keyVariable: 'SECOND_KEY' }),
    profile('together', 'together', 'together', together.url),
    profile('fireworks', 'fireworks', 'fireworks', fireworks.url, { account: ACCOUNT }),
  ];
  writeFileSync(join(home, 'settings.json'), JSON.stringify({ profiles }));
  return { SECOND_KEY: second.apiKey, TOGETHER_API_KEY: keyAt(together.url), FIREWORKS_API_KEY: keyAt(fireworks.url) };
}

const created = (server: { readonly calls: readonly { readonly method: string; readonly path: string }[] }): number =>
  server.calls.filter(({ method, path }) => method === 'POST' && /(fine-tunes|Jobs)$/.test(path)).length;

const of = (said: readonly Seen[], event: string): Seen[] => said.filter((seen) => seen.event === event);

describe('luthier bakeoff', () => {
  it('trains clauses at four providers at once, goes on after a kill, and compares what can be asked', async () => {
    const { train, heldOut } = await clauses();
    const env = await providers();
    fireworks.life = ['CREATING', 'RUNNING', 'FAILED'];
    const targets = [
      'embedded:practice-small,seed=7',
      'second:practice-small,epochs=1,seed=7',
      `together:${TOGETHER_BASE}`,
      `fireworks:${FIREWORKS_BASE}`,
    ];
    const args = [
      'bakeoff',
      train,
      '--validation',
      heldOut,
      ...targets.flatMap((target) => ['--target', target]),
      '--margin',
      '5%',
      '--json',
    ];

    // Fireworks names no price beforehand: a script must say that it agrees to that.
    const unasked = await luthier([...args, '--yes'], { home, env });
    expect([unasked.code, unasked.stderr]).toEqual([1, expect.stringContaining('--allow-unknown')]);
    const capped = await luthier([...args, '--yes', '--allow-unknown', '--cap', '3.99'], { home, env });
    expect([capped.code, capped.stderr]).toEqual([1, expect.stringContaining('$4.00 is above the cap of $3.99')]);
    expect([created(together.strict), created(fireworks.strict)]).toEqual([0, 0]);

    const { promise: asked, resolve } = Promise.withResolvers<void>();
    together.strict.keepsBack = ({ method, path }) => {
      if (method !== 'POST' || !path.endsWith('/fine-tunes')) return false;
      resolve();
      return true;
    };
    const killed = startLuthier([...args, '--yes', '--allow-unknown'], { home, env });
    await asked;
    await killed.until(({ event, status }) => event === 'target' && status === 'failed');
    killed.child.kill('SIGKILL');
    const before = records((await killed.finished).stdout);
    expect(of(before, 'target-quote').map(({ costUsd }) => costUsd)).toEqual([0, 0, 4, null]);
    together.strict.keepsBack = null;

    const [begun] = of(before, 'bakeoff');
    const run = await luthier(
      [
        'bakeoff',
        'resume',
        String(begun?.id),
        '--json',
        '--out',
        join(folder, 'out.md'),
        '--out',
        join(folder, 'out.html'),
        '--out',
        join(folder, 'out.csv'),
      ],
      { home, env },
    );
    expect([run.stderr, together.strict.faults, fireworks.strict.faults]).toEqual([
      expect.stringContaining('row 3 is too long'),
      [],
      [],
    ]);
    const said = records(run.stdout);
    expect([run.code, created(together.strict), created(fireworks.strict)]).toEqual([1, 1, 1]);
    const compared = of(said, 'compared')[0];
    expect(compared).toMatchObject({
      id: begun?.id,
      targets: [
        { number: 1, status: 'succeeded', note: null },
        { number: 2, status: 'succeeded', note: null },
        {
          number: 3,
          status: 'succeeded',
          trainingUsd: 4,
          note: expect.stringMatching(/only from a deployment.*--deployed 3=NAME/),
        },
        { number: 4, status: 'failed', note: expect.stringContaining('row 3 is too long') },
      ],
    });
    const models = of(said, 'model');
    expect(models.map(({ short, answered }) => [short, answered])).toEqual([
      ['base 1', 90],
      ['1 tuned', 90],
      ['base 2', 90],
      ['2 tuned', 90],
      ['base 3', 90],
      ['base 4', 90],
    ]);
    expect(models[1]).toMatchObject({
      trainingUsd: 0,
      per1000Usd: 0,
      latencyP50Ms: expect.any(Number),
      latencyP95Ms: expect.any(Number),
    });
    expect(of(said, 'pair')).toHaveLength(15);
    for (const pair of of(said, 'pair')) expect(Number(pair.adjusted)).toBeGreaterThanOrEqual(Number(pair.p));
    expect(String(compared?.best)).toMatch(/tuned/);
    for (const name of ['out.md', 'out.html', 'out.csv'])
      expect(readFileSync(join(folder, name), 'utf8')).toContain('1 tuned');

    // Each file went to each provider once, each question once, and the jobs are in the ledger once.
    const uploads = together.strict.calls.filter(
      ({ method, path }) => method === 'POST' && path === '/v1/files',
    ).length;
    expect(uploads).toBe(2);
    const chats = (): number => together.strict.calls.filter(({ path }) => path.endsWith('/chat/completions')).length;
    expect(chats()).toBe(90);
    const jobs = records((await luthier(['spending', '--json'], { home })).stdout).filter(({ kind }) => kind === 'job');
    expect(jobs.map(({ calls, unsure }) => [calls, unsure])).toEqual(
      expect.arrayContaining([
        [1, 0],
        [1, 0],
        [1, 0],
      ]),
    );

    const again = await luthier(['bakeoff', 'resume', '--json', '--deployed', '3=acme/nda'], { home, env });
    const later = records(again.stdout);
    expect(of(later, 'model').find(({ short }) => short === '3 tuned')).toMatchObject({
      answered: 90,
      accuracy: 0,
      trainingUsd: 4,
    });
    expect([chats(), created(together.strict), together.strict.faults]).toEqual([180, 1, []]);
    for (const key of Object.values(env)) expect(filesHolding(home, key)).toEqual([]);
  }, 300_000);

  it('trains at Azure and Nebius as well, each by its own key and dialect, and says what comes after', async () => {
    const { train, heldOut } = await clauses();
    const [azure, nebius] = await Promise.all([azureServer(), nebiusServer()]);
    try {
      const profile = (kind: string, baseUrl: string) => ({
        id: kind,
        name: kind,
        kind,
        jobDialect: kind,
        baseUrl,
        apiVersion: null,
      });
      const profiles = [profile('azure', azure.url), profile('nebius', nebius.url)];
      writeFileSync(join(home, 'settings.json'), JSON.stringify({ profiles }));
      const targets = [
        `azure:${AZURE_BASE},epochs=1,tier=developerTier`,
        `nebius:${NEBIUS_BASE},epochs=1,lora,rank=8`,
      ].flatMap((one) => ['--target', one]);
      const env = { AZURE_OPENAI_API_KEY: keyAt(azure.url), NEBIUS_API_KEY: keyAt(nebius.url) };
      const run = await luthier(
        ['bakeoff', train, '--validation', heldOut, ...targets, '--yes', '--allow-unknown', '--json'],
        { home, env },
      );
      const [compared] = of(records(run.stdout), 'compared');
      expect([compared?.targets, azure.strict.faults, nebius.strict.faults]).toEqual([
        [
          expect.objectContaining({
            number: 1,
            status: 'succeeded',
            note: expect.stringContaining('--deployed 1=NAME'),
          }),
          expect.objectContaining({
            number: 2,
            status: 'succeeded',
            note: expect.stringContaining('--deployed 2=NAME'),
          }),
        ],
        [],
        [],
      ]);
      expect([azure.jobs.size, nebius.jobs.size]).toEqual([1, 1]);
      expect([...azure.jobs.values()][0]?.asked).toMatchObject({ trainingType: 'developerTier' });
      expect([...nebius.jobs.values()][0]?.asked).toMatchObject({ hyperparameters: { lora: true, lora_r: 8 } });
      for (const key of Object.values(env)) expect(filesHolding(home, key)).toEqual([]);
    } finally {
      await Promise.all([azure.strict.close(), nebius.strict.close()]);
    }
  }, 200_000);

  it('sweeps a grid on shares of the rows from a file beside them, and asks whether more would help', async () => {
    const { train, heldOut } = await clauses();
    writeFileSync(
      join(folder, 'sweep.yaml'),
      `data: ${train}\nvalidation: ${heldOut}\nmargin: 5%\ntargets:\n  - embedded:practice-small,seed=7\nrows: [50%, 100%]\n`,
    );
    const said = await ran(['bakeoff', join(folder, 'sweep.yaml'), '--grid', 'epochs=1,2', '--yes']);
    expect(of(said, 'bakeoff')[0]).toMatchObject({
      targets: [{ share: 0.5 }, { share: 0.5 }, { share: 1 }, { share: 1 }],
    });
    expect(of(said, 'target-quote').map(({ trainExamples, epochs }) => [trainExamples, epochs])).toEqual([
      [15, 1],
      [15, 2],
      [30, 1],
      [30, 2],
    ]);
    expect(of(said, 'model').map(({ short }) => short)).toEqual([
      'base 1+2+3+4',
      '1 tuned',
      '2 tuned',
      '3 tuned',
      '4 tuned',
    ]);
    const shown = await luthier(['bakeoff', join(folder, 'sweep.yaml'), '--grid', 'epochs=1,2', '--yes'], { home });
    expect([shown.code, shown.stdout]).toEqual([
      0,
      expect.stringMatching(/goes on[\s\S]*from 50% to 100% of the rows it (gained|lost)/),
    ]);
  }, 200_000);

  it.each([
    [['--target', 'embedded:practice-small'], 'name held-out rows with --validation'],
    [['--validation', 'V'], 'no target is named'],
    [['--validation', 'V', '--target', 'nobody'], 'names no target'],
    [['--validation', 'V', '--target', 'nobody:m'], 'there is no provider nobody'],
    [
      ['--validation', 'V', '--target', 'embedded:practice-small', '--target', 'embedded:practice-small'],
      'is named twice',
    ],
    [['--validation', 'V', '--target', 'embedded:practice-small', '--grid', 'epoch=1'], 'names no setting'],
    [
      ['--validation', 'V', '--target', 'embedded:practice-small,learning_rate=1e-4'],
      'take a learning-rate multiplier',
    ],
    [
      ['--validation', 'V', '--target', 'embedded:practice-small,tier=standard'],
      'Target 1: Jobs of this provider have no training type',
    ],
    [
      ['--validation', 'V', '--target', 'embedded:practice-small,full'],
      'Target 1: Jobs of this provider leave no choice of LoRA',
    ],
    [
      ['--validation', 'V', '--target', 'embedded:practice-small,lora_alpha=8'],
      'Target 1: Jobs of this base have no setting “LoRA alpha”',
    ],
    [['--validation', 'V', '--target', 'embedded:practice-small', '--out', 'x.pdf'], 'must end in .md, .html, .csv'],
    [['--validation', 'V', '--target', 'embedded:practice-small', '--margin', '0'], 'a share above 0'],
  ])('%j is refused before anything is sent', async (options, words) => {
    const line = (n: number) =>
      `${JSON.stringify({
        messages: [
          { role: 'user', content: `q ${n}` },
          { role: 'assistant', content: `a ${n}` },
        ],
      })}\n`;
    const [train, heldOut] = [join(folder, 't.jsonl'), join(folder, 'v.jsonl')];
    writeFileSync(train, Array.from({ length: 12 }, (_, n) => line(n)).join(''));
    writeFileSync(heldOut, Array.from({ length: 12 }, (_, n) => line(n + 100)).join(''));
    const run = await luthier(['bakeoff', train, ...options.map((word) => (word === 'V' ? heldOut : word)), '--yes'], {
      home,
    });
    expect([run.code, run.stderr]).toEqual([2, expect.stringContaining(words)]);
    expect(filesHolding(home, 'ftjob-')).toEqual([]);
  });
});
