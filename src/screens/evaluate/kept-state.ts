import * as z from 'zod';
import { fieldReader, type ScreenStateKind } from '../../app/core/screen-states.ts';
import { GRADER_CHOICES, type GraderDraft, type GraderKind } from '../../domain/evaluation/graders/graders.ts';
import { asideShape } from '../../domain/evaluation/graders/set-aside.ts';
import type { PlanDraft } from './plan/draft.ts';
import type { EvaluateState } from './reducer.ts';

const modelRef = z.object({ providerId: z.string(), model: z.string() });
const place = z.int().nonnegative();
const words = z.array(z.string());

/** What is typed for any kind; a field asks whether what it finds is of its sort. */
const typed = z.union([z.string(), z.number(), z.boolean(), modelRef, z.null()]);
const isKind = (kind: unknown): boolean => GRADER_CHOICES.some(({ value }) => value === kind);
const grader: z.ZodType<GraderDraft> = z.object({ kind: z.custom<GraderKind>(isKind) }).catchall(typed);

const draft: z.ZodType<PlanDraft> = z.object({
  source: z.enum(['validation', 'train', 'all', 'file']),
  path: z.string(),
  models: z.array(modelRef),
  graders: z.array(grader).nullable().catch(null),
  temperature: z.number().nullable(),
  maxTokens: z.number().nullable(),
  seed: z.number().nullable(),
  concurrency: z.union([z.number(), z.literal('auto')]),
  inBatches: z.boolean(),
  capUsd: z.number().nullable(),
});

const ofEvaluation = { id: z.string() };

const read = fieldReader<EvaluateState>(() => ({
  view: z.discriminatedUnion('kind', [
    z.object({ kind: z.literal(['list', 'plan']) }),
    z.object({ kind: z.literal(['answers', 'blind']), ...ofEvaluation }),
    z.object({
      kind: z.literal('figures'),
      ...ofEvaluation,
      figure: z.enum(['summary', 'confusion', 'classes', 'slices']),
    }),
  ]),
  listed: z.string().nullable(),
  draft: draft.nullable(),
  field: z.string().nullable(),
  filter: z.discriminatedUnion('kind', [
    z.object({ kind: z.literal(['all', 'disagreements', 'failed']) }),
    z.object({ kind: z.literal('wrong'), model: place.nullable() }),
    z.object({ kind: z.literal('text'), text: z.string() }),
    z.object({
      kind: z.literal('confused'),
      model: place,
      target: z.string(),
      predicted: z.string().nullable(),
      labels: words,
      ...asideShape,
    }),
    z.object({ kind: z.literal('label'), label: z.string(), labels: words }),
    z.object({ kind: z.literal('slice'), name: z.string(), value: z.string() }),
  ]),
  selected: place,
  pane: z.enum(['table', 'detail']),
  whole: z.boolean(),
  firstModel: place,
  model: place.nullable(),
}));

/** All of it. */
export const EVALUATE_STATE: ScreenStateKind<EvaluateState> = {
  name: 'evaluate',
  save: (state) => state,
  restore: (saved, fresh) => ({ ...fresh, ...read(saved) }),
};
