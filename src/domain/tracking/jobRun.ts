import type { Parts } from '../evaluation/statistics/parts.ts';
import type { Checkpoint, JobEvent, JobRecord, TuningJob } from '../training/types.ts';
import { TERMINAL_STATUSES } from '../training/types.ts';
import { examplesParts } from './examplesTable.ts';
import { linesOf, piecesOf } from './fileText.ts';
import { jobConfig } from './jobFields.ts';
import { highestStep, jobHistory, jobPace, lastByStep, toldRows } from './jobHistory.ts';
import { modelArtifact } from './modelArtifact.ts';
import { artifactName, runId, tagsOf } from './names.ts';
import { artifactTable } from './table.ts';
import type { HistoryRow, Json, TrackedArtifact, TrackedRun, TrackedTable } from './types.ts';

/** A training or validation file as the provider holds it. */
export interface JobFile {
  readonly id: string;
  readonly text: string;
}

export interface JobFacts {
  readonly job: TuningJob;
  /** What Luthier itself remembers of it; null for a job it did not start. */
  readonly record: JobRecord | null;
  readonly provider: { readonly id: string; readonly name: string };
  /** Of the project in Luthier; null when there is none. */
  readonly projectName: string | null;
  readonly events: readonly JobEvent[];
  readonly checkpoints: readonly Checkpoint[];
  /** The result file as CSV; null when there is none. */
  readonly results: string | null;
  readonly training: JobFile | null;
  readonly validation: JobFile | null;
  /** Whether the text of the events goes along as the run's log. */
  readonly log: boolean;
}

/**
 * A job as a run, with the names of the official integration (wandb/integration/openai/fine_tuning.py): id and name are
 * the job's id. What it does not have stands under `luthier` in the config. While the job runs, only what cannot change
 * any more is in it.
 */
export function* jobRun(facts: JobFacts): Parts<TrackedRun> {
  const { job, record, provider, events } = facts;
  const startedAt = job.createdAt * 1000;
  const ended = TERMINAL_STATUSES.has(job.status);
  const told = yield* toldRows(events, ended);
  const history = yield* jobHistory(told, ended ? facts.results : null, startedAt);
  const rest = ended ? yield* afterwards(facts, highestStep(history) + 1) : NOTHING_YET;
  return {
    id: runId(job.id),
    name: job.id,
    jobType: 'fine-tune',
    tags: tagsOf(['luthier', provider.id, job.model, job.suffix, record?.method ?? null]),
    config: { ...jobConfig(job), ...rest.counts, luthier: ownFacts(facts) },
    startedAt,
    end: ended ? { at: endOf(job, events), exitCode: job.status === 'succeeded' ? 0 : 1 } : null,
    history,
    system: yield* jobPace(told),
    output: facts.log ? events.map(({ createdAt, message }) => ({ at: createdAt * 1000, text: message })) : [],
    summary: {
      ...(yield* figuresAtTheEnd(history, rest.tables)),
      status: job.status,
      fine_tuned_model: job.fineTunedModel,
      trained_tokens: job.trainedTokens,
    },
    tables: rest.tables,
    artifacts: rest.artifacts,
  };
}

/** A summary takes the last row as the last word, and the last row that was told need not be of the last step. */
function* figuresAtTheEnd(
  history: readonly HistoryRow[],
  tables: readonly TrackedTable[],
): Parts<TrackedRun['summary']> {
  const rows = [...history, ...tables];
  return { ...(yield* lastByStep(history)), ...(rows.length === 0 ? {} : { _step: highestStep(rows) }) };
}

interface Afterwards {
  readonly counts: Readonly<Record<string, Json>>;
  readonly tables: readonly TrackedTable[];
  readonly artifacts: readonly TrackedArtifact[];
}

const NOTHING_YET: Afterwards = { counts: {}, tables: [], artifacts: [] };

function* afterwards({ job, training, validation }: JobFacts, step: number): Parts<Afterwards> {
  const sides = [
    { file: training, prefix: 'train', type: 'training_files' },
    { file: validation, prefix: 'valid', type: 'validation_files' },
  ] as const;
  const counts: Record<string, Json> = {};
  const tables: TrackedTable[] = [];
  const artifacts: TrackedArtifact[] = [];
  for (const { file, prefix, type } of sides) {
    if (file === null) continue;
    const examples = yield* examplesParts(linesOf(file.text));
    const table = examples.table();
    counts[`n_${prefix}`] = examples.size;
    tables.push({ ...table, key: `${prefix}_data`, step });
    artifacts.push({
      name: artifactName(`${prefix}-${file.id}`),
      type,
      description: `The ${prefix === 'train' ? 'training' : 'validation'} file of ${job.id}.`,
      metadata: { items: examples.size },
      aliases: ['latest', file.id],
      role: 'input',
      files: [
        { path: file.id, chunks: () => piecesOf(file.text) },
        { path: `${file.id}.table.json`, chunks: () => artifactTable(table) },
      ],
    });
  }
  if (job.status === 'succeeded') artifacts.push(modelArtifact(job, 'output'));
  return { counts, tables, artifacts };
}

function ownFacts({ record, provider, projectName, checkpoints }: JobFacts): Json {
  return {
    provider: provider.name,
    project: projectName,
    ...(record === null
      ? {}
      : {
          rows: { training: record.trainRows, validation: record.validationRows },
          quote_usd: record.quoteUsd,
          data_version: record.data === undefined ? null : { ...record.data },
          asked: record.asked === undefined ? null : { ...record.asked },
          method: record.method ?? 'supervised',
        }),
    checkpoints: checkpoints.map(({ step, model }) => ({ step, model })),
  };
}

/** Where the provider names no end, that of the last event. */
function endOf(job: TuningJob, events: readonly JobEvent[]): number {
  return (job.finishedAt ?? Math.max(job.createdAt, ...events.slice(-20).map(({ createdAt }) => createdAt))) * 1000;
}
