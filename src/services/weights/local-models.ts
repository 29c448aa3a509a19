import { basename, join, resolve } from 'node:path';
import { type BaseFacts, baseFacts, type MissingPart, readObject } from '../../domain/weights/base-folder.ts';
import {
  cachedBases,
  DRAFT_NAME,
  draftPath,
  type LocalBase,
  PULL_PAPERS,
  pulledBases,
  pulledFolder,
} from '../../domain/weights/model-places.ts';
import { disk } from './disk.ts';

/** Where a model on this machine comes from. */
export type ModelPlace = 'pulled' | 'huggingface' | 'folder';

export interface LocalModel {
  readonly id: string;
  readonly place: ModelPlace;
  readonly path: string;
  readonly revision: string | null;
  readonly license: string | null;
  /** `half`: a pull was cut, and the next one goes on. */
  readonly state: 'whole' | 'half' | 'incomplete';
  readonly missing: readonly MissingPart[];
  /** On disk. */
  readonly bytes: number;
  /** Of a half pulled one: what it will be. */
  readonly wanted: number | null;
}

export interface ModelPlaces {
  /** Luthier's. */
  readonly home: string;
  /** Of Hugging Face. */
  readonly cache: string;
}

/** The models on this machine: pulled ones, half pulled ones, those of Hugging Face's cache, and the folders that are named. */
export function listLocalModels({ home, cache }: ModelPlaces, folders: readonly string[]): readonly LocalModel[] {
  return [
    ...pulledBases(disk, home).map((base) => local(base, 'pulled', licenseIn(base.path))),
    ...halfPulled(home),
    ...cachedBases(disk, cache).map((base) => local(base, 'huggingface', null)),
    ...folders.map((folder) => folderModel(resolve(folder))),
  ];
}

const stateOf = ({ state }: BaseFacts): LocalModel['state'] => (state === 'ready' ? 'whole' : 'incomplete');

const local = (base: LocalBase, place: ModelPlace, license: string | null): LocalModel => ({
  id: base.id,
  place,
  path: base.path,
  revision: base.revision,
  license,
  state: stateOf(base),
  missing: base.missing,
  bytes: base.bytes,
  wanted: null,
});

function folderModel(path: string): LocalModel {
  const base = { id: basename(path), path, revision: null, ...baseFacts(disk, path) };
  return local(base, 'folder', null);
}

function licenseIn(path: string): string | null {
  const license = readObject(disk, join(path, PULL_PAPERS))?.license;
  return typeof license === 'string' ? license : null;
}

function halfPulled(home: string): readonly LocalModel[] {
  return disk.names(pulledFolder(home)).flatMap((name): readonly LocalModel[] => {
    if (!DRAFT_NAME.test(name)) return [];
    const path = join(pulledFolder(home), name);
    const papers = readObject(disk, join(path, PULL_PAPERS));
    if (papers === null || typeof papers.id !== 'string' || draftPath(home, papers.id) !== path) return [];
    const { id, revision, bytes } = papers;
    return [
      {
        id,
        place: 'pulled',
        path,
        revision: typeof revision === 'string' ? revision : null,
        license: licenseIn(path),
        state: 'half',
        missing: [],
        bytes: disk.names(path).reduce((sum, file) => sum + (disk.size(join(path, file)) ?? 0), 0),
        wanted: typeof bytes === 'number' ? bytes : null,
      },
    ];
  });
}
