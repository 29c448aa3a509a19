import { execFileSync } from 'node:child_process';
import {
  appendFileSync,
  cpSync,
  existsSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test, vi } from 'vitest';
import { parse } from 'yaml';
import { importRun } from '../../../src/engine/offline/import-run.ts';
import { offline } from '../../../src/engine/offline/offline.ts';
import { OfflineFault, offlineRequest, type RequestOf } from '../../../src/engine/offline/requests.ts';
import { writeScript } from '../../../src/engine/offline/write-script.ts';
import { namedBase } from '../../../src/engine/runners/weights/bases.ts';
import { importToken } from '../../../src/engine/storage/claims.ts';
import { openStore } from '../../../src/engine/storage/store.ts';
import { standInBase, standInPython, startWeights } from '../runners/weights/support/weights.ts';
import { chatLines, eventsOf, tempHome, waitForStatus } from '../support/engine.ts';
import { trainThere } from './finished.ts';

vi.setConfig({ testTimeout: 120_000 });

const never = new AbortController().signal;
const PACKAGES = join(import.meta.dirname, '../../../runner');

const faultOf = async (work: Promise<unknown>): Promise<string> => {
  const error = await work.catch((thrown: unknown) => thrown);
  if (!(error instanceof OfflineFault)) throw new Error(`No OfflineFault, but ${String(error)}.`);
  return `${error.message} ${error.next}`;
};

/** A home, and a script of ten rows and two held out ones on a base that is a folder. */
function place() {
  const home = tempHome();
  const store = openStore(home);
  onTestFinished(() => store.close());
  const base = standInBase('good');
  const files = tempHome();
  writeFileSync(join(files, 'rows.jsonl'), chatLines(10));
  writeFileSync(join(files, 'held.jsonl'), chatLines(2));
  const out = join(files, 'away');
  const setup = { store, bases: [namedBase(base)], packages: PACKAGES };
  const source = {
    ...{ kind: 'file', training: join(files, 'rows.jsonl'), validation: join(files, 'held.jsonl'), model: 'toy' },
    ...{
      method: 'supervised',
      seed: 7,
      suffix: 'far',
      hyperparameters: { n_epochs: 2, batch_size: 4, learning_rate_multiplier: 'auto' },
    },
  };
  const write = (more: object = {}) => {
    const request = {
      kind: 'script',
      home,
      bases: [],
      launcher: 'torchrun',
      processes: 1,
      nodes: 1,
      out,
      force: false,
      source,
    };
    return writeScript(setup, scriptRequest({ ...request, ...more }));
  };
  const bringBack = (folder = out) => importRun(setup, { kind: 'import', home, bases: [], folder }, never);
  return { home, store, base, files, out, source, write, bringBack };
}

function scriptRequest(request: unknown): RequestOf<'script'> {
  const read = offlineRequest.parse(request);
  if (read.kind !== 'script') throw new Error('That is no script.');
  return read;
}

