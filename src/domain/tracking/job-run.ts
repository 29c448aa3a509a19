import type { CooperativeTask } from '../common/cooperative.ts';
import type { Json } from '../common/json.ts';
import {
  type Checkpoint,
  type Hyperparameter,
  type Hyperparameters,
  type JobEvent,
  type JobRecord,
  TERMINAL_STATUSES,
  type TuningJob,
} from '../training/types.ts';
import { aliasOf, artifactName, runId, tagsOf } from '../wandb/names.ts';
import { artifactTable } from '../wandb/table.ts';
import { examplesTask } from './examples-table.ts';
import { eventRows, highestStep, jobHistory, lastByStep, stepsPerSecond } from './job-history.ts';
import type { HistoryRow, RunOutcome, TrackedArtifact, TrackedRun, TrackedTable } from './types.ts';

/** Characters of a piece: few pieces, and each is hashed and written in a moment. */
const PIECE = 64 * 1024;

/** A text in pieces that end where a line does, so that nothing looked for within a line is cut in two. */
function* piecesOf(text: string): Generator<string, void, undefined> {
  let from = 0;
  while (from < text.length) {
    const end = text.indexOf('\n', from + PIECE - 1);
    const to = end < 0 ? text.length : end + 1;
    yield text.slice(from, to);
    from = to;
  }
}

/** The lines of a text that hold something, without their ends. */
function* linesOf(text: string): Generator<string, void, undefined> {
  let from = 0;
  while (from < text.length) {
    const end = text.indexOf('\n', from);
    const to = end < 0 ? text.length : end;
    const line = text.slice(from, to);
    if (line.trim() !== '') yield line;
    from = to + 1;
  }
}

type Fields = Readonly<Record<string, Json>>;

const askedFields = ({ learningRate, loraRank, ...asked }: Hyperparameters): Record<string, Hyperparameter> => ({
  ...asked,
  ...(learningRate === undefined ? {} : { learningRate }),
  ...(loraRank === undefined ? {} : { loraRank }),
});

/** Nothing where the provider says nothing of them. */
const choiceFields = ({ choices: { weights, tier } = {} }: TuningJob): Fields => ({
  ...(weights === undefined ? {} : { lora: weights === 'lora' }),
  ...(tier === undefined ? {} : { training_type: tier }),
});

/** A job as the API spells it, for a run's config and for its model's metadata. */
function jobFields(job: TuningJob): Fields {
  const { nEpochs, batchSize, learningRateMultiplier, learningRate, loraRank } = job.hyperparameters;
  return {
    object: 'fine_tuning.job',
    ...job.rest,
    id: job.id,
    model: job.model,
    status: job.status,
    fine_tuned_model: job.fineTunedModel,
    training_file: job.trainingFile,
    validation_file: job.validationFile,
    result_files: [...job.resultFiles],
    hyperparameters: {
      n_epochs: nEpochs,
      batch_size: batchSize,
      ...(learningRate === undefined
        ? { learning_rate_multiplier: learningRateMultiplier }
        : { learning_rate: learningRate }),
      ...(loraRank === undefined ? {} : { lora_r: loraRank }),
    },
    ...choiceFields(job),
    trained_tokens: job.trainedTokens,
    user_provided_suffix: job.suffix,
    seed: job.seed,
    error: job.error === null ? null : { ...job.error },
    created_at: job.createdAt,
    finished_at: job.finishedAt,
    estimated_finish: job.estimatedFinish,
  };
}

/** The same as the official integration writes a config: the first result file, and times in words (UTC). */
function jobConfig(job: TuningJob): Fields {
  return {
    ...jobFields(job),
    result_files: job.resultFiles[0] ?? null,
    created_at: timeText(job.createdAt),
    finished_at: job.finishedAt === null ? null : timeText(job.finishedAt),
  };
}

/** `YYYY-MM-DD HH:MM:SS` of seconds since the epoch, in UTC. */
const timeText = (seconds: number): string => new Date(seconds * 1000).toISOString().slice(0, 19).replace('T', ' ');

/** The official integration's name and type. */
const MODEL_ARTIFACT_NAME = 'model-metadata';
const MODEL_ARTIFACT_TYPE = 'model';

/**
 * What a job made, as an artifact: the weights stay at the provider. Made of the job alone, so that an evaluation that
 * takes the model in names the very version the job put out.
 */
