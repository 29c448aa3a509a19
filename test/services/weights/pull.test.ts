import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { HubFault } from '../../../src/services/huggingface/http.ts';
import { listLocalModels } from '../../../src/services/weights/local-models.ts';
import { type PullSetup, planPull, pullModel, removePulled } from '../../../src/services/weights/pull.ts';
import { type HubModel, type ModelHub, startModelHub, toyModel } from '../huggingface/model-hub.ts';
import { temporaryHome } from '../store/sample.ts';

const never = new AbortController().signal;
const ID = 'org/Toy-1B';

const setupOf = (hub: ModelHub, more: Partial<PullSetup> = {}): PullSetup => ({
  home: temporaryHome(),
  endpoint: hub.url,
  token: null,
  sleep: async () => undefined,
  ...more,
});

async function pull(setup: PullSetup, id = ID, onFile: (file: string) => void = () => {}, signal = never) {
  const plan = await planPull(setup, { id, revision: null }, signal);
  return { plan, facts: await pullModel(setup, plan, signal, ({ file }) => onFile(file)) };
}

const folderOf = ({ home }: PullSetup): string => join(home, 'models', 'org--Toy-1B');
const faultOf = async (work: Promise<unknown>): Promise<HubFault> => {
  const error = await work.catch((thrown: unknown) => thrown);
  if (!(error instanceof HubFault)) throw new Error(`No HubFault, but ${String(error)}.`);
  return error;
};
const local = ({ home }: PullSetup) => listLocalModels({ home, cache: '/nowhere' }, []);

test('a pull brings what a base consists of, once, and the token goes to the Hub alone', async () => {
  const hub = await startModelHub({ [ID]: { ...toyModel(), gated: 'auto' } });
  hub.token = 'hf_secret';
  const setup = setupOf(hub, { token: 'hf_secret' });
  const seen: boolean[] = [];
  const { plan, facts } = await pull(setup, ID, () => seen.push(existsSync(folderOf(setup))));
  expect(plan).toMatchObject({ bytes: 320_043, have: 0, done: false, listing: { license: 'apache-2.0', gated: true } });
  expect(plan.choice.skipped.map(({ path }) => path)).toEqual([
    '.gitattributes',
    'pytorch_model.bin',
    'onnx/model.onnx',
    'toy-Q4.gguf',
    'modeling_toy.py',
  ]);
  expect(facts).toMatchObject({ state: 'ready', missing: [], weightBytes: 300_000 });
  expect(readdirSync(folderOf(setup)).toSorted()).toEqual([
    'README.md',
    'config.json',
    'luthier-base.json',
    'model.safetensors',
    'tokenizer.json',
    'tokenizer_config.json',
  ]);
  // It has its name only once it is whole, and nothing is left beside it.
  expect(seen).not.toContain(true);
  expect(readdirSync(join(setup.home, 'models'))).toEqual(['org--Toy-1B']);
  const again = hub.asked.length;
  expect((await planPull(setup, { id: ID, revision: null }, never)).done).toBe(true);
  expect(hub.asked).toHaveLength(again + 1);
});

test('what breaks off goes on by ranges, in one pull and in the next, and is asked for once', async () => {
  const weights = Buffer.from(Array.from({ length: 300_000 }, (_, index) => index % 251));
  const hub = await startModelHub({ [ID]: toyModel(weights) });
  const setup = setupOf(hub);
  hub.cutAfter = 100_000;
  await pull(setup);
  const ranges = hub.asked.filter(({ path }) => path.endsWith('model.safetensors') && path.startsWith('/org/Toy-1B/m'));
  const starts = ranges.map(({ range }) => Number(/\d+/.exec(range ?? '0')?.[0]));
  expect(starts[0]).toBe(0);
  expect(starts.length).toBeGreaterThan(2);
  expect(starts).toEqual(starts.toSorted((a, b) => a - b));
  expect(readFileSync(join(folderOf(setup), 'model.safetensors')).equals(weights)).toBe(true);

  const other = setupOf(hub);
  hub.cutAfter = null;
  const stop = new AbortController();
  const stopped = pull(
    other,
    ID,
    (file) => file === 'model.safetensors' && stop.abort(new Error('enough')),
    stop.signal,
  );
  await expect(stopped).rejects.toThrow('enough');
  const [half] = local(other);
  expect(half).toMatchObject({ id: ID, state: 'half', wanted: 320_043, license: 'apache-2.0' });
  const have = half?.bytes ?? 0;
  expect(have).toBeGreaterThan(20_043);
  const before = hub.asked.length;
  const { plan } = await pull(other);
  expect(plan.have).toBeGreaterThan(20_043);
  const rest = hub.asked.slice(before).filter(({ host }) => host === 'cdn');
  expect(rest).toHaveLength(1);
  expect(rest[0]?.range).toMatch(/^bytes=\d+-$/);
  expect(local(other)).toMatchObject([{ id: ID, state: 'whole', place: 'pulled', revision: '1'.repeat(40) }]);
});

