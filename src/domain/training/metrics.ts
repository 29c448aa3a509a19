import { isRecord } from '../common/json.ts';
import type { JobEvent, StepMachine, StepMetrics } from './types.ts';

type Measure = Exclude<keyof StepMetrics, 'step' | 'totalSteps' | 'machine'>;

/** The names of each figure in event data, checkpoint metrics and result files, over the years. */
const DATA_KEYS: Readonly<Record<Measure, readonly string[]>> = {
  trainLoss: ['train_loss', 'training_loss'],
  trainTokenAccuracy: [
    'train_mean_token_accuracy',
    'train_accuracy',
    'training_token_accuracy',
    'train_token_accuracy',
  ],
  validLoss: ['valid_loss', 'validation_loss'],
  validTokenAccuracy: ['valid_mean_token_accuracy', 'valid_accuracy', 'validation_token_accuracy'],
  fullValidLoss: ['full_valid_loss', 'full_validation_loss'],
  fullValidTokenAccuracy: ['full_valid_mean_token_accuracy', 'full_valid_accuracy', 'full_validation_token_accuracy'],
};

const MESSAGE_NAMES: Readonly<Record<string, Measure>> = {
  'training loss': 'trainLoss',
  'training token accuracy': 'trainTokenAccuracy',
  'validation loss': 'validLoss',
  'validation token accuracy': 'validTokenAccuracy',
  'full validation loss': 'fullValidLoss',
  'full validation token accuracy': 'fullValidTokenAccuracy',
};

const STEP = /^\s*step\s+(\d+)(?:\s*\/\s*(\d+))?/i;
const FIGURE = /([a-z][a-z ]*[a-z])\s*=\s*(-?\d+(?:\.\d+)?(?:e[+-]?\d+)?)/gi;

/**
 * The figures of a `metrics` event: from its data, and what is missing there from its text
 * (`Step 131/303: training loss=0.25, validation loss=0.37, full validation loss=0.05`). Unknown fields are passed
 * over. Null when there is no step, as in events that are not metrics.
 */
export function parseStepMetrics(data: unknown, message = ''): StepMetrics | null {
  const record = isRecord(data) ? data : {};
  const inText = STEP.exec(message);
  const step = toNumber(record.step ?? record.step_number) ?? toNumber(inText?.[1]);
  if (step === null) return null;
  const spoken = parseMessageMetrics(message);
  const machine = parseMachine(record);
  const figure = (measure: Measure) => firstNumber(record, DATA_KEYS[measure]) ?? spoken.get(measure) ?? null;
  return {
    step,
    totalSteps: toNumber(record.total_steps) ?? toNumber(inText?.[2]),
    trainLoss: figure('trainLoss'),
    trainTokenAccuracy: figure('trainTokenAccuracy'),
    validLoss: figure('validLoss'),
    validTokenAccuracy: figure('validTokenAccuracy'),
    fullValidLoss: figure('fullValidLoss'),
    fullValidTokenAccuracy: figure('fullValidTokenAccuracy'),
    ...(machine === null ? {} : { machine }),
  };
}

/** What an engine of real weights says besides; null where there is nothing of it. */
function parseMachine(record: Readonly<Record<string, unknown>>): StepMachine | null {
  const { device } = record;
  const machine = {
    learningRate: toNumber(record.learning_rate),
    gradientNorm: toNumber(record.gradient_norm),
    tokensPerSecond: toNumber(record.tokens_per_second),
    memoryUsed: toNumber(record.memory_used),
    memoryPeak: toNumber(record.memory_peak),
    rewardMargin: toNumber(record.train_reward_margin),
    device: typeof device === 'string' ? device : null,
  };
  return Object.values(machine).every((value) => value === null) ? null : machine;
}

function parseMessageMetrics(message: string): ReadonlyMap<Measure, number> {
  const figures = new Map<Measure, number>();
  for (const [, name, value] of message.matchAll(FIGURE)) {
    const key = (name ?? '').toLowerCase().trim();
    const measure = Object.hasOwn(MESSAGE_NAMES, key) ? MESSAGE_NAMES[key] : undefined;
    const number = toNumber(value);
    if (measure !== undefined && number !== null) figures.set(measure, number);
  }
  return figures;
}

function firstNumber(record: Readonly<Record<string, unknown>>, keys: readonly string[]): number | null {
  for (const key of keys) {
    const number = toNumber(record[key]);
    if (number !== null) return number;
  }
  return null;
}

function toNumber(value: unknown): number | null {
  if (typeof value === 'string' && value.trim() === '') return null;
  const number = typeof value === 'number' || typeof value === 'string' ? Number(value) : Number.NaN;
  return Number.isFinite(number) ? number : null;
}

export type CurveName = Measure;

export interface CurvePoint {
  readonly step: number;
  readonly value: number;
}

export type Curves = Readonly<Record<CurveName, readonly CurvePoint[]>>;

/**
 * The measured points of a job's events, by step, each step once. Several events may report one step, first its
 * training loss and later its full validation loss: each figure is the last one reported.
 */
export function measuredPoints(events: readonly JobEvent[]): readonly StepMetrics[] {
  const byStep = new Map<number, StepMetrics>();
  for (const { metrics } of events) {
    if (metrics === null) continue;
    const before = byStep.get(metrics.step);
    byStep.set(metrics.step, before === undefined ? metrics : mergedMetrics(before, metrics));
  }
  return [...byStep.values()].toSorted((a, b) => a.step - b.step);
}