test('a job goes away as a folder of its own and comes back as a job like any other', async () => {
  const { home, store, base, out, write, bringBack } = place();
  expect(await write()).toMatchObject({
    path: out,
    examples: 10,
    measured: true,
    hyperparameters: { learning_rate: 0.005 },
  });
  expect(readdirSync(out).toSorted()).toEqual([
    'README.md',
    'data',
    'job.json',
    'requirements.txt',
    'run.sh',
    'task.json',
    'train.jsonl',
    'trainer',
    'validation.jsonl',
  ]);
  expect(readdirSync(join(out, 'trainer', 'luthier_runner'))).toContain('elsewhere.py');
  expect(readFileSync(join(out, 'requirements.txt'), 'utf8')).toMatch(/^torch==[\d.]+\ntransformers==/);
  // Nothing of this machine goes along.
  const text = ['job.json', 'task.json', 'run.sh', 'README.md']
    .map((name) => readFileSync(join(out, name), 'utf8'))
    .join();
  expect(text).not.toContain(base);
  expect(text).not.toContain(home);

  trainThere(out);
  appendFileSync(join(out, 'lines.jsonl'), '{"kind":"st');
  const imported = await bringBack();
  expect(imported).toMatchObject({ already: false, edited: [], callable: true, steps: 6, checkpoints: 2 });
  expect(imported.model).toMatch(/^ft:toy:luthier:far:\w{8}$/);
  expect(await bringBack()).toMatchObject({ already: true, job: imported.job, model: imported.model });
  expect([readdirSync(store.folders.tmp), readdirSync(store.folders.jobs)]).toEqual([[], []]);

  const { client } = await startWeights({ mode: 'good', base, home, python: standInPython() });
  const job = await client.fineTuning.jobs.retrieve(imported.job);
  expect(job).toMatchObject({
    status: 'succeeded',
    seed: 7,
    trained_tokens: 90,
    hyperparameters: { n_epochs: 2, lora_r: 16 },
  });
  const events = (await eventsOf(client, job.id)).map(({ message }) => message);
  expect(events).toEqual(
    expect.arrayContaining([
      expect.stringMatching(/^Trained elsewhere, by a script of \d{4}-\d\d-\d\d, and imported$/),
      'Training 10 of 1,000 parameters on A100, bf16, rows of up to 256 tokens: 6 steps, 40 tokens to learn',
      'Line 2 of the training file has 300 tokens and 256 fit: it is not trained on. Shorten it, or raise max_length.',
      'Step 6/6: training loss=0.33',
      'Step 6/6: validation loss=0.50, full validation loss=0.50',
      `Checkpoint created at step 3 with Snapshot ID: ${imported.model}:ckpt-step-3`,
    ]),
  );
  expect((await client.fineTuning.jobs.checkpoints.list(job.id)).data.map(({ step_number }) => step_number)).toEqual([
    6, 3,
  ]);
  expect(await (await client.files.content(job.training_file)).text()).toBe(chatLines(10));
  const ask = (model: string) =>
    client.chat.completions.create({ model, messages: [{ role: 'user', content: 'brief' }] });
  expect((await ask(imported.model)).choices[0]?.message.content).toBe('tuned weights 6: brief🙂');
  expect((await ask(`${imported.model}:ckpt-step-3`)).choices[0]?.message.content).toBe('tuned weights 3: brief🙂');
  // A job of the engine goes away too, as it was asked for.
  const again = scriptRequest({
    ...{ kind: 'script', home, bases: [], launcher: 'slurm', processes: 4, nodes: 1, out: `${out}-job`, force: false },
    source: { kind: 'job', id: imported.job },
  });
  const setup = { store, bases: [namedBase(base)], packages: PACKAGES };
  expect(await writeScript(setup, again)).toMatchObject({ hyperparameters: { n_epochs: 2, batch_size: 4 } });
});

test('a run that is half done, changed since or copied in part is no job, and says what to do', async () => {
  const { store, out, write, bringBack } = place();
  await write();
  const whole = `${out}-whole`;
  const back = async (damage: () => void): Promise<string> => {
    rmSync(out, { recursive: true });
    cpSync(whole, out, { recursive: true });
    damage();
    return faultOf(bringBack());
  };
  expect(await faultOf(bringBack())).toContain('was not run');
  trainThere(out, 4);
  expect(await faultOf(bringBack())).toMatch(/is not done, it reached step 4 of 6\. Run it to its end, \.\/run\.sh/);
  trainThere(out);
  cpSync(out, whole, { recursive: true });
  const edit = (name: string, from: string, to: string): void => {
    const text = readFileSync(join(out, name), 'utf8');
    if (!text.includes(from)) throw new Error(`${name} has no ${from}.`);
    writeFileSync(join(out, name), text.replace(from, to));
  };
  expect(await back(() => edit('task.json', '"epochs": 2', '"epochs": 3'))).toContain(
    'changed after it was trained with',
  );
  expect(await back(() => edit('train.jsonl', 'learned', 'other'))).toContain('changed after it was trained on');
  const weights = join('run', 'model', 'adapter_model.safetensors');
  expect(await back(() => edit(weights, 'weights', 'weight'))).toContain('is not whole: 9 bytes are wanted');
  expect(await back(() => rmSync(join(out, 'run', 'checkpoints'), { recursive: true }))).toContain('are missing');
  expect(await back(() => rmSync(join(out, 'job.json')))).toContain('is no job of luthier runner script');
  const failed = { kind: 'failed', code: 'nan_loss', message: 'The loss became infinite.', fix: '' };
  const fails = () => appendFileSync(join(out, 'lines.jsonl'), `${JSON.stringify(failed)}\n`);
  expect(await back(fails)).toContain('it reached step 6 of 6: The loss became infinite.');
  expect([store.jobs.withStatus(['succeeded', 'failed', 'queued']), readdirSync(store.folders.tmp)]).toEqual([[], []]);

  // Changed before it ran, it is what was trained, and the job says so; what a link leads to stays where it is.
  rmSync(join(out, 'run'), { recursive: true });
  edit('task.json', '"epochs": 2', '"epochs": 1');
  trainThere(out);
  const ready = '{"kind":"ready","device":"cpu"}\n';
  appendFileSync(join(out, 'lines.jsonl'), ready);
  expect(await faultOf(bringBack())).toContain('is not done');
  writeFileSync(join(out, 'lines.jsonl'), readFileSync(join(out, 'lines.jsonl'), 'utf8').replace(ready, ''));
  symlinkSync('/etc/hostname', join(out, 'run', 'model', 'link'));
  const { job, edited, model, steps } = await bringBack();
  // Lines of the run before, which began at the first step too, are not of this one.
  expect([edited, steps]).toEqual([['task.json'], 3]);
  expect(store.jobs.get(job)?.hyperparameters.n_epochs).toBe(1);
  expect(readdirSync(join(store.folders.models, store.models.get(model)?.blob ?? ''))).not.toContain('link');
});

