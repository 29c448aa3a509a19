import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { cellAt } from '../../../src/domain/lattice/lattice.ts';
import { SHIPPED_PRICES } from '../../../src/domain/pricing/prices.ts';
import { newProject, projectSchema } from '../../../src/domain/project/project.ts';
import { settingsSchema } from '../../../src/domain/project/settings.ts';
import type { Project } from '../../../src/domain/project/types.ts';
import { BUILT_IN_PROFILES } from '../../../src/domain/provider/profiles.ts';
import type { ProviderProfile } from '../../../src/domain/provider/provider.ts';
import { EXAMPLE_TEMPLATES } from '../../../src/domain/template/examples.ts';
import type { Cell } from '../../../src/domain/template/types.ts';
import { createDatabase, type Database } from '../../../src/services/store/database.ts';
import { createRows } from '../../../src/services/store/rows/rows.ts';
import { openSettings } from '../../../src/services/store/settings.ts';
import { row } from '../../domain/dataset/sample-rows.ts';
import { SERVER_MODEL } from './server.ts';

export const PROJECT_ID = 'seeded';

/** A profile for a server of the test's own. */
export const profileAt = (baseUrl: string): ProviderProfile => ({
  id: 'far',
  name: 'Far server',
  kind: 'compatible',
  baseUrl,
  jobDialect: 'method',
  apiVersion: null,
});

export interface Seed {
  readonly example?: keyof typeof EXAMPLE_TEMPLATES;
  /** The project is at this server; absent, at the embedded engine. */
  readonly baseUrl?: string;
  readonly change?: (project: Project) => Project;
}

/** Leaves in `home` what an earlier session would have: a project of `PROJECT_ID`, and the provider it is at. */
export async function seedHome(home: string, { example = 'dnd', baseUrl, change = (it) => it }: Seed): Promise<void> {
  const { settings, projects } = openSettings({ home, profiles: BUILT_IN_PROFILES, prices: SHIPPED_PRICES });
  const template = EXAMPLE_TEMPLATES[example];
  const project = newProject({ id: PROJECT_ID, now: 1_700_000_000_000, name: 'Seeded', template });
  if (baseUrl !== undefined) settings.saveProfiles([...BUILT_IN_PROFILES, profileAt(baseUrl)]);
  projects.save(change(baseUrl === undefined ? project : atServer(project)));
  projects.setCurrent(PROJECT_ID);
}

const atServer = (project: Project): Project => ({
  ...project,
  providerId: 'far',
  plan: { ...project.plan, model: SERVER_MODEL },
  training: { ...project.training, model: SERVER_MODEL },
  chat: { ...project.chat, models: [SERVER_MODEL] },
});

/** Puts `count` finished rows of the seeded project on disk, each with the answer `write` gives for its cell. */
export function seedRows(
  home: string,
  {
    count,
    example = 'dnd',
    write,
    after = 0,
  }: {
    count: number;
    example?: 'dnd' | 'dnd-1296';
    write: (cell: Cell, nth: number) => string;
    /** Rows that are there already. */
    after?: number;
  },
): void {
  const { slots } = EXAMPLE_TEMPLATES[example];
  const rows = Array.from({ length: count }, (_, nth) => {
    const cell = cellAt(slots, BigInt(nth));
    return row({
      id: `row-${after + nth}`,
      projectId: PROJECT_ID,
      cell,
      completion: write(cell, nth),
      createdAt: after + nth,
    });
  });
  withDatabase(home, (database) => createRows(database).put(rows));
}

/** Looks into the database of `home`, as another process would. */
export function withDatabase<T>(home: string, look: (database: Database) => T): T {
  const database = createDatabase({ home });
  try {
    return look(database);
  } finally {
    database.close();
  }
}

/** Id of the project that is open in `home`. */
export function currentProject(home: string): string {
  const { current } = settingsSchema.parse(JSON.parse(readFileSync(join(home, 'settings.json'), 'utf8')));
  if (current === undefined) throw new Error('no project is open');
  return current;
}

/** The seeded project as its file has it now. */
export function projectOnDisk(home: string): Project {
  return projectSchema.parse(JSON.parse(readFileSync(join(home, 'projects', `${PROJECT_ID}.json`), 'utf8')));
}
