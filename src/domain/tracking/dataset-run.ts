import { createHash } from 'node:crypto';
import type { CooperativeTask } from '../common/cooperative.ts';
import { artifactName, runId, slugOf, tagsOf } from '../wandb/names.ts';
import { artifactTable } from '../wandb/table.ts';
import { type Examples, examplesTask } from './examples-table.ts';
import type { ArtifactFile, TrackedArtifact, TrackedRun } from './types.ts';

interface DatasetRunInput {
  readonly projectName: string;
  /** Training lines on the two sides of the split, each with its line end. */
  readonly training: readonly string[];
  readonly validation: readonly string[];
  /** When the newest of the rows changed, in milliseconds since the epoch. */
  readonly changedAt: number;
}

type Sides = Pick<DatasetRunInput, 'training' | 'validation'>;

/** Enough to distinguish the versions of a project's data. */
const DIGITS = 8;
const VERSION = /^[0-9a-f]{8}$/;
/** Characters of a project's name in the id of a run and in the name of an artifact, which have 128 with what stands beside it. */
const LONGEST = { run: 60, artifact: 100 };

/** What the ids of a project's dataset versions begin with; a version's own digits follow. */
export const datasetRunPrefix = (projectName: string): string =>
  runId(`dataset-${slugOf(projectName, { most: LONGEST.run })}-`);

/** Whether a run is of a version of this project's dataset. */
export function isDatasetRun(id: string, projectName: string): boolean {
  const prefix = datasetRunPrefix(projectName);
  return id.startsWith(prefix) && VERSION.test(id.slice(prefix.length));
}

/** A dataset as it would be trained on now, as a run that puts out one artifact. The same lines are the same run. */
export function* datasetRun(facts: DatasetRunInput): CooperativeTask<TrackedRun> {
  const { projectName, training, validation, changedAt } = facts;
  const version = yield* versionOf(facts);
  const counts = { items: training.length + validation.length, train: training.length, validation: validation.length };
  const examples = yield* examplesTask(allLines(facts));
  return {
    id: `${datasetRunPrefix(projectName)}${version}`,
    name: `${projectName} · ${version}`,
    jobType: 'dataset',
    tags: tagsOf(['luthier']),
    config: { ...counts, luthier: { project: projectName, data_version: version } },
    startedAt: changedAt,
    end: { at: changedAt, outcome: 'finished' },
    history: [],
    system: [],
    output: [],
    summary: { status: 'succeeded', ...counts, data_version: version },
    tables: [{ ...examples.table(), key: 'dataset', step: 0 }],
    artifacts: [artifactOf(facts, examples, version, counts)],
  };
}

function artifactOf(
  { projectName, training, validation }: DatasetRunInput,
  examples: Examples,
  version: string,
  counts: Readonly<Record<string, number>>,
): TrackedArtifact {
  const sides = [
    { side: 'train', lines: training, from: 0 },
    { side: 'validation', lines: validation, from: training.length },
  ] as const;
  const files = sides.flatMap(({ side, lines, from }): ArtifactFile[] => {
    if (lines.length === 0) return [];
    const table = examples.table(from, from + lines.length);
    return [
      { path: `${side}.jsonl`, chunks: () => lines },
      { path: `${side}.table.json`, chunks: () => artifactTable(table), only: 'wandb' },
    ];
  });
  return {
    name: artifactName(`dataset-${slugOf(projectName, { most: LONGEST.artifact })}`),
    type: 'dataset',
    role: 'output',
    files,
    description: `The dataset of ${projectName}, as its jobs are trained on it.`,
    metadata: { ...counts, data_version: version },
    aliases: ['latest', version],
  };
}

/** As the artifact's sides have them, without their ends. */
function* allLines({ training, validation }: Sides): Generator<string, void, undefined> {
  for (const line of training) yield line.trimEnd();
  for (const line of validation) yield line.trimEnd();
}

function* versionOf({ training, validation }: Sides): CooperativeTask<string> {
  const hash = createHash('sha256');
  for (const line of training) {
    hash.update(line);
    yield;
  }
  // What stands on which side is part of the version.
  hash.update('\0');
  for (const line of validation) {
    hash.update(line);
    yield;
  }
  return hash.digest('hex').slice(0, DIGITS);
}
