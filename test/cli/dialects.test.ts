import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { AZURE_BASE, azureServer } from '../services/openai/dialects/azure-server.ts';
import { ACCOUNT, FIREWORKS_BASE, fireworksServer } from '../services/openai/dialects/fireworks-server.ts';
import { NEBIUS_BASE, nebiusServer } from '../services/openai/dialects/nebius-server.ts';
import type { StrictServer } from '../services/openai/dialects/strict-server.ts';
import { TOGETHER_BASE } from '../services/openai/dialects/together-estimates.ts';
import { togetherServer } from '../services/openai/dialects/together-server.ts';
import { keyAt } from '../services/openai/stand-in-keys.ts';
import { luthier, records, type Seen, startLuthier } from './support/cli.ts';
import { filesHolding, removeFolder, temporaryFolder, writeTemplate } from './support/folder.ts';

let folder = '';
let home = '';
let strict: StrictServer | null = null;
/** Of the provider that is kept. */
let address = '';

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
  /** What the job says it cost; undefined where it says nothing. */
  readonly cost: number | undefined;
  readonly lacking: string;
  /** What is said of the job before it is created, in words and as a record; null where nothing is. */
  readonly estimate: readonly [words: string, record: Seen] | null;
  /** How the learning rate is set, and how it cannot be, with the words for that. */
  readonly rate: readonly [taken: readonly string[], refused: readonly string[], words: string];
  /** Options for what can be chosen besides, what is said of it then, and what stands in the body of the job. */
  readonly choice: readonly [options: readonly string[], words: string, body: Seen];
  /** Options that are refused, with the words for it. */
  readonly noChoice: readonly [options: readonly string[], words: string];
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
    rate: [
      ['--learning-rate', '2e-5'],
      ['--learning-rate-multiplier', '2'],
      'take a learning rate and no learning-rate',
    ],
    choice: [
      ['--lora', '--rank', '16'],
      'Chosen: trains LoRA, rank 16.',
      { training_type: { type: 'Lora', lora_r: 16, lora_alpha: 32 } },
    ],
    noChoice: [['--full', '--rank', '16'], 'A rank is of a LoRA adapter'],
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
    rate: [
      ['--learning-rate', '2e-5'],
      ['--learning-rate-multiplier', '2'],
      'take a learning rate and no learning-rate',
    ],
    choice: [['--rank', '16'], 'Chosen: trains LoRA, rank 16.', { loraRank: 16 }],
    noChoice: [['--full'], 'Fireworks trains a LoRA adapter, not the whole model.'],
    async open() {
      const { strict, url, jobs } = await fireworksServer();
      keepProfile({ kind: 'fireworks', jobDialect: 'fireworks', baseUrl: url, account: ACCOUNT });
      return { strict, jobs: () => [...jobs.keys()].map((name) => name.split('/')[1] ?? '') };
    },
  },
  azure: {
    variable: 'AZURE_OPENAI_API_KEY',
    base: AZURE_BASE,
    next: 'A model tuned at Azure answers only from a deployment',
    cost: undefined,
    lacking: 'A model tuned at Azure answers only from a deployment',
    estimate: null,
    rate: [
      ['--learning-rate-multiplier', '2'],
      ['--learning-rate', '2e-5'],
      'take a learning-rate multiplier and no learning rate',
    ],
    choice: [
      ['--training-type', 'developerTier'],
      'Chosen: training type developerTier.',
      { trainingType: 'developerTier' },
    ],
    noChoice: [['--lora'], 'Azure leaves no choice of LoRA or full training.'],
    async open() {
      const { strict, url, jobs } = await azureServer();
      keepProfile({ kind: 'azure', jobDialect: 'azure', baseUrl: url });
      return { strict, jobs: () => [...jobs.keys()] };
    },
  },
  nebius: {
    variable: 'NEBIUS_API_KEY',
    base: NEBIUS_BASE,
    next: 'Nebius gives a tuned model no name that answers',
    cost: undefined,
    lacking: 'Nebius cannot pause a job.',
    estimate: null,
    rate: [
      ['--learning-rate', '2e-5'],
      ['--learning-rate-multiplier', '2'],
      'take a learning rate and no learning-rate',
    ],
    choice: [
      ['--lora', '--rank', '16'],
      'Chosen: trains LoRA, rank 16.',
      { hyperparameters: { lora: true, lora_r: 16 } },
    ],
    noChoice: [['--rank', '16'], 'this job trains the whole model. Choose LoRA too (--lora)'],
    async open() {
      const { strict, url, jobs } = await nebiusServer();
      keepProfile({ kind: 'nebius', jobDialect: 'nebius', baseUrl: url });
      return { strict, jobs: () => [...jobs.keys()] };
    },
  },
};

