import { createHash } from 'node:crypto';
import { examplesTable } from './examplesTable.ts';
import { artifactName, runId, slugOf, tagsOf } from './names.ts';
import { artifactTable } from './table.ts';
import type { ArtifactFile, TrackedArtifact, TrackedRun } from './types.ts';

export interface DatasetFacts {
  readonly projectName: string;
  /** Training lines on the two sides of the split, each with its line end. */
  readonly training: readonly string[];
  readonly validation: readonly string[];
  /** When the newest of the rows changed, in milliseconds since the epoch. */
  readonly changedAt: number;
}

/** Enough to tell the versions of a project's data apart. */
const DIGITS = 8;
const VERSION = /^[0-9a-f]{8}$/;
const LONGEST_NAME = 60;

/** What the ids of a project's dataset versions begin with; a version's own digits follow. */
export const datasetRunPrefix = (projectName: string): string =>
  runId(`dataset-${slugOf(projectName).slice(0, LONGEST_NAME)}-`);

/** Whether a run is of a version of this project's dataset. */
export function isDatasetRun(id: string, projectName: string): boolean {
  const prefix = datasetRunPrefix(projectName);
  return id.startsWith(prefix) && VERSION.test(id.slice(prefix.length));
}

/** A dataset as it would be trained on now, as a run that puts out one artifact. The same lines are the same run. */
export function datasetRun(facts: DatasetFacts): TrackedRun {
  const { projectName, training, validation, changedAt } = facts;
  const version = versionOf(facts);
  const slug = slugOf(projectName);
  const counts = { items: training.length + validation.length, train: training.length, validation: validation.length };
  const table = examplesTable([...training, ...validation].map((line) => line.trimEnd()));
  return {
    id: `${datasetRunPrefix(projectName)}${version}`,
    name: `${projectName} · ${version}`,
    jobType: 'dataset',
    tags: tagsOf(['luthier']),
    config: { ...counts, luthier: { project: projectName, data_version: version } },
    startedAt: changedAt,
    end: { at: changedAt, exitCode: 0 },
    history: [],
    system: [],
    output: [],
    summary: { status: 'succeeded', ...counts, data_version: version },
    tables: [{ ...table, key: 'dataset', step: 0 }],
    artifacts: [artifactOf(facts, slug, version, counts)],
  };
}

function artifactOf(
  { projectName, training, validation }: DatasetFacts,
  slug: string,
  version: string,
  counts: Readonly<Record<string, number>>,
): TrackedArtifact {
  const sides = [
    ['train', training],
    ['validation', validation],
  ] as const;
  const files = sides.flatMap(([side, lines]): ArtifactFile[] => {
    if (lines.length === 0) return [];
    const table = examplesTable(lines.map((line) => line.trimEnd()));
    return [
      { path: `${side}.jsonl`, chunks: () => lines },
      { path: `${side}.table.json`, chunks: () => artifactTable(table) },
    ];
  });
  return {
    ...{ name: artifactName(`dataset-${slug}`), type: 'dataset', role: 'output', files },
    description: `The dataset of ${projectName}, as its jobs are trained on it.`,
    metadata: { ...counts, data_version: version },
    aliases: ['latest', version],
  };
}

function versionOf({ training, validation }: DatasetFacts): string {
  const hash = createHash('sha256');
  for (const line of training) hash.update(line);
  // What stands on which side is part of the version.
  hash.update('\0');
  for (const line of validation) hash.update(line);
  return hash.digest('hex').slice(0, DIGITS);
}
