import { packIntoRows } from '../../../components/text/packed.ts';
import { weightsText } from '../../../domain/provider/job-choices.ts';
import { sanitizeLine } from '../../../domain/text/sanitize.ts';
import type { TuningJob } from '../../../domain/training/types.ts';
import { weightSettingTexts } from '../../../domain/training/weight-settings.ts';

/** More of them leave too little of the chart. */
const MOST_ROWS = 2;
const GAP = '  ';

/**
 * What a job is trained by beside epochs and batch, with what its provider put in the place of `auto`, in rows of `width` columns; none
 * where the provider does not say.
 */
export function settingRows(job: TuningJob, width: number): readonly string[] {
  const { choices, beta, hyperparameters } = job;
  if (choices?.settings === undefined && choices?.weights === undefined && beta === undefined) return [];
  const { learningRate = 'auto', loraRank } = hyperparameters;
  const trains = weightsText(choices?.weights, loraRank);
  const facts = [
    ...(learningRate === 'auto' ? [] : [`learning rate ${Number(learningRate.toPrecision(3))}`]),
    ...(beta === undefined ? [] : [`beta ${beta}`]),
    ...(trains === null ? [] : [trains]),
    ...weightSettingTexts(choices?.settings).map(([label, value]) => `${label} ${sanitizeLine(value)}`),
  ];
  return packIntoRows(facts, width, GAP).slice(0, MOST_ROWS);
}
