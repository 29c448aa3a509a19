import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createEngineLauncher } from '../../src/services/engine/launcher.ts';
import { AZURE_JOB, AZURE_TOKEN, AZURE_TUNED, azureDeployments } from '../services/openai/deployments/azure-server.ts';
import {
  FIREWORKS_JOB,
  FIREWORKS_TUNED,
  fireworksDeployments,
} from '../services/openai/deployments/fireworks-server.ts';
import { NEBIUS_JOB, nebiusDeployments } from '../services/openai/deployments/nebius-server.ts';
import { TOGETHER_JOB, TOGETHER_TUNED, togetherDeployments } from '../services/openai/deployments/together-server.ts';
import type { StrictServer } from '../services/openai/dialects/strict-server.ts';
import { keyAt } from '../services/openai/stand-in-keys.ts';
import { luthier, records, startLuthier } from './support/cli.ts';
import { filesHolding, removeFolder, temporaryFolder } from './support/folder.ts';

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
  strict = null;
  removeFolder(folder);
});

function keepProfile(profile: { readonly baseUrl: string; readonly [field: string]: unknown }): void {
  address = profile.baseUrl;
  const profiles = [{ id: 'there', name: 'There', apiVersion: null, ...profile }];
  writeFileSync(join(home, 'settings.json'), JSON.stringify({ profiles }));
}

interface Opened {
  readonly strict: StrictServer;
  /** Of the commands, besides the key. */
  readonly env?: Readonly<Record<string, string>>;
  made(): number;
  /** States of the next deployments. */
  live(life: readonly string[]): void;
}

interface ProviderUnderTest {
  readonly variable: string;
  readonly job: string;
  readonly tuned: string;
  readonly price: string;
  readonly model: RegExp;
  /** Calls that make something, in their order. */
  readonly makes: readonly RegExp[];
  readonly notReady: string;
  /** Why one failed, as far as the provider tells. */
  readonly failure: string;
  open(): Promise<Opened>;
}

const NO_CAPACITY = 'no capacity in any region';

const PROVIDERS: Readonly<Record<string, ProviderUnderTest>> = {
  together: {
    variable: 'TOGETHER_API_KEY',
    job: TOGETHER_JOB,
    tuned: TOGETHER_TUNED,
    price: '$5.49 an hour',
    model: /^acme\/qwen3-8b-triage-1f2e-[0-9a-f]{12}$/,
    makes: [/\/endpoints$/, /\/deployments$/, /\/endpoints\/[^/]+$/],
    notReady: 'PROVISIONING',
    failure: NO_CAPACITY,
    async open() {
      const server = await togetherDeployments();
      // Ready and not routed yet.
      server.unrouted = 2;
      keepProfile({ kind: 'together', jobDialect: 'together', baseUrl: server.url });
      return {
        strict: server.strict,
        made: () => server.endpoints.size + server.deployments.size,
        live: (life) => {
          server.life = life;
        },
      };
    },
  },
  fireworks: {
    variable: 'FIREWORKS_API_KEY',
    job: FIREWORKS_JOB,
    tuned: FIREWORKS_TUNED,
    price: '$8.00 an hour',
    model: /^accounts\/acme\/models\/s1#accounts\/acme\/deployments\/s1-[0-9a-f]{12}$/,
    makes: [/\/deployments$/],
    notReady: 'CREATING',
    failure: NO_CAPACITY,
    async open() {
      const server = await fireworksDeployments();
      server.scalingUp = 2;
      keepProfile({ kind: 'fireworks', jobDialect: 'fireworks', baseUrl: server.url, account: 'acme' });
      return {
        strict: server.strict,
        made: server.there,
        live: (life) => {
          server.life = life;
        },
      };
    },
  },
  azure: {
    variable: 'AZURE_OPENAI_API_KEY',
    job: AZURE_JOB,
    tuned: AZURE_TUNED,
    price: '$1.70 an hour',
    model: /^gpt-4-1-mini-2025-04-14-ft-0a1-[0-9a-f]{12}$/,
    makes: [/\/deployments\/[^/]+$/],
    notReady: 'Creating',
    failure: 'Azure gives no reason here',
    async open() {
      const server = await azureDeployments();
      server.notReady = 2;
      keepProfile({ kind: 'azure', jobDialect: 'azure', baseUrl: server.url });
      return {
        strict: server.strict,
        env: server.env,
        made: server.there,
        live: (life) => {
          server.life = life.map((word) => (word === 'FAILED' ? 'Failed' : word));
        },
      };
    },
  },
};

/** Calls that may make something. */
const isMaking = ({ method }: { readonly method: string }): boolean => method === 'POST' || method === 'PUT';

