import { isRecord } from '../json/record.ts';
import type { StepMetrics } from './types.ts';

type Measure = Exclude<keyof StepMetrics, 'step' | 'totalSteps'>;

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
  const spoken = parseFigures(message);
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
  };
}

function parseFigures(message: string): ReadonlyMap<Measure, number> {
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
