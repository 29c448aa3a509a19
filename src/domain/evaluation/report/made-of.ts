import { hash } from 'node:crypto';
import { canonicalJson } from '../../common/json.ts';
import { weightsText } from '../../provider/job-choices.ts';
import { count } from '../../text/format.ts';
import type { JobRecord, TuningJob } from '../../training/types.ts';
import type { EvaluationSummary } from '../metrics.ts';
import type { EvaluatedItem } from '../types.ts';

/** Hexadecimal digits of a version that are shown; enough to tell the versions of a project apart. */
const VERSION_DIGITS = 12;

/** What the items are, whatever their order on disk: SHA-256 of their prompts and targets, its first 12 digits. */
export const dataVersion = (items: readonly EvaluatedItem[]): string =>
  hash('sha256', canonicalJson(items.map(({ item }) => [item.prompt, item.target]))).slice(0, VERSION_DIGITS);

/** The system message the models got, whole; how many there are where items differ in it. */
function systemPrompt(items: readonly EvaluatedItem[]): string {
  const [first = '', ...others] = [
    ...new Set(items.map(({ item }) => item.prompt.find(({ role }) => role === 'system')?.content ?? '')),
  ];
  if (others.length > 0) return `${count(others.length + 1)} different ones, each with its item`;
  return first.trim() === '' ? 'none' : first;
}

/** Project, data and prompt, for the section on what was measured. */
export const subjectRows = (
  items: readonly EvaluatedItem[],
  project: string | null | undefined,
): readonly (readonly string[])[] => [
  ...(project == null ? [] : [['Project', project]]),
  ['Data version', dataVersion(items)],
  ['System prompt', systemPrompt(items)],
];

export const TRAINING_HEAD = [
  ...['Model', 'Base', 'Trained on', 'Method', 'Rows'],
  ...['Epochs', 'Batch', 'Learning rate', 'Seed', 'Job'],
];

/** The jobs that made the models, a row each under `TRAINING_HEAD`: what they were trained on and how. Models of no known job have none. */
export const trainingRows = (
  jobs: readonly JobRecord[],
  { models }: EvaluationSummary,
  names: readonly string[],
): readonly (readonly string[])[] =>
  models.flatMap(({ model }, place) => {
    const record = jobs.find(({ job }) => job.fineTunedModel === model.model);
    return record === undefined ? [] : [[names[place] ?? '', ...jobCells(record)]];
  });

function jobCells({ job, data, method, trainRows, validationRows }: JobRecord): readonly string[] {
  const { nEpochs, batchSize, loraRank } = job.hyperparameters;
  const rows = validationRows === 0 ? count(trainRows) : `${count(trainRows)} + ${count(validationRows)} held out`;
  const weights = weightsText(job.choices?.weights, loraRank);
  return [
    job.model,
    data?.training ?? 'unknown',
    [method ?? 'supervised', weights].filter(Boolean).join(', '),
    rows,
    String(nEpochs),
    String(batchSize),
    rateOf(job),
    job.seed === null ? '—' : String(job.seed),
    job.id,
  ];
}

/** The rate itself where the provider told it, else its multiplier. */
const rateOf = ({ hyperparameters: { learningRate, learningRateMultiplier } }: TuningJob): string =>
  learningRate === undefined ? `× ${learningRateMultiplier}` : String(learningRate);