describe.each(Object.entries(PROVIDERS))(
  'luthier deploy at %s',
  (_, { variable, job, tuned, price, model, makes, notReady, failure, open }) => {
    let more: Readonly<Record<string, string>> = {};
    const surroundings = () => ({ home, env: { [variable]: keyAt(address), ...more } });
    const run = (...args: string[]) => luthier([...args, '--provider', 'there'], surroundings());
    const opened = async (): Promise<Opened> => {
      const at = await open();
      strict = at.strict;
      more = at.env ?? {};
      return at;
    };

    it('says what it costs, waits for the first answer, names the model, and takes it away again', async () => {
      const at = await opened();
      const deployed = await run('deploy', job, '--yes');
      expect([deployed.code, at.strict.faults]).toEqual([0, []]);
      for (const words of [tuned, price, 'luthier chat --provider there --model'])
        expect(deployed.stdout).toContain(words);
      const [, named = ''] = /^Model (.*)$/m.exec(deployed.stdout) ?? [];
      expect(named).toMatch(model);
      expect((await run('chat', 'hello', '--model', named)).stdout).toContain('Well met.');

      const made = at.made();
      const again = records((await run('deploy', tuned, '--yes', '--json')).stdout).at(-1);
      expect([again, at.made()]).toMatchObject([{ event: 'deployed', status: 'succeeded', model: named }, made]);

      const listed = await luthier(['deployments'], surroundings());
      expect(listed.stdout).toMatch(new RegExp(`${price.split(' ')[0]?.replaceAll(/[$.]/g, '\\$&')}`));
      for (const words of [named, 'answers', 'luthier undeploy']) expect(listed.stdout).toContain(words);

      const gone = await luthier(['undeploy', named, '--yes'], surroundings());
      expect([gone.code, at.made(), at.strict.faults]).toEqual([0, 0, []]);
      expect(gone.stdout).toMatch(/is gone: \d+\.\d h/);
      expect((await luthier(['deployments'], surroundings())).stdout).toContain('Nothing is deployed.');
      const spent = records((await luthier(['spending', '--json'], { home })).stdout);
      const line = spent.find(({ kind }) => kind === 'deployment');
      expect(line).toMatchObject({ calls: 1, model: tuned });
      expect(line?.usd).toBeGreaterThan(0);
      expect([filesHolding(home, keyAt(address)), filesHolding(home, AZURE_TOKEN)]).toEqual([[], []]);
    });

    it('makes nothing where nobody agreed', async () => {
      const at = await opened();
      const asked = await run('deploy', job);
      expect([asked.code, at.made(), at.strict.faults]).toEqual([1, 0, []]);
      expect(asked.stderr).toContain('Add --yes');
      expect(asked.stdout).toContain(price);
    });

    it.each(makes.map((one, index) => [index, one] as const))(
      'goes on with what is there after a kill at making %i, and makes nothing twice',
      async (_index, making) => {
        const at = await opened();
        const { promise: asked, resolve } = Promise.withResolvers<void>();
        at.strict.keepsBack = ({ method, path, query }) => {
          const now = method !== 'GET' && making.test(path) && query.get('validateOnly') !== 'true';
          if (now) resolve();
          return now;
        };
        const killed = startLuthier(['deploy', job, '--yes', '--json', '--provider', 'there'], surroundings());
        await asked;
        killed.child.kill('SIGKILL');
        await killed.finished;
        at.strict.keepsBack = null;
        const again = await run('deploy', job, '--yes', '--json');
        const said = records(again.stdout);
        expect([again.code, at.made(), at.strict.faults]).toEqual([0, new Set(makes.slice(0, 2)).size, []]);
        expect(said.find(({ event }) => event === 'plan')).toMatchObject({ before: { key: expect.any(String) } });
        expect(said.at(-1)).toMatchObject({ event: 'deployed', model: expect.stringMatching(model) });
      },
    );

    it('tells why one failed and what is still billed, and takes it away where that was asked for', async () => {
      const at = await opened();
      at.live([notReady, 'FAILED']);
      const failed = await run('deploy', job, '--yes');
      expect([failed.code, failed.stderr]).toEqual([1, expect.stringContaining(failure)]);
      expect(failed.stderr.toLowerCase()).toContain(`(failed) and costs ${price}`);
      expect(failed.stderr).toMatch(/`luthier undeploy \S+-[0-9a-f]{12}` takes it away/);
      expect(at.made()).toBeGreaterThan(0);
      const undone = await run('deploy', job, '--yes', '--undo');
      expect([undone.code, at.made(), at.strict.faults]).toEqual([1, 0, []]);
      expect(undone.stdout).toContain('is gone');
    });

    it('gives up one that is not ready in time, and says so', async () => {
      const at = await opened();
      at.live([notReady]);
      const slow = await run('deploy', job, '--yes', '--wait', '0.03');
      expect([slow.code, at.strict.faults]).toEqual([1, []]);
      expect(slow.stderr).toContain(`the provider calls it ${notReady}`);
      expect(slow.stderr).toContain('luthier undeploy');
    });

    it.each([
      [402, 'Your balance is too low'],
      [403, 'Access to this is not yours'],
    ])('ends at a refusal with %i, with nothing made and nothing billed', async (status, words) => {
      const at = await opened();
      at.strict.instead = (call) =>
        isMaking(call) ? { status, body: { error: { message: words, code: null }, message: words } } : null;
      const refused = await run('deploy', job, '--yes');
      expect([refused.code, refused.stderr, at.made()]).toEqual([1, expect.stringContaining(words), 0]);
      expect(refused.stderr).toContain('nothing is billed');
      at.strict.instead = null;
      expect((await run('deploy', job, '--yes', '--json')).code).toBe(0);
    });

    it('waits out a limit of calls', async () => {
      const at = await opened();
      let left = 2;
      at.strict.instead = (call) => {
        if (!isMaking(call) || left === 0) return null;
        left -= 1;
        return {
          status: 429,
          headers: { 'retry-after': '1' },
          body: { error: { message: 'slow down' }, message: 'slow down' },
        };
      };
      const deployed = await run('deploy', job, '--yes', '--json');
      expect([deployed.code, left, at.strict.faults]).toEqual([0, 0, []]);
      expect(records(deployed.stdout).find(({ event }) => event === 'warning')).toMatchObject({
        what: expect.stringContaining('slow down'),
      });
    });
  },
);