/** Two measurements of one step: the later figures where there are any, the ones before elsewhere. */
export const mergedMetrics = (before: StepMetrics, later: StepMetrics): StepMetrics => ({
  ...(before.machine === undefined ? {} : { machine: before.machine }),
  ...(later.machine === undefined ? {} : { machine: later.machine }),
  step: later.step,
  totalSteps: later.totalSteps ?? before.totalSteps,
  trainLoss: later.trainLoss ?? before.trainLoss,
  trainTokenAccuracy: later.trainTokenAccuracy ?? before.trainTokenAccuracy,
  validLoss: later.validLoss ?? before.validLoss,
  validTokenAccuracy: later.validTokenAccuracy ?? before.validTokenAccuracy,
  fullValidLoss: later.fullValidLoss ?? before.fullValidLoss,
  fullValidTokenAccuracy: later.fullValidTokenAccuracy ?? before.fullValidTokenAccuracy,
});

/** One curve: the steps at which this figure was measured. */
export function curveOf(points: readonly StepMetrics[], name: CurveName): readonly CurvePoint[] {
  return points.flatMap((point) => {
    const value = point[name];
    return value === null ? [] : [{ step: point.step, value }];
  });
}

/** Which rows a figure was measured on: all that are held out, a batch of them, or a batch of those trained on. */
export type MeasuredOn = 'full' | 'batch' | 'train';

/** A figure with the rows it was measured on: a batch of few rows says less than all of them, and the one is not the other. */
export interface MeasuredFigure {
  readonly on: MeasuredOn;
  readonly value: number;
}

const HELD_OUT_LOSS = [
  ['full', 'fullValidLoss'],
  ['batch', 'validLoss'],
] as const;
const TOKEN_ACCURACY = [
  ['full', 'fullValidTokenAccuracy'],
  ['batch', 'validTokenAccuracy'],
  ['train', 'trainTokenAccuracy'],
] as const;

/** The last value of the first of these curves that was measured at all. */
function newestOf(
  points: readonly StepMetrics[],
  curves: readonly (readonly [on: MeasuredOn, curve: CurveName])[],
): MeasuredFigure | null {
  for (const [on, curve] of curves) {
    const last = curveOf(points, curve).at(-1);
    if (last !== undefined) return { on, value: last.value };
  }
  return null;
}

/** The newest loss on held-out rows: on all of them where that is measured. Null where nothing is. */
export const newestHeldOutLoss = (points: readonly StepMetrics[]): MeasuredFigure | null =>
  newestOf(points, HELD_OUT_LOSS);

/** The newest share of tokens that were guessed: on held-out rows where it is measured on them. */
export const newestTokenAccuracy = (points: readonly StepMetrics[]): MeasuredFigure | null =>
  newestOf(points, TOKEN_ACCURACY);

/** Every curve of a job; those never measured are empty. */
export function curvesOf(points: readonly StepMetrics[]): Curves {
  return {
    trainLoss: curveOf(points, 'trainLoss'),
    trainTokenAccuracy: curveOf(points, 'trainTokenAccuracy'),
    validLoss: curveOf(points, 'validLoss'),
    validTokenAccuracy: curveOf(points, 'validTokenAccuracy'),
    fullValidLoss: curveOf(points, 'fullValidLoss'),
    fullValidTokenAccuracy: curveOf(points, 'fullValidTokenAccuracy'),
  };
}

const BASE64 = /^[A-Za-z0-9+/\s]+={0,2}\s*$/;

/**
 * The text of a downloaded result file. The service sends CSV at some times and base64 of CSV at others, without
 * saying which; base64 has no comma and CSV of more than one column always has.
 */
export function decodeResultFile(downloaded: string): string {
  const text = downloaded.startsWith('\ufeff') ? downloaded.slice(1) : downloaded;
  if (text.trim() === '' || !BASE64.test(text)) return text;
  const decoded = Buffer.from(text, 'base64')
    .toString('utf8')
    .replace(/^\ufeff/, '');
  return /^[\w "]+,/.test(decoded) && !decoded.includes('\ufffd') ? decoded : text;
}

/** Measured points as CSV, in the columns of the service's own result files. */
export function formatResultFile(points: readonly StepMetrics[]): string {
  const lines = points.map((point) =>
    [point.step, point.trainLoss, point.trainTokenAccuracy, point.validLoss, point.validTokenAccuracy]
      .map((figure) => figure ?? '')
      .join(','),
  );
  return `${['step,train_loss,train_accuracy,valid_loss,valid_mean_token_accuracy', ...lines].join('\n')}\n`;
}

export interface ResultRow {
  readonly step: number;
  /** By the names of the file's heading; empty cells and what is no number left out. */
  readonly values: Readonly<Record<string, number>>;
}

/** The rows of a result file, one by one, whatever columns it has; lines without a step are passed over. */
export function* readResultFile(csv: string): Generator<ResultRow, void, undefined> {
  const [heading = '', ...lines] = csv.split(/\r?\n/);
  const names = heading.split(',').map((name) => name.trim().replace(/^"|"$/g, ''));
  for (const line of lines) {
    const cells = line.split(',').map((cell) => cell.trim());
    const figures = names.flatMap((name, place): [string, number][] => {
      const cell = cells[place] ?? '';
      const figure = Number(cell);
      return cell === '' || !Number.isFinite(figure) ? [] : [[name, figure]];
    });
    const { step, ...values } = Object.fromEntries(figures);
    if (step !== undefined) yield { step, values };
  }
}
