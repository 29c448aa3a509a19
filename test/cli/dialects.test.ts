import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ACCOUNT, FIREWORKS_BASE, fireworksServer } from '../services/openai/dialects/fireworks-server.ts';
import type { StrictServer } from '../services/openai/dialects/strict-server.ts';
import { TOGETHER_BASE } from '../services/openai/dialects/together-estimates.ts';
import { togetherServer } from '../services/openai/dialects/together-server.ts';
import { KEY } from '../services/openai/servers.ts';
import { luthier, records, type Seen, startLuthier } from './support/cli.ts';
import { filesHolding, removeFolder, temporaryFolder, writeTemplate } from './support/folder.ts';

let folder = '';
let home = '';
let strict: StrictServer | null = null;

beforeEach(() => {
  folder = temporaryFolder();
  home = join(folder, 'home');
  mkdirSync(home);
});
afterEach(async () => {
  await strict?.close();
  removeFolder(folder);
});

interface Opened {
  readonly strict: StrictServer;
  /** Ids of the jobs that were created. */
  jobs(): readonly string[];
}

interface ProviderUnderTest {
  readonly variable: string;
  readonly base: string;
  /** What is said of what comes after the training. */
  readonly next: string;
  readonly cost: number;
  readonly lacking: string;
  /** What is said of the job before it is created, in words and as a record. */
  readonly estimate: readonly [words: string, record: Seen];
  open(): Promise<Opened>;
}

const PROVIDERS: Readonly<Record<string, ProviderUnderTest>> = {
  together: {
    variable: 'TOGETHER_API_KEY',
    base: TOGETHER_BASE,
    next: 'A model tuned at Together answers only from a deployment',
    cost: 4,
    lacking: 'Together cannot pause a job.',
    estimate: ['There expects $4.00.', { costUsd: 4, tokens: 40_211, doubts: [] }],
    async open() {
      const { strict, url, jobs } = await togetherServer();
      keepProfile({ kind: 'together', jobDialect: 'together', baseUrl: url });
      return { strict, jobs: () => [...jobs.keys()] };
    },
  },
  fireworks: {
    variable: 'FIREWORKS_API_KEY',
    base: FIREWORKS_BASE,
    next: 'A model tuned at Fireworks answers only from a deployment',
    cost: 1.02,
    lacking: 'Fireworks keeps no events of a job, only its state.',
    estimate: ['There names no price.', { costUsd: null, tokens: 40_211 }],
    async open() {
      const { strict, url, jobs } = await fireworksServer();
      keepProfile({ kind: 'fireworks', jobDialect: 'fireworks', baseUrl: url, account: ACCOUNT });
      return { strict, jobs: () => [...jobs.keys()].map((name) => name.split('/')[1] ?? '') };
    },
  },
};

function keepProfile(profile: object): void {
  const profiles = [{ id: 'there', name: 'There', apiVersion: null, ...profile }];
  writeFileSync(join(home, 'settings.json'), JSON.stringify({ profiles }));
}

function trainingFile(): string {
  const path = join(folder, 'rows.jsonl');
  const line = (n: number) => ({
    messages: [
      { role: 'user', content: `question ${n}` },
      { role: 'assistant', content: `answer ${n}` },
    ],
  });
  writeFileSync(path, Array.from({ length: 12 }, (_, n) => `${JSON.stringify(line(n))}\n`).join(''));
  return path;
}

