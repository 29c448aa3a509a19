import { join } from 'node:path';
import { type BaseFacts, baseFacts, type Disk, readObject, writesTexts } from './base-folder.ts';
import { folderOfId, idOfFolder, isHubId } from './hub-names.ts';

/** A base model that lies on this machine. */
export interface LocalBase extends BaseFacts {
  readonly id: string;
  readonly path: string;
  /** Commit of the Hub; null where that is not known. */
  readonly revision: string | null;
}

type Env = Readonly<Record<string, string | undefined>>;

/** Where `luthier models pull` puts models below Luthier's home, a folder each. */
export const pulledFolder = (home: string): string => join(home, 'models');

/** The folder of a pulled model, which has this name only once it is whole. */
export const pulledPath = (home: string, id: string): string => join(pulledFolder(home), folderOfId(id));

/** Where one that is being pulled lies: no name of the Hub begins with a dot. */
export const draftPath = (home: string, id: string): string => join(pulledFolder(home), `.${folderOfId(id)}.draft`);

/** What `draftPath` makes. */
export const DRAFT_NAME = /^\..+\.draft$/;

/** What a pull writes down of itself in its folder. */
export const PULL_PAPERS = 'luthier-base.json';

/** Where Hugging Face's libraries keep what they download. */
export function hubCache(env: Env, homedir: string): string {
  const home = env.HF_HOME || join(env.XDG_CACHE_HOME || join(homedir, '.cache'), 'huggingface');
  return env.HF_HUB_CACHE || join(home, 'hub');
}

/** Models that were pulled whole, by name. */
export function pulledBases(disk: Disk, home: string): readonly LocalBase[] {
  const names = disk.names(pulledFolder(home)).filter((name) => isHubId(idOfFolder(name)));
  return names.toSorted().flatMap((name) => pulledBase(disk, home, idOfFolder(name)) ?? []);
}

export function pulledBase(disk: Disk, home: string, id: string): LocalBase | null {
  const path = pulledPath(home, id);
  const papers = readObject(disk, join(path, PULL_PAPERS));
  if (papers === null) return null;
  const { revision } = papers;
  const commit = typeof revision === 'string' && COMMIT.test(revision) ? revision : null;
  return { id, path, revision: commit, ...baseFacts(disk, path) };
}

/** Models in the cache of Hugging Face that write texts, by name. */
export function cachedBases(disk: Disk, cache: string): readonly LocalBase[] {
  const names = disk.names(cache).filter((name) => name.startsWith(CACHED));
  return names.toSorted().flatMap((name) => {
    const base = cachedBase(disk, cache, name.slice(CACHED.length).replaceAll('--', '/'));
    return base !== null && writesTexts(disk, base.path) ? [base] : [];
  });
}

/** The snapshot that `main` stands for; null where there is none. */
export function cachedBase(disk: Disk, cache: string, id: string): LocalBase | null {
  const folder = join(cache, `${CACHED}${id.replace('/', '--')}`);
  const revision = disk.text(join(folder, 'refs', 'main'))?.trim() ?? '';
  if (!COMMIT.test(revision)) return null;
  const path = join(folder, 'snapshots', revision);
  return disk.names(path).length === 0 ? null : { id, path, revision, ...baseFacts(disk, path) };
}

const CACHED = 'models--';
/** What a file says that others may write, and that becomes part of paths and commands. */
const COMMIT = /^\w+$/;