/** The call that creates a job, at each of them. */
const creates = ({ method, path }: { readonly method: string; readonly path: string }): boolean =>
  method === 'POST' && /(?:fine-tunes|Jobs|fine_tuning\/jobs)$/.test(path);

function keepProfile(profile: { readonly baseUrl: string; readonly [field: string]: unknown }): void {
  address = profile.baseUrl;
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
  (_, { variable, base, next, cost, lacking, estimate, rate, choice, noChoice, open }) => {
    const surroundings = () => ({ home, env: { [variable]: keyAt(address) } });
    const trainArgs = (...more: string[]): string[] => [
      ...['train', trainingFile(), '--provider', 'there', '--model', base, '--suffix', 'nda'],
      ...more,
    ];

    it('quotes, uploads, trains to the end, and says what to do next', async () => {
      const at = await open();
      strict = at.strict;
      const run = await luthier(trainArgs(...rate[0], '--watch'), surroundings());
      expect([run.code, run.stderr, strict.faults]).toEqual([0, expect.not.stringMatching(/[✗!] /), []]);
      expect(run.stdout).toMatch(/ epochs? by default/);
      for (const words of [next, ...(estimate === null ? [] : [estimate[0]])]) expect(run.stdout).toContain(words);
      if (cost !== undefined) expect(run.stdout).toContain(` $${cost.toFixed(2)}`);
      const [id = ''] = at.jobs();
      const shown = records(
        (await luthier(['jobs', 'show', id, '--provider', 'there', '--json'], surroundings())).stdout,
      );
      expect(shown[0]).toMatchObject({ job: { id, status: 'succeeded', suffix: 'nda' } });
      expect(shown[0]).toMatchObject({
        job: cost === undefined ? expect.not.objectContaining({ costUsd: 0 }) : { costUsd: cost },
      });
      expect((await luthier(['jobs', 'show', id, '--provider', 'there'], surroundings())).stdout).toContain(lacking);
      const spent = records((await luthier(['spending', '--json'], { home })).stdout);
      expect(spent.find(({ kind }) => kind === 'job')).toMatchObject({
        calls: 1,
        ...(cost === undefined ? {} : { usd: cost }),
      });
      expect(filesHolding(home, keyAt(address))).toEqual([]);
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
      const told = first.find(({ event }) => event === 'estimate');
      expect(told === undefined).toBe(estimate === null);
      if (estimate !== null) expect(told).toMatchObject(estimate[1]);
      expect(said.at(-1)).toMatchObject({ event: 'trained', status: 'succeeded', job: { id: at.jobs()[0] } });
    });

    it('is watched on, and made once, where its watcher was killed', async () => {
      const at = await open();
      strict = at.strict;
      at.strict.keepsBack = ({ method }) => method === 'GET' && at.jobs().length > 0;
      const killed = startLuthier(trainArgs('--watch', '--json'), surroundings());
      await killed.until(({ event }) => event === 'job');
      killed.child.kill('SIGKILL');
      await killed.finished;
      at.strict.keepsBack = null;
      const run = await luthier(trainArgs('--watch', '--json'), surroundings());
      expect([run.code, run.stderr, at.jobs().length, strict.faults]).toEqual([0, '', 1, []]);
      const said = records(run.stdout);
      expect(said.find(({ event }) => event === 'job-found')).toMatchObject({
        text: expect.stringMatching(/of the same training and is \w+: it is taken up/),
      });
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
      const created = strict.calls.findIndex(creates);
      expect(asked).toBeLessThan(created);
    });

    it('refuses a rate of the other kind, and what it leaves no choice of', async () => {
      strict = (await open()).strict;
      for (const [options, words] of [rate.slice(1), noChoice] as const) {
        const run = await luthier(trainArgs(...(options ?? [])), surroundings());
        expect([run.code, run.stderr]).toEqual([2, expect.stringContaining(String(words))]);
      }
      expect(strict.calls).toEqual([]);
    });

    it('takes what can be chosen, says so, and shows it of the job', async () => {
      const at = await open();
      strict = at.strict;
      const run = await luthier(trainArgs(...choice[0]), surroundings());
      expect([run.code, strict.faults]).toEqual([0, []]);
      expect(run.stdout).toContain(choice[1]);
      expect(JSON.parse(strict.calls.find(creates)?.body.toString() ?? '')).toMatchObject(choice[2]);
      const [id = ''] = at.jobs();
      const shown = (await luthier(['jobs', 'show', id, '--provider', 'there'], surroundings())).stdout;
      expect(shown).toMatch(/^(?:trains +LoRA, rank 16|training type +developerTier)$/m);
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
        method === 'POST' && /fine[-_]?tun/i.test(path)
          ? { status: 402, body: { error: { message, type: 'x' }, message } }
          : null;
      const run = await luthier(trainArgs(), surroundings());
      expect([run.code, run.stderr, at.jobs()]).toEqual([1, expect.stringContaining(message), []]);
    });
  },
);