describe.each(Object.entries(PROVIDERS))(
  'luthier train at %s',
  (_, { variable, base, next, cost, lacking, estimate, open }) => {
    const surroundings = () => ({ home, env: { [variable]: KEY } });
    const trainArgs = (...more: string[]): string[] => [
      ...['train', trainingFile(), '--provider', 'there', '--model', base, '--suffix', 'nda'],
      ...more,
    ];

    it('quotes, uploads, trains to the end, and says what to do next', async () => {
      const at = await open();
      strict = at.strict;
      const run = await luthier(trainArgs('--learning-rate', '2e-5', '--watch'), surroundings());
      expect([run.code, run.stderr, strict.faults]).toEqual([0, expect.not.stringMatching(/[✗!] /), []]);
      expect(run.stdout).toContain('1 epoch by default');
      for (const words of [next, estimate[0]]) expect(run.stdout).toContain(words);
      const [id = ''] = at.jobs();
      const shown = records(
        (await luthier(['jobs', 'show', id, '--provider', 'there', '--json'], surroundings())).stdout,
      );
      expect(shown[0]).toMatchObject({ job: { id, status: 'succeeded', costUsd: cost, suffix: 'nda' } });
      expect((await luthier(['jobs', 'show', id, '--provider', 'there'], surroundings())).stdout).toContain(lacking);
      const spent = records((await luthier(['spending', '--json'], { home })).stdout);
      expect(spent.find(({ kind }) => kind === 'job')).toMatchObject({ calls: 1, usd: cost });
      expect(filesHolding(home, KEY)).toEqual([]);
    });

    it('takes up, and buys once, a job whose asking process was killed', async () => {
      const at = await open();
      strict = at.strict;
      const { promise: asked, resolve } = Promise.withResolvers<void>();
      at.strict.keepsBack = () => {
        if (at.jobs().length === 0) return false;
        resolve();
        return true;
      };
      const killed = startLuthier(trainArgs('--watch', '--json'), surroundings());
      await asked;
      killed.child.kill('SIGKILL');
      await killed.finished;
      at.strict.keepsBack = null;
      const run = await luthier(trainArgs('--watch', '--json'), surroundings());
      expect([run.code, run.stderr, at.jobs().length, strict.faults]).toEqual([0, '', 1, []]);
      const said = records(run.stdout);
      expect(said.map(({ event }) => event)).toContain('job-found');
      const first = records((await killed.finished).stdout);
      expect(first.find(({ event }) => event === 'estimate')).toMatchObject(estimate[1]);
      expect(said.at(-1)).toMatchObject({ event: 'trained', status: 'succeeded', job: { id: at.jobs()[0] } });
    });

    it('runs the whole loop but for a chat that nobody would answer', async () => {
      const at = await open();
      strict = at.strict;
      const template = writeTemplate(folder, 4);
      const args = ['run', template, '--provider', 'there', '--teacher', base, '--model', base, '--suffix', 'nda'];
      const run = await luthier([...args, '--json'], surroundings());
      expect([run.code, strict.faults]).toEqual([0, []]);
      expect(records(run.stdout).at(-1)).toMatchObject({ event: 'done', undeployed: expect.stringContaining(next) });
      const asked = strict.calls.findLastIndex(({ path }) => path.endsWith('/chat/completions'));
      const created = strict.calls.findIndex(
        ({ method, path }) => method === 'POST' && /(fine-tunes|Jobs)$/.test(path),
      );
      expect(asked).toBeLessThan(created);
    });

    it('refuses a multiplier, which is no rate', async () => {
      strict = (await open()).strict;
      const run = await luthier(trainArgs('--learning-rate-multiplier', '2'), surroundings());
      expect([run.code, run.stderr]).toEqual([2, expect.stringContaining('take a learning rate and no learning-rate')]);
      expect(strict.calls).toEqual([]);
    });

    it('is not created where the provider says that it would not go on', async () => {
      const at = await open();
      strict = at.strict;
      const said = { estimation_available: true, allowed_to_proceed: false, estimated_total_price: 9, user_limit: 5 };
      at.strict.instead = ({ path }) => (path.endsWith('/estimate-price') ? { body: said } : null);
      const run = await luthier(trainArgs(), surroundings());
      const refused = at.strict.calls.some(({ path }) => path.endsWith('/estimate-price'));
      expect([run.code, at.jobs().length]).toEqual(refused ? [1, 0] : [0, 1]);
      expect(run.stderr.includes('does not let this job proceed')).toBe(refused);
    });

    it('tells a balance that is too low in the words of the provider', async () => {
      const at = await open();
      strict = at.strict;
      const message = 'Your balance is below the least of a job';
      at.strict.instead = ({ method, path }) =>
        method === 'POST' && /fine-?tun/i.test(path)
          ? { status: 402, body: { error: { message, type: 'x' }, message } }
          : null;
      const run = await luthier(trainArgs(), surroundings());
      expect([run.code, run.stderr, at.jobs()]).toEqual([1, expect.stringContaining(message), []]);
    });
  },
);