test('what cannot be shared, is there already or is no training file is refused, and launch files are what their readers take', async () => {
  const { out, files, source, write } = place();
  expect(await faultOf(write({ processes: 3 }))).toContain('4 rows a step cannot be shared by 3 processes');
  expect(await faultOf(write({ source: { ...source, model: 'practice-small' } }))).toContain('is a practice model');
  expect(await faultOf(write({ source: { kind: 'job', id: 'ftjob-none' } }))).toContain('There is no job ftjob-none');
  writeFileSync(join(files, 'broken.jsonl'), 'no JSON\n');
  const broken = { ...source, training: join(files, 'broken.jsonl') };
  expect(await faultOf(write({ source: broken }))).toContain('luthier check');
  expect(readdirSync(files).filter((name) => name.startsWith('away'))).toEqual([]);

  // A base that is not here is named all the same, and settings are those of a large one.
  const elsewhere = { ...source, model: 'org/Large', hyperparameters: { ...source.hyperparameters, batch_size: 8 } };
  const written = await write({ source: elsewhere, launcher: 'skypilot', processes: 2, nodes: 2 });
  expect(written).toMatchObject({
    measured: false,
    hyperparameters: { gradient_checkpointing: true, learning_rate: 2e-4 },
  });
  const sky = parse(readFileSync(join(out, 'sky.yaml'), 'utf8'));
  expect(sky).toMatchObject({ num_nodes: 2, resources: { accelerators: 'A100:2' }, workdir: '.' });
  expect(await faultOf(write())).toContain('is there already');
  await write({ launcher: 'slurm', processes: 2, force: true });
  expect(existsSync(join(out, 'sky.yaml'))).toBe(false);
  for (const name of ['run.sh', 'job.sbatch']) execFileSync('bash', ['-n', join(out, name)]);
  writeFileSync(join(files, 'steps.sh'), sky.run);
  execFileSync('bash', ['-n', join(files, 'steps.sh')]);
  trainThere(out, 1);
  expect(await faultOf(write({ force: true }))).toContain('its run would be lost');
});

test('what the disk refuses is said in words, and nothing of this is left', async () => {
  const { home, files, source } = place();
  const out = join(files, 'rows.jsonl', 'away');
  const request = { kind: 'script', home, bases: [], launcher: 'torchrun', processes: 1, nodes: 1, out, force: false };
  const said: object[] = [];
  const say = (line: object): void => void said.push(line);
  const code = await offline(JSON.stringify({ ...request, source }), PACKAGES, { LUTHIER_HOME: home }, say, never);
  expect([code, said]).toEqual([
    1,
    [
      {
        kind: 'failed',
        message: expect.stringContaining('cannot be written: a part of its path is a file'),
        next: expect.any(String),
      },
    ],
  ]);
});

test('an import that was killed is no training for an engine to go on with', async () => {
  const { home, store, base } = place();
  const job = {
    ...{ id: 'ftjob-cut', created_at: 1, model: 'toy', training_file: 'file-1', validation_file: null, suffix: null },
    ...{ seed: 1, metadata: null, integrations: null, tag: 'abcdefgh' },
    method: 'supervised' as const,
    hyperparameters: { n_epochs: 1, batch_size: 4, learning_rate_multiplier: 1 },
  };
  store.jobs.insert(job);
  const owner = { owner: importToken('x'), owner_pid: 2 ** 30, heartbeat_at: Date.now() };
  store.jobs.update(job.id, { status: 'running', examples: 10, ...owner });
  const { client } = await startWeights({ mode: 'good', base, home });
  const failed = await waitForStatus(client, job.id, 'failed');
  expect(failed.error).toMatchObject({ code: 'import_cut', message: 'Its import was cut. Import the folder again.' });
});
