import { copyFileSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { createEngineLauncher } from '../../src/services/engine/launcher.ts';
import { KEY, startWandb, type WandbServer } from '../services/wandb/support/wandb-server.ts';
import { luthier, records, type Seen } from './support/cli.ts';
import { removeFolder, temporaryFolder } from './support/folder.ts';

const folder = temporaryFolder();
const home = join(folder, 'home');
const path = (name: string): string => join(folder, name);
const lineOf = (n: number): string =>
  JSON.stringify({
    messages: [
      { role: 'user', content: `Is ${n} even?` },
      { role: 'assistant', content: n % 2 === 0 ? 'Yes' : 'No' },
    ],
  });

let server: WandbServer;
let jobId: string;
let tuned: string;

const run = (args: readonly string[], env: Readonly<Record<string, string>> = {}) => luthier([...args], { home, env });
const online = (): Readonly<Record<string, string>> => ({ WANDB_BASE_URL: server.url, WANDB_API_KEY: KEY });
const events = (stdout: string, event: string): readonly Seen[] =>
  records(stdout).filter((record) => record.event === event);
const runsHere = (): readonly string[] => readdirSync(join(home, 'wandb')).toSorted();

beforeAll(async () => {
  server = await startWandb();
  const rows = Array.from({ length: 24 }, (_, n) => lineOf(n));
  writeFileSync(path('train.jsonl'), `${rows.slice(0, 14).join('\n')}\n`);
  writeFileSync(path('held.jsonl'), `${rows.slice(14).join('\n')}\n`);
});
afterEach(() => expect(server.faults).toEqual([]));
afterAll(async () => {
  server.close();
  await createEngineLauncher({ home }).stop();
  removeFolder(folder);
});

describe('tracking from the command line', () => {
  it('leaves an offline run behind a job and an evaluation, and sends nothing', async () => {
    const files = ['train.jsonl', '--validation', path('held.jsonl')].map((name) =>
      name === 'train.jsonl' ? path(name) : name,
    );
    const trained = await run(
      ['train', ...files, '--model', 'practice-small', '--epochs', '2', '--watch', '--json'],
      online(),
    );
    expect(trained.code).toBe(0);
    const [tracked] = events(trained.stdout, 'tracked');
    expect(tracked).toMatchObject({ status: 'succeeded', sync: 'local', jobType: 'fine-tune', url: null });
    jobId = String(tracked?.run);
    const job = events(trained.stdout, 'trained')[0]?.job as { fineTunedModel: string };
    tuned = job.fineTunedModel;
    expect(existsSync(join(String(tracked?.folder), `run-${jobId}.wandb`))).toBe(true);

    const models = ['--model', 'practice-small', '--model', tuned];
    const measured = await run(['eval', path('held.jsonl'), ...models, '--json'], online());
    expect(events(measured.stdout, 'tracked')[0]).toMatchObject({ sync: 'local', jobType: 'eval' });
    expect(runsHere()).toHaveLength(2);
    expect(server.state.asked).toEqual([]);
  }, 60_000);

  it('without a key writes what there is and says how to send it', async () => {
    const { code, stdout } = await run(['wandb', 'sync'], { WANDB_BASE_URL: server.url });
    expect(code).toBe(0);
    expect(stdout).toContain('1 written here only');
    expect(stdout).toContain('WANDB_API_KEY');
    expect(server.state.asked).toEqual([]);
  });

  it('says whose key it is', async () => {
    const { code, stdout } = await run(['wandb', 'test', '--entity', 'luthiers', '--project', 'even'], online());
    expect(code).toBe(0);
    expect(stdout).toContain("The key (environment) is ada's");
    expect(stdout).toContain('luthiers/even');
  });

  it('syncs the job and the evaluation, with data, model and lineage between them', async () => {
    const { code, stdout } = await run(['wandb', 'sync', '--json'], online());
    expect(code).toBe(0);
    expect(events(stdout, 'synced')[0]).toMatchObject({ synced: 2, failed: 0 });
    const { runs, artifacts, inputs } = server.state;
    const job = runs.get(`ada-team/OpenAI-Fine-Tune/${jobId}`);
    expect(job).toMatchObject({ jobType: 'fine-tune', displayName: jobId, exitCode: 0 });
    expect(job?.config.model).toEqual({ value: 'practice-small' });
    expect(JSON.parse(job?.summary ?? '')).toMatchObject({ status: 'succeeded', fine_tuned_model: tuned });
    const steps = job?.lines['wandb-history.jsonl'].map((line) => JSON.parse(line)._step) ?? [];
    expect(steps).toEqual([...new Set(steps)]);
    expect(steps.length).toBeGreaterThan(2);
    const evaluation = [...runs.values()].find(({ jobType }) => jobType === 'eval');
    expect(JSON.parse(evaluation?.summary ?? '')).toHaveProperty(['eval/accuracy']);
    const names = artifacts.map(({ name }) => name.replace(/file-\w+/, 'FILE').replace(/^run-.*/, 'table'));
    expect(new Set(names)).toEqual(new Set(['train-FILE', 'valid-FILE', 'model-metadata', 'test-held-jsonl', 'table']));
    // The evaluation names the model's own version: one version, put out by the job and taken in by the evaluation.
    const models = artifacts.filter(({ name }) => name === 'model-metadata');
    expect(models).toHaveLength(1);
    const taken = inputs.filter(({ artifact }) => artifact === models[0]?.id);
    expect(taken.map((edge) => edge.run)).toEqual([`ada-team/OpenAI-Fine-Tune/${evaluation?.id}`]);
    expect(readFileSync(path('train.jsonl'), 'utf8')).toBe(contentOf('train-'));
  }, 60_000);

  it('sends nothing a second time', async () => {
    const before = server.state.asked.length;
    const { code, stdout } = await run(['wandb', 'sync'], online());
    expect(code).toBe(0);
    expect(stdout).toContain(`- ${jobId}: already at ${server.url}/ada-team/OpenAI-Fine-Tune/runs/${jobId}`);
    expect(server.state.asked.slice(before)).toEqual([]);
    const again = await run(
      ['eval', path('held.jsonl'), '--model', 'practice-small', '--model', tuned, '--json'],
      online(),
    );
    expect(events(again.stdout, 'tracked')[0]).toMatchObject({ sync: 'synced' });
  }, 60_000);

  it('sends again what is named, into no second version', async () => {
    const versions = server.state.artifacts.length;
    const { code, stdout } = await run(['wandb', 'sync', '--id', jobId, '--overwrite'], online());
    expect(code).toBe(0);
    expect(stdout).toContain('1 run synced');
    expect(server.state.artifacts).toHaveLength(versions);
  }, 60_000);

  it('skips what another client has logged, and asks for it once', async () => {
    const other = { ...online(), WANDB_DIR: path('elsewhere') };
    const { stdout } = await run(['wandb', 'sync', '--id', jobId], other);
    expect(stdout).toContain('already there, logged by another client');
  }, 60_000);

  it('writes a job into another project on request, as a run of its own', async () => {
    const { code } = await run(['wandb', 'sync', '--id', jobId, '--project', 'even', '--entity', 'luthiers'], online());
    expect(code).toBe(0);
    expect(server.state.runs.get(`luthiers/even/${jobId}`)?.exitCode).toBe(0);
  }, 60_000);

  it('imports a file of an artifact as a dataset', async () => {
    const train = server.state.artifacts.find(({ name }) => name.startsWith('train-'));
    const address = `wandb:${train?.entity}/${train?.project}/${train?.name}:latest`;
    const { code, stderr } = await run(['import', address, '--out', path('again.jsonl')], online());
    expect(stderr).toBe('');
    expect(code).toBe(0);
    expect(readFileSync(path('again.jsonl'), 'utf8')).toBe(readFileSync(path('train.jsonl'), 'utf8'));
  });

  it('says plainly what W&B refuses, and shows no key', async () => {
    const wrong = 'f'.repeat(40);
    const { code, stdout, stderr } = await run(['wandb', 'sync', '--id', jobId, '--overwrite'], {
      ...online(),
      WANDB_API_KEY: wrong,
    });
    expect(code).toBe(1);
    expect(stderr).toMatch(/401|not taken|does not take/);
    expect(stderr).toContain('Runs are written here, and sent the next time.');
    expect(stdout + stderr).not.toContain(wrong);
  }, 60_000);

  it('is off where WANDB_MODE says so, and stays here where it is offline', async () => {
    const disabled = await run(['wandb', 'sync'], { ...online(), WANDB_MODE: 'disabled' });
    expect(disabled.code).toBe(2);
    const before = server.state.asked.length;
    const offline = await run(['wandb', 'sync', '--id', jobId, '--overwrite'], { ...online(), WANDB_MODE: 'offline' });
    expect(offline.code).toBe(0);
    expect(offline.stdout).toContain('WANDB_MODE is offline');
    expect(server.state.asked.slice(before)).toEqual([]);
  }, 60_000);

  it('sends evaluations though the jobs of the provider cannot be read', async () => {
    const measured = await run(['eval', path('held.jsonl'), '--model', tuned, '--json'], online());
    const { run: id } = events(measured.stdout, 'tracked')[0] ?? {};
    const gone = ['--base-url', 'http://127.0.0.1:1/v1'];
    const { code, stdout, stderr } = await run(['wandb', 'sync', ...gone], online());
    expect(code).toBe(1);
    expect(stderr).toContain('The jobs of 127.0.0.1:1 cannot be read');
    expect(stdout).toContain(`✓ ${id}: Synced`);
    // With it the job's run, which the refused key left here.
    expect(stdout).toContain('2 runs synced');
  }, 60_000);

  it('tracks an evaluation of which every item failed as a failed run', async () => {
    const measured = await run(['eval', path('held.jsonl'), '--model', 'nobody', '--json'], online());
    expect(measured.code).toBe(1);
    expect(events(measured.stdout, 'tracked')).toMatchObject([{ jobType: 'eval' }]);
    expect(events(measured.stdout, 'evaluated')[0]).toMatchObject({ status: 'failed' });
    const { stdout } = await run(['wandb', 'sync'], online());
    const { run: id } = events(measured.stdout, 'tracked')[0] ?? {};
    expect(stdout).toContain(`${id}`);
    expect(server.state.runs.get(`ada-team/OpenAI-Fine-Tune/${id}`)).toMatchObject({ exitCode: 1 });
  }, 60_000);

  it('leaves runs of other clients to them, unless one is named', async () => {
    const foreign = new URL('../services/wandb/offline/fixtures/run-ftjob-abc.wandb', import.meta.url);
    const dir = join(home, 'wandb', 'offline-run-20261126_161459-ftjob-abc');
    mkdirSync(dir);
    copyFileSync(foreign, join(dir, 'run-ftjob-abc.wandb'));
    const before = server.state.asked.length;
    const { stdout } = await run(['wandb', 'sync'], online());
    expect(stdout).not.toContain('ftjob-abc');
    expect(server.state.asked.slice(before)).toEqual([]);
    expect((await run(['wandb', 'list'], online())).stdout).toContain('ftjob-abc');
  }, 60_000);

  it('lets OpenAI report a job by itself, and no other provider', async () => {
    const train = ['train', path('train.jsonl'), '--model', 'practice-small', '--wandb', '--json'];
    const refused = await run(train, online());
    expect(refused.code).toBe(2);
    expect(refused.stderr).toContain('Only OpenAI reports to W&B by itself.');
    // The engine stands for OpenAI: it keeps what a job is asked with.
    const engine = await createEngineLauncher({ home }).ensure();
    const openai = { OPENAI_BASE_URL: engine.url, OPENAI_API_KEY: engine.apiKey, WANDB_PROJECT: 'even' };
    const asked = await run([...train, '--provider', 'openai'], { ...online(), ...openai });
    expect(asked.stderr).toBe('');
    expect(events(asked.stdout, 'job')[0]?.job).toMatchObject({
      rest: { integrations: [{ type: 'wandb', wandb: { project: 'even' } }] },
    });
  }, 60_000);

  it('never wrote the key anywhere', async () => {
    // The engine writes temporary files while it trains: all of it is on disk, and stays, once the engine has ended.
    await createEngineLauncher({ home }).stop();
    expect(existsSync(join(home, 'engine', 'engine.json'))).toBe(false);
    const files = readdirSync(home, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
    expect(files.length).toBeGreaterThan(10);
    for (const { parentPath, name } of files) {
      expect(readFileSync(join(parentPath, name)).includes(KEY), join(parentPath, name)).toBe(false);
    }
  });
});

/** What the server holds of the first file of the artifact that begins with `prefix`. */
function contentOf(prefix: string): string {
  const artifact = server.state.artifacts.find(({ name }) => name.startsWith(prefix));
  const [entry] = [...(artifact?.files.values() ?? [])];
  return server.state.blobs.get(entry?.md5 ?? '')?.toString() ?? '';
}
