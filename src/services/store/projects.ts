import { readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { pickProject, projectSchema } from '../../domain/project/project.ts';
import type { Project } from '../../domain/project/types.ts';
import { isMissing } from '../filesystem/private-files.ts';
import type { Recovery } from './recovery.ts';
import { type GuardedFile, guardedFile, type SettingsFile } from './settings-file.ts';

export interface Projects {
  list(): readonly Project[];
  get(id: string): Project | null;
  save(project: Project): void;
  remove(id: string): void;
  current(): string | null;
  setCurrent(id: string): void;
}

type StoredProject = Project & Record<string, unknown>;

const storedProjectSchema = projectSchema.transform((project): StoredProject => ({ ...project }));

/** Ids become file names, so nothing that could name another folder or a hidden file is one. */
const SAFE_ID = /^[A-Za-z0-9_-][A-Za-z0-9_.-]{0,99}$/;

/**
 * One file a project, `projects/<id>.json`: two apps open at once meet only where they edit the same project (whoever
 * saves looks first at what the other did), and one bad file costs no other project. The file's name is the id, so a copied
 * file is a project of its own.
 */
export function createProjects(options: {
  readonly home: string;
  readonly settings: SettingsFile;
  readonly recovery: Recovery;
  readonly now: () => number;
}): Projects {
  const folder = join(options.home, 'projects');
  const files = new Map<string, GuardedFile<StoredProject>>();
  const file = (id: string): GuardedFile<StoredProject> => {
    if (!SAFE_ID.test(id)) throw new Error('A project id may hold letters, digits, dots, dashes and underscores.');
    const known = files.get(id);
    if (known !== undefined) return known;
    const made = guardedFile<StoredProject>({
      path: join(folder, `${id}.json`),
      schema: storedProjectSchema,
      recovery: options.recovery,
      now: options.now,
      salvage: (json) => {
        const picked = pickProject(json);
        return picked === null ? null : { ...picked };
      },
    });
    files.set(id, made);
    return made;
  };

  const get = (id: string): Project | null => {
    const found = SAFE_ID.test(id) ? file(id).read() : null;
    return found === null ? null : { ...found, id };
  };

  return {
    get,
    list: () =>
      idsIn(folder)
        .map(get)
        .filter((found) => found !== null)
        .toSorted((a, b) => b.updatedAt - a.updatedAt || a.id.localeCompare(b.id)),
    save: (project) => file(project.id).write({ ...project }),
    remove: (id) => {
      if (SAFE_ID.test(id)) rmSync(join(folder, `${id}.json`), { force: true });
      files.delete(id);
    },
    current: () => options.settings.read().current ?? null,
    setCurrent: (id) => options.settings.update({ current: id }),
  };
}

function idsIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder)
      .filter((name) => name.endsWith('.json'))
      .map((name) => name.slice(0, -'.json'.length))
      .filter((id) => SAFE_ID.test(id));
  } catch (error) {
    if (isMissing(error)) return [];
    throw error;
  }
}
