import { join } from 'node:path';
import { isRecord } from '../common/json.ts';

/** What the rules of this folder ask of a disk. Nothing throws: what is not there is null, or empty. */
export interface Disk {
  /** Names in a folder; empty where it is none. */
  names(folder: string): readonly string[];
  /** Bytes of a file, or of what a link leads to; null for folders and for what is not there. */
  size(path: string): number | null;
  /** Of a small file. */
  text(path: string): string | null;
  /** When it was changed, in seconds since the epoch; null for what is not there. */
  changedAt(path: string): number | null;
}

/** What Node's file system has of it. */
interface FileCalls {
  readdirSync(path: string): string[];
  readFileSync(path: string, encoding: 'utf8'): string;
  statSync(
    path: string,
    options: { readonly throwIfNoEntry: false },
  ): { isFile(): boolean; readonly size: number; readonly mtimeMs: number } | undefined;
}

/** A disk by the calls of `node:fs`, which the layers that look for bases bring along. */
export function diskBy({ readdirSync, readFileSync, statSync }: FileCalls): Disk {
  const quietly = <T>(read: () => T): T | null => {
    try {
      return read();
    } catch {
      return null;
    }
  };
  return {
    names: (folder) => quietly(() => readdirSync(folder)) ?? [],
    text: (path) => quietly(() => readFileSync(path, 'utf8')),
    size(path) {
      const found = statSync(path, { throwIfNoEntry: false });
      return found?.isFile() ? found.size : null;
    },
    changedAt(path) {
      const found = statSync(path, { throwIfNoEntry: false });
      return found === undefined ? null : Math.floor(found.mtimeMs / 1000);
    },
  };
}

/** What a base can lack, the worst first. */
export type MissingPart = 'config' | 'weights' | 'tokenizer';

export interface BaseFacts {
  readonly createdAt: number;
  readonly state: 'ready' | 'partial';
  readonly missing: readonly MissingPart[];
  /** Of all files in it. */
  readonly bytes: number;
  /** Of the weights' files alone. */
  readonly weightBytes: number;
}

/** Looks at a folder in the form of Hugging Face: what it has of a base, and how large it is. */
export function baseFacts(disk: Disk, folder: string): BaseFacts {
  const sizes = new Map(disk.names(folder).map((name) => [name, disk.size(join(folder, name)) ?? 0]));
  const total = (names: Iterable<string>): number => [...names].reduce((sum, name) => sum + (sizes.get(name) ?? 0), 0);
  const has = (name: string): boolean => (sizes.get(name) ?? 0) > 0;
  const weights = weightFiles(disk, folder, has);
  const there: Readonly<Record<MissingPart, boolean>> = {
    config: has('config.json'),
    weights: weights.length > 0 && weights.every(has),
    tokenizer: TOKENIZERS.some(has),
  };
  const missing = PARTS.filter((part) => !there[part]);
  return {
    createdAt: disk.changedAt(join(folder, 'config.json')) ?? 0,
    state: missing.length === 0 ? 'ready' : 'partial',
    missing,
    bytes: total(sizes.keys()),
    weightBytes: total(weights),
  };
}

const PARTS: readonly MissingPart[] = ['config', 'weights', 'tokenizer'];
const TOKENIZERS = ['tokenizer.json', 'tokenizer.model', 'vocab.json'];

/** In one file or in several, which an index then names. */
function weightFiles(disk: Disk, folder: string, has: (name: string) => boolean): readonly string[] {
  for (const single of ['model.safetensors', 'pytorch_model.bin']) {
    if (has(single)) return [single];
    const index = readObject(disk, join(folder, `${single}.index.json`));
    if (isRecord(index?.weight_map)) return [...new Set(Object.values(index.weight_map).map(String))];
  }
  return [];
}

/** Whether a folder's configuration names a model that writes texts. */
export function writesTexts(disk: Disk, folder: string): boolean {
  const architectures = readObject(disk, join(folder, 'config.json'))?.architectures;
  return Array.isArray(architectures) && architectures.some((name) => /ForCausalLM$/.test(String(name)));
}

/** A file's JSON object; null for anything else. */
export function readObject(disk: Disk, path: string): Readonly<Record<string, unknown>> | null {
  try {
    const value: unknown = JSON.parse(disk.text(path) ?? 'null');
    return isRecord(value) ? value : null;
  } catch {
    return null;
  }
}
