import * as z from 'zod';
import { fieldReader, type ScreenStateKind } from '../../app/core/screen-states.ts';
import { SETTING_NAMES } from '../../domain/bakeoff/target-settings.ts';
import { COMPARED_CURVES, type TrainState } from './reducer.ts';

const ids = z.array(z.string());

const hyperparameter = z.union([z.number(), z.literal('auto')]);
const target = z.object({
  providerId: z.string(),
  model: z.string(),
  method: z.enum(['supervised', 'dpo']),
  hyperparameters: z.object({
    nEpochs: hyperparameter,
    batchSize: hyperparameter,
    learningRateMultiplier: hyperparameter,
    learningRate: hyperparameter.optional(),
    loraRank: hyperparameter.optional(),
  }),
  beta: hyperparameter,
  seed: z.number().nullable(),
  share: z.number(),
  choices: z.object({ weights: z.enum(['lora', 'full']).optional(), tier: z.string().optional() }).optional(),
});

const read = fieldReader<TrainState>(() => ({
  view: z.discriminatedUnion('kind', [
    z.object({ kind: z.literal(['jobs', 'new', 'compare', 'files', 'bakeoff-plan']) }),
    z.object({ kind: z.literal(['bakeoff', 'bakeoff-comparison']), id: z.string() }),
    z.object({ kind: z.literal('job'), jobId: z.string() }),
    z.object({
      kind: z.literal('upload'),
      before: z.object({ jobIds: ids, operationIds: ids, noticeId: z.number().nullable() }),
    }),
  ]),
  selected: z.string().nullable(),
  marked: ids,
  metric: z.enum(['loss', 'accuracy']),
  log: z.boolean(),
  lower: z.enum(['events', 'checkpoints']),
  compared: z.enum(COMPARED_CURVES),
  selectedCompared: z.string().nullable(),
  field: z.string().nullable(),
  draft: z.object({
    targets: z.array(target),
    grid: z.array(z.object({ setting: z.enum(SETTING_NAMES), values: z.array(z.string()) })).default([]),
    shares: z.array(z.number()).default([]),
    margin: z.number().nullable(),
    capUsd: z.number().nullable(),
    stopBehind: z.boolean().default(false),
  }),
}));

const restore = (saved: unknown, fresh: TrainState): TrainState => ({ ...fresh, ...read(saved) });

/** All of it. */
export const TRAIN_STATE: ScreenStateKind<TrainState> = { name: 'train', save: (state) => state, restore };

/** The same after a restart: an upload of the last session is over, whatever became of it. */
export const TRAIN_STATE_WITHOUT_UPLOAD: ScreenStateKind<TrainState> = {
  ...TRAIN_STATE,
  restore(saved, fresh) {
    const state = restore(saved, fresh);
    return state.view.kind === 'upload' ? { ...state, view: fresh.view } : state;
  },
};