export function modelArtifact(job: TuningJob, role: TrackedArtifact['role']): TrackedArtifact {
  const fields = jobFields(job);
  const own = aliasOf(job.id);
  return {
    name: MODEL_ARTIFACT_NAME,
    type: MODEL_ARTIFACT_TYPE,
    description: `Metadata of ${job.fineTunedModel ?? job.id}, tuned from ${job.model}.`,
    metadata: fields,
    // An evaluation of an older model must not make it the latest.
    aliases: role === 'output' ? ['latest', own] : [own],
    role,
    files: [{ path: 'model_metadata.json', chunks: () => [JSON.stringify(fields, null, 2)] }],
  };
}

/** A training or validation file as the provider holds it. */
export interface JobFile {
  readonly id: string;
  readonly text: string;
}

export interface JobRunInput {
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
export function* jobRun(facts: JobRunInput): CooperativeTask<TrackedRun> {
  const { job, record, provider, events } = facts;
  const startedAt = job.createdAt * 1000;
  const ended = TERMINAL_STATUSES.has(job.status);
  const reported = yield* eventRows(events, ended);
  const history = yield* jobHistory(reported, ended ? facts.results : null, startedAt);
  const rest = ended ? yield* jobOutputs(facts, highestStep(history) + 1) : NO_OUTPUTS;
  return {
    id: runId(job.id),
    name: job.id,
    jobType: 'fine-tune',
    tags: tagsOf(['luthier', provider.id, job.model, job.suffix, record?.method ?? null]),
    config: { ...jobConfig(job), ...rest.counts, luthier: luthierConfig(facts) },
    startedAt,
    end: ended ? { at: endOf(job, events), outcome: outcomeOf(job) } : null,
    history,
    system: yield* stepsPerSecond(reported),
    output: facts.log ? events.map(({ createdAt, message }) => ({ at: createdAt * 1000, text: message })) : [],
    summary: {
      ...(yield* finalMetrics(history, rest.tables)),
      status: job.status,
      fine_tuned_model: job.fineTunedModel,
      trained_tokens: job.trainedTokens,
    },
    tables: rest.tables,
    artifacts: rest.artifacts,
  };
}

/** A summary takes the last row as the last word, and the last row that was reported need not be of the last step. */
function* finalMetrics(
  history: readonly HistoryRow[],
  tables: readonly TrackedTable[],
): CooperativeTask<TrackedRun['summary']> {
  const rows = [...history, ...tables];
  return { ...(yield* lastByStep(history)), ...(rows.length === 0 ? {} : { _step: highestStep(rows) }) };
}

interface JobOutputs {
  readonly counts: Readonly<Record<string, Json>>;
  readonly tables: readonly TrackedTable[];
  readonly artifacts: readonly TrackedArtifact[];
}

const NO_OUTPUTS: JobOutputs = { counts: {}, tables: [], artifacts: [] };

function* jobOutputs({ job, training, validation }: JobRunInput, step: number): CooperativeTask<JobOutputs> {
  const sides = [
    { file: training, prefix: 'train', type: 'training_files' },
    { file: validation, prefix: 'valid', type: 'validation_files' },
  ] as const;
  const counts: Record<string, Json> = {};
  const tables: TrackedTable[] = [];
  const artifacts: TrackedArtifact[] = [];
  for (const { file, prefix, type } of sides) {
    if (file === null) continue;
    const examples = yield* examplesTask(linesOf(file.text));
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
        { path: `${file.id}.table.json`, chunks: () => artifactTable(table), only: 'wandb' },
      ],
    });
  }
  if (job.status === 'succeeded') artifacts.push(modelArtifact(job, 'output'));
  return { counts, tables, artifacts };
}

function luthierConfig({ record, provider, projectName, checkpoints }: JobRunInput): Json {
  return {
    provider: provider.name,
    project: projectName,
    ...(record === null
      ? {}
      : {
          rows: { training: record.trainRows, validation: record.validationRows },
          quote_usd: record.quoteUsd,
          data_version: record.data === undefined ? null : { ...record.data },
          asked: record.asked === undefined ? null : askedFields(record.asked),
          method: record.method ?? 'supervised',
        }),
    checkpoints: checkpoints.map(({ step, model }) => ({ step, model })),
  };
}

const outcomeOf = ({ status }: TuningJob): RunOutcome =>
  status === 'succeeded' ? 'finished' : status === 'cancelled' ? 'killed' : 'failed';

/** Where the provider names no end, that of the last event. */
function endOf(job: TuningJob, events: readonly JobEvent[]): number {
  return (job.finishedAt ?? Math.max(job.createdAt, ...events.slice(-20).map(({ createdAt }) => createdAt))) * 1000;
}
