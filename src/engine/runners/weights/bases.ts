import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { basename, isAbsolute, join, resolve } from 'node:path';
import { isRecord } from '../../../domain/common/json.ts';
import type { BaseModel } from '../types.ts';

/** A base of real weights: a folder in the form of Hugging Face, or the name of one that is not on this machine. */
export interface WeightsBase extends Pick<BaseModel, 'id' | 'createdAt' | 'state' | 'bytes'> {
  /** Null where it is not on this machine. */
  readonly path: string | null;
  /** Commit of the Hugging Face Hub; null for a folder of one's own. */
  readonly revision: string | null;
  /** Of the weights' files alone, in bytes. */
  readonly weightBytes: number;
}

class NoSuchBase extends Error {}

/** What several `--base` name. Throws for two of one name. */
export function namedBases(given: readonly string[], cache: string): readonly WeightsBase[] {
  const bases = given.map((each) => namedBase(each, cache));
  const twice = bases.find(({ id }, place) => bases.findIndex((other) => other.id === id) !== place);
  if (twice !== undefined) throw new NoSuchBase(`two bases are called ${twice.id}; rename the folder of one`);
  return bases;
}

/** What `--base` names: a folder on this machine, or else a model of the Hub. Throws NoSuchBase for what can be neither. */
export function namedBase(given: string, cache: string, folder = process.cwd()): WeightsBase {
  const path = resolve(folder, given);
  if (statSync(path, { throwIfNoEntry: false })?.isDirectory()) return folderBase(path);
  if (isAbsolute(given) || given.startsWith('.') || !/^[\w.-]+(?:\/[\w.-]+)?$/.test(given)) {
    throw new NoSuchBase(`there is no folder ${given}; name a folder with a model, or a model of the Hub as ORG/NAME`);
  }
  return (
    cachedBase(cache, `models--${given.replace('/', '--')}`) ?? {
      id: given,
      createdAt: 0,
      path: null,
      revision: null,
      state: 'not downloaded',
      bytes: null,
      weightBytes: 0,
    }
  );
}

function folderBase(path: string): WeightsBase {
  const id = basename(path);
  if (id.includes(':'))
    throw new NoSuchBase(`the folder ${path} has a colon in its name, which no model may have; rename it`);
  return { id, path, revision: null, ...factsOf(path) };
}

/** Where Hugging Face's libraries keep what they download. */
export function hubCache(env: Readonly<Record<string, string | undefined>>, homedir: string): string {
  const home = env.HF_HOME || join(env.XDG_CACHE_HOME || join(homedir, '.cache'), 'huggingface');
  return env.HF_HUB_CACHE || join(home, 'hub');
}

/** Models in the cache of Hugging Face that write texts, by name. */
export function cachedBases(cache: string): readonly WeightsBase[] {
  if (!existsSync(cache)) return [];
  const names = readdirSync(cache).filter((name) => name.startsWith('models--'));
  return names.toSorted().flatMap((name) => {
    const base = cachedBase(cache, name);
    return base?.path && writesTexts(base.path) ? [base] : [];
  });
}

/** The snapshot that `main` stands for; null where there is none. */
function cachedBase(cache: string, name: string): WeightsBase | null {
  const ref = join(cache, name, 'refs', 'main');
  if (!existsSync(ref)) return null;
  const revision = readFileSync(ref, 'utf8').trim();
  const path = join(cache, name, 'snapshots', revision);
  if (!existsSync(path)) return null;
  return { id: name.slice('models--'.length).replaceAll('--', '/'), path, revision, ...factsOf(path) };
}

function writesTexts(path: string): boolean {
  const config = readJson(join(path, 'config.json'));
  const architectures = isRecord(config) ? config.architectures : null;
  return Array.isArray(architectures) && architectures.some((name) => /ForCausalLM$/.test(String(name)));
}

function factsOf(path: string): Pick<WeightsBase, 'createdAt' | 'state' | 'bytes' | 'weightBytes'> {
  const sizes = new Map(readdirSync(path).map((name) => [name, fileSize(join(path, name))]));
  const total = (names: Iterable<string>): number => [...names].reduce((sum, name) => sum + (sizes.get(name) ?? 0), 0);
  const has = (name: string): boolean => (sizes.get(name) ?? 0) > 0;
  const weights = weightFiles(path, has);
  const tokenizer = ['tokenizer.json', 'tokenizer.model', 'vocab.json'].some(has);
  const whole = has('config.json') && tokenizer && weights.length > 0 && weights.every(has);
  return {
    createdAt: Math.floor((statSync(join(path, 'config.json'), { throwIfNoEntry: false })?.mtimeMs ?? 0) / 1000),
    state: whole ? 'ready' : 'partial',
    bytes: total(sizes.keys()),
    weightBytes: total(weights),
  };
}

/** In one file or in several, which an index then names. */
function weightFiles(path: string, has: (name: string) => boolean): readonly string[] {
  for (const single of ['model.safetensors', 'pytorch_model.bin']) {
    if (has(single)) return [single];
    const index = readJson(join(path, `${single}.index.json`));
    const map = isRecord(index) ? index.weight_map : null;
    if (isRecord(map)) return [...new Set(Object.values(map).map(String))];
  }
  return [];
}

/** Of a file, or of what a link leads to; 0 where that is missing, and for folders. */
function fileSize(path: string): number {
  const found = statSync(path, { throwIfNoEntry: false });
  return found?.isFile() ? found.size : 0;
}

function readJson(path: string): unknown {
  try {
    return JSON.parse(readFileSync(path, 'utf8'));
  } catch {
    return null;
  }
}
