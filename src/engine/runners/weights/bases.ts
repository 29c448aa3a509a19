import { statSync } from 'node:fs';
import { basename, isAbsolute, resolve } from 'node:path';
import { baseFacts } from '../../../domain/weights/base-folder.ts';
import { isHubId } from '../../../domain/weights/hub-names.ts';
import {
  cachedBase,
  cachedBases,
  type LocalBase,
  pulledBase,
  pulledBases,
} from '../../../domain/weights/model-places.ts';
import type { BaseModel } from '../types.ts';
import { disk } from './disk.ts';

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
export function namedBases(given: readonly string[]): readonly WeightsBase[] {
  const bases = given.map((each) => namedBase(each));
  const twice = bases.find(({ id }, place) => bases.findIndex((other) => other.id === id) !== place);
  if (twice !== undefined) throw new NoSuchBase(`two bases are called ${twice.id}; rename the folder of one`);
  return bases;
}

/** What `--base` names: a folder on this machine, or else a model of the Hub, which `findBases` looks for. Throws NoSuchBase for what can be neither. */
export function namedBase(given: string, folder = process.cwd()): WeightsBase {
  const path = resolve(folder, given);
  if (statSync(path, { throwIfNoEntry: false })?.isDirectory()) return folderBase(path);
  if (isAbsolute(given) || given.startsWith('.') || !isHubId(given)) {
    throw new NoSuchBase(`there is no folder ${given}; name a folder with a model, or a model of the Hub as ORG/NAME`);
  }
  return { id: given, path: null, revision: null, ...NOT_HERE };
}

const NOT_HERE = { createdAt: 0, state: 'not downloaded', bytes: null, weightBytes: 0 } as const;

function folderBase(path: string): WeightsBase {
  const id = basename(path);
  if (id.includes(':'))
    throw new NoSuchBase(`the folder ${path} has a colon in its name, which no model may have; rename it`);
  return { id, path, revision: null, ...baseFacts(disk, path) };
}

/** That a base is not there, or lacks a part, and what mends it: models of the Hub have a slash in their name, folders none. */
export function notWhole(id: string): string {
  const fix = id.includes('/') ? `luthier models pull ${id}` : 'name its folder, whole, with --base';
  return `The base model ${id} is not whole on this machine: ${fix}.`;
}

/** Where bases are looked for that nobody gave a folder of. */
export interface BasePlaces {
  /** Luthier's home, which holds what was pulled. */
  readonly home: string;
  /** Of Hugging Face. */
  readonly cache: string;
}

/** The bases there are now, each name once: what was named, what was pulled, and what the cache of Hugging Face has. */
export function findBases(
  named: readonly WeightsBase[],
  { home, cache }: BasePlaces,
  { everything }: { readonly everything: boolean },
): readonly WeightsBase[] {
  const found = named.map((base) => (base.path === null ? (localBase(base.id, { home, cache }) ?? base) : base));
  const others = everything ? [...pulledBases(disk, home), ...cachedBases(disk, cache)] : [];
  const all = [...found, ...others];
  return all.filter(({ id }, place) => all.findIndex((other) => other.id === id) === place);
}

/** One that is whole goes before one that is not. */
function localBase(id: string, { home, cache }: BasePlaces): LocalBase | null {
  const found = [pulledBase(disk, home, id), cachedBase(disk, cache, id)].filter((base) => base !== null);
  return found.find(({ state }) => state === 'ready') ?? found[0] ?? null;
}
