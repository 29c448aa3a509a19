import { count, plural } from '../../../domain/text/format.ts';
import { mergedMetrics } from '../../../domain/training/metrics.ts';
import type { StepMetrics } from '../../../domain/training/types.ts';
import type { MeasuredStep, TrainingSignal } from '../types.ts';
import { lineOf, modelOfCheckpoint, type RowLines } from './job-files.ts';
import type { LineOf, TrainingLine } from './lines.ts';

/** Rows too long that are named one by one. */
const NAMED_ROWS = 50;

/** Makes of what the runner says while it trains what the engine tells of a job. */
export function createReport(
  folder: string,
  lines: RowLines,
  emit: (signal: TrainingSignal) => void,
): (line: TrainingLine) => void {
  let totalSteps: number | null = null;
  let device = '';
  let latest: MeasuredStep | null = null;

  const measured = (step: number, figures: Partial<StepMetrics>, more: Figures): MeasuredStep => ({
    ...NOTHING,
    step,
    totalSteps,
    ...figures,
    more: known(more),
  });
  const merge = (metrics: MeasuredStep): void => {
    const same = latest?.step === metrics.step ? latest : null;
    latest = same ? { ...mergedMetrics(same, metrics), more: { ...same.more, ...metrics.more } } : metrics;
  };

  return (line) => {
    switch (line.kind) {
      case 'ready':
        device = [line.device_name ?? line.device, line.precision].filter((part) => part).join(', ');
        return emit({ kind: 'alive' });
      case 'notice':
        return emit({ kind: 'notice', level: 'warn', message: line.message, once: `${line.code}:${line.message}` });
      case 'plan':
        totalSteps = line.steps;
        emit({ kind: 'notice', level: 'info', message: planText(line, device), once: 'plan' });
        return tellTooLong(line.too_long, lines, emit);
      case 'step': {
        const metrics = measured(
          line.step,
          { trainLoss: line.loss, trainTokenAccuracy: line.accuracy },
          {
            learning_rate: line.learning_rate,
            gradient_norm: line.gradient_norm,
            tokens_per_second: line.tokens_per_second,
            memory_used: line.memory?.used,
            memory_peak: line.memory?.peak,
            ...rewardsOf('train', line.rewards),
          },
        );
        merge(metrics);
        return emit({ kind: 'step', metrics: device === '' ? metrics : { ...metrics, device } });
      }
      case 'evaluation': {
        const { loss, accuracy } = line;
        const figures = {
          validLoss: loss,
          fullValidLoss: loss,
          validTokenAccuracy: accuracy,
          fullValidTokenAccuracy: accuracy,
        };
        const metrics = measured(line.step, figures, rewardsOf('valid', line.rewards));
        merge(metrics);
        return emit({ kind: 'evaluation', metrics });
      }
      case 'checkpoint': {
        if (!line.model) return emit({ kind: 'saved', step: line.step });
        const metrics = latest?.step === line.step ? latest : measured(line.step, {}, {});
        const path = modelOfCheckpoint(folder, line);
        return emit({ kind: 'epoch', epoch: Math.round(line.epoch), step: line.step, metrics, path });
      }
      case 'done':
      case 'stopped':
      case 'failed':
        return;
    }
  };
}

const NOTHING = {
  trainLoss: null,
  trainTokenAccuracy: null,
  validLoss: null,
  validTokenAccuracy: null,
  fullValidLoss: null,
  fullValidTokenAccuracy: null,
};

type Figures = Readonly<Record<string, number | null | undefined>>;

/** What was not measured, or was no number, is left out. */
const known = (figures: Figures): Readonly<Record<string, number>> =>
  Object.fromEntries(Object.entries(figures).flatMap(([name, value]) => (value == null ? [] : [[name, value]])));

const rewardsOf = (side: 'train' | 'valid', rewards: LineOf<'step'>['rewards']): Figures => ({
  [`${side}_reward_chosen`]: rewards?.chosen,
  [`${side}_reward_rejected`]: rewards?.rejected,
  [`${side}_reward_margin`]: rewards?.margin,
});

function planText(plan: LineOf<'plan'>, device: string): string {
  const share = `${count(plan.trainable_parameters)} of ${count(plan.parameters)} parameters`;
  const room = plan.context_length === null ? '' : `, rows of up to ${plural(plan.context_length, 'token')}`;
  const work = `${plural(plan.steps, 'step')}, ${plural(plan.learned_tokens, 'token')} to learn`;
  return `Training ${share} on ${device}${room}: ${work}`;
}

/** Each row by the line of the job's own file, since the rows the runner counts are not the person's. */
function tellTooLong(
  tooLong: LineOf<'plan'>['too_long'],
  lines: RowLines,
  emit: (signal: TrainingSignal) => void,
): void {
  for (const { file, row, tokens, limit } of tooLong.slice(0, NAMED_ROWS)) {
    const from = lineOf(lines, file, row);
    const message = `Line ${from.line} of the ${from.file} file has ${count(tokens)} tokens and ${count(limit)} fit: it is not trained on. Shorten it, or raise max_length.`;
    emit({ kind: 'notice', level: 'warn', message, once: `too-long:${file}:${row}` });
  }
  const others = tooLong.length - NAMED_ROWS;
  if (others > 0) {
    const message = `${plural(others, 'more row')} are too long and not trained on.`;
    emit({ kind: 'notice', level: 'warn', message, once: 'too-long:others' });
  }
}