it('deploys at Azure by what is typed, with the token of who is signed in', async () => {
  const server = await azureDeployments();
  strict = server.strict;
  keepProfile({ kind: 'azure', jobDialect: 'azure', baseUrl: server.url });
  const resource = `${server.strict.origin}/`;
  const program = join(folder, 'az');
  const asked = `account get-access-token --resource ${resource} --query accessToken -o tsv`;
  const keyless = '[ -z "$AZURE_OPENAI_API_KEY" ]';
  writeFileSync(program, `#!/bin/sh\n${keyless} && [ "$*" = "${asked}" ] && echo ${AZURE_TOKEN}\n`, { mode: 0o755 });
  const env = { AZURE_OPENAI_API_KEY: keyAt(server.url), AZURE_RESOURCE_MANAGER_URL: server.strict.origin };
  const place = ['--subscription', 'sub-1', '--resource-group', 'tuning', '--account', 'acme'];
  const args = ['deploy', AZURE_JOB, '--provider', 'there', '--yes', '--sku', 'DeveloperTier', '--capacity', '3'];
  const unsigned = await luthier([...args, ...place], { home, env: { ...env, PATH: home } });
  expect([unsigned.code, unsigned.stderr]).toEqual([
    1,
    expect.stringContaining('az cognitiveservices account deployment create'),
  ]);
  const deployed = await luthier([...args, ...place], { home, env: { ...env, PATH: `${folder}:/bin` } });
  expect([deployed.code, deployed.stderr, server.strict.faults]).toEqual([0, expect.any(String), []]);
  expect(deployed.stdout).toContain('Azure removes it 24 hours after it was made');
  const [one] = server.deployments.values();
  expect(one?.asked.sku).toEqual({ name: 'DeveloperTier', capacity: 3 });
  const gone = await luthier(['undeploy', one?.name ?? '', '--yes'], { home, env: { ...env, PATH: `${folder}:/bin` } });
  expect([gone.code, server.there()]).toEqual([0, 0]);
  expect(filesHolding(home, AZURE_TOKEN)).toEqual([]);
});