test('what is not what the Hub says it is gets no name, and the model before it stays', async () => {
  const hub = await startModelHub({ [ID]: toyModel() });
  const setup = setupOf(hub);
  await pull(setup);
  const damaged: HubModel = { ...toyModel(Buffer.alloc(300_000, 8)), commit: '2'.repeat(40) };
  const file = damaged.files['model.safetensors'];
  if (file !== undefined) file.sent = Buffer.alloc(300_000, 9);
  hub.models[ID] = damaged;
  const fault = await faultOf(pull(setup));
  expect(fault.message).toContain('model.safetensors is not what the Hub says it is');
  expect(local(setup)).toMatchObject([
    { state: 'whole', revision: '1'.repeat(40) },
    { state: 'half', revision: '2'.repeat(40) },
  ]);
  // The next commit keeps of the draft what is the same in both, and then takes the place of the first.
  hub.models[ID] = { ...toyModel(Buffer.alloc(300_000, 8)), commit: '3'.repeat(40) };
  const draft = join(setup.home, 'models', '.org--Toy-1B.draft');
  writeFileSync(join(draft, 'of-the-second.json'), '{}');
  writeFileSync(join(draft, 'tokenizer_config.json'), '[]');
  const before = hub.asked.length;
  const { plan } = await pull(setup);
  expect(plan.replaces).toBe('1'.repeat(40));
  expect(hub.asked.slice(before).filter(({ host }) => host === 'cdn')).toHaveLength(1);
  expect(local(setup)).toMatchObject([{ state: 'whole', revision: '3'.repeat(40) }]);
  expect(readFileSync(join(folderOf(setup), 'tokenizer_config.json'), 'utf8')).toBe('{}');
  expect(readdirSync(folderOf(setup))).not.toContain('of-the-second.json');
  expect(removePulled(setup.home, ID)).toBe(true);
  expect(readdirSync(join(setup.home, 'models'))).toEqual([]);
  expect(removePulled(setup.home, ID)).toBe(false);
});

test('a server that sends more than the file has fills no disk', async () => {
  const hub = await startModelHub({ [ID]: toyModel() });
  const file = hub.models[ID]?.files['model.safetensors'];
  if (file !== undefined) file.sent = Buffer.concat([file.bytes, Buffer.alloc(500_000)]);
  const setup = setupOf(hub);
  await pull(setup);
  expect(readFileSync(join(folderOf(setup), 'model.safetensors'))).toHaveLength(300_000);
});

test.each([
  ['gated', 'gated or private', 'https://huggingface.co/org/Toy-1B, then set HF_TOKEN'],
  ['missing', 'The Hub has no model org/Toy-1B', 'Check owner, name and revision'],
  ['offline', 'cannot be reached', 'pull it again; what is fetched is kept'],
  ['full', 'are free in', 'set LUTHIER_HOME to a folder on another disk'],
  ['traversal', 'a file that would lie outside of its folder: ../evil.json', 'Do not use'],
  ['gguf', 'has only GGUF files', 'Pull the repository it was made from'],
  ['adapter', 'is an adapter for another model', 'Pull the model it was made for'],
  ['held', 'Another luthier pulls org/Toy-1B', 'Wait'],
])('%s is said in words, and nothing is published', async (what, message, next) => {
  const model = toyModel();
  const bytes = Buffer.from('{}');
  if (what === 'gated') model.gated = 'auto';
  if (what === 'full') model.files['model.safetensors'] = { bytes, lfs: true, size: 1e18 };
  if (what === 'traversal') model.files['../evil.json'] = { bytes };
  if (what === 'gguf') model.files = { 'a.gguf': { bytes, lfs: true } };
  if (what === 'adapter') model.files = { 'adapter_config.json': { bytes } };
  const hub = await startModelHub(what === 'missing' ? {} : { [ID]: model });
  const setup = setupOf(hub, what === 'offline' ? { endpoint: 'http://127.0.0.1:1' } : {});
  if (what === 'held') {
    mkdirSync(join(setup.home, 'models'));
    writeFileSync(join(setup.home, 'models', '.org--Toy-1B.draft.lock'), String(process.ppid));
  }
  const fault = await faultOf(pull(setup));
  expect(fault.message).toContain(message);
  expect(fault.next).toContain(next);
  expect(existsSync(folderOf(setup))).toBe(false);
});