it('serves the last checkpoint at Nebius, whose price is not known, or downloads it to be served elsewhere', async () => {
  const server = await nebiusDeployments();
  server.unrouted = 1;
  strict = server.strict;
  keepProfile({ kind: 'nebius', jobDialect: 'nebius', baseUrl: server.url });
  const at = { home, env: { NEBIUS_API_KEY: keyAt(server.url) } };
  const deploy = ['deploy', NEBIUS_JOB, '--provider', 'there', '--yes'];
  server.strict.instead = ({ path }) => (path === '/v0/models' ? { status: 410, body: { detail: 'Gone' } } : null);
  const elsewhere = await luthier(deploy, at);
  expect([elsewhere.code, elsewhere.stderr]).toEqual([1, expect.stringContaining('--download DIR')]);
  server.strict.instead = null;
  const tuned = join(folder, 'tuned');
  const download = ['deploy', NEBIUS_JOB, '--provider', 'there', '--download', tuned];
  const fetched = await luthier(download, at);
  expect([fetched.code, readdirSync(tuned)]).toEqual([0, ['adapter_config.json', 'adapter_model.safetensors']]);
  expect(fetched.stdout).toContain(`vllm serve ${server.base} --enable-lora --lora-modules tuned=${tuned}`);
  expect(fetched.stdout).toContain('`luthier engine --base` takes whole models');
  const again = await luthier(download, at);
  expect([again.code, again.stderr]).toEqual([1, expect.stringContaining('Add --force')]);
  const forced = records((await luthier([...download, '--force', '--json'], at)).stdout).at(-1);
  expect(forced).toMatchObject({ event: 'downloaded', folder: tuned, commands: [expect.stringContaining('vllm')] });
  const idle = await luthier([...download, '--yes', '--sku', 'Standard'], at);
  expect([idle.code, idle.stderr]).toEqual([2, expect.stringContaining('leave --yes, --sku out')]);
  const deployed = await luthier(deploy, at);
  expect([deployed.code, server.strict.faults]).toEqual([0, []]);
  expect(deployed.stdout).toContain('an unknown price an hour');
  const [, named = ''] = /^Model (.*)$/m.exec(deployed.stdout) ?? [];
  expect(named).toMatch(/-LoRa:ftjob-1d-ftckpt-9-[0-9a-f]{12}-Ju10$/);
  const gone = await luthier(['undeploy', named, '--yes'], at);
  expect([gone.code, server.there(), server.strict.faults]).toEqual([0, 0, []]);
  expect(filesHolding(home, keyAt(server.url))).toEqual([]);
});

it('lists what is deployed at one provider though another cannot be asked, and fails where none can', async () => {
  const [together, nebius] = [await togetherDeployments(), await nebiusDeployments()];
  strict = together.strict;
  const own = (id: string, kind: string, baseUrl: string) => ({ id, name: id, kind, jobDialect: kind, baseUrl });
  const profiles = [own('tog', 'together', together.url), own('neb', 'nebius', nebius.url)];
  writeFileSync(
    join(home, 'settings.json'),
    JSON.stringify({ profiles: profiles.map((one) => ({ ...one, apiVersion: null })) }),
  );
  const at = { home, env: { TOGETHER_API_KEY: keyAt(together.url), NEBIUS_API_KEY: keyAt(nebius.url) } };
  expect((await luthier(['deploy', TOGETHER_JOB, '--provider', 'tog', '--yes'], at)).code).toBe(0);
  expect((await luthier(['deploy', NEBIUS_JOB, '--provider', 'neb', '--yes'], at)).code).toBe(0);
  await nebius.strict.close();
  const listed = await luthier(['deployments'], at);
  expect([listed.code, listed.stdout]).toEqual([
    0,
    expect.stringMatching(/ neb +answers, as last seen [\s\S]* tog +answers {2}/),
  ]);
  expect(listed.stderr).toContain('! neb could not be asked: Nothing answers at');
  const alone = records((await luthier(['deployments', '--provider', 'neb', '--json'], at)).stdout);
  expect(alone.map(({ event, stale }) => [event, stale])).toEqual([
    ['deployment', true],
    ['unreachable', undefined],
  ]);
  await together.strict.close();
  strict = null;
  // The provider that one was made at is gone, and the other answers no more.
  writeFileSync(join(home, 'settings.json'), JSON.stringify({ profiles: [{ ...profiles[0], apiVersion: null }] }));
  const none = await luthier(['deployments'], at);
  expect([none.code, none.stdout]).toEqual([1, expect.stringMatching(/ neb [\s\S]* tog /)]);
  expect(none.stderr).toContain('there is no provider neb');
});

it('takes what is of Azure for no other provider', async () => {
  const server = await togetherDeployments();
  strict = server.strict;
  keepProfile({ kind: 'together', jobDialect: 'together', baseUrl: server.url });
  const { code, stderr } = await luthier(['deploy', TOGETHER_JOB, '--provider', 'there', '--sku', 'Standard'], {
    home,
    env: { TOGETHER_API_KEY: keyAt(server.url) },
  });
  expect([code, stderr]).toEqual([2, expect.stringContaining('are of Azure, and There is not')]);
});

it('says that nothing is deployed where a tuned model answers by its name', async () => {
  const engine = await luthier(['deploy', 'ft:practice-small:me::1', '--provider', 'embedded', '--yes'], { home });
  expect([engine.code, engine.stderr]).toEqual([1, expect.stringContaining('The engine of this machine answers')]);
  const unknown = await luthier(['deploy', 'ft-nowhere', '--yes'], { home });
  expect([unknown.code, unknown.stderr]).toEqual([2, expect.stringContaining('name its --provider')]);
  await createEngineLauncher({ home }).stop();
});
