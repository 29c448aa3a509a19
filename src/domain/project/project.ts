import * as z from 'zod';
import { isRecord } from '../common/json.ts';
import { PRACTICE_BASE, PRACTICE_TEACHER } from '../provider/models.ts';
import type { Template } from '../template/types.ts';
import { suggestSuffix } from '../training/job-settings.ts';
import { weightSettingsSchema } from '../training/weight-settings.ts';
import type { Project } from './types.ts';

/** Plans that a new project starts with: on the embedded engine, ready to run. */

export const PLAN_DEFAULTS = {
  model: PRACTICE_TEACHER,
  temperature: 1,
  maxTokens: 300,
  cells: { kind: 'all' },
  concurrency: 'auto',
  capUsd: null,
} as const;

export const TRAINING_DEFAULTS = {
  model: PRACTICE_BASE,
  method: 'supervised',
  beta: 'auto',
  hyperparameters: { nEpochs: 'auto', batchSize: 'auto', learningRateMultiplier: 'auto' },
  suffix: '',
  seed: null,
  // A fifth: of the example's 16 rows about 3, and splitRows never leaves fewer than 10 to train on.
  validationShare: 0.2,
  splitSeed: 1,
  rows: 'not-rejected',
} as const;

const CHAT_DEFAULTS = {
  models: [PRACTICE_BASE],
  system: '',
  sampling: { temperature: 1, maxTokens: 300 },
} as const;

/** A template as it is kept inside a project. */
const templateSchema = z.object({
  name: z.string().catch('Untitled'),
  system: z.string().catch(''),
  teacherPrompt: z.string(),
  studentPrompt: z.string(),
  slots: z.array(z.object({ name: z.string(), values: z.array(z.string()) })),
});

const wholeNumber = z.number().int();
const count = wholeNumber.nonnegative();
const hyperparameter = z.union([z.number(), z.literal('auto')]);

const samplingSchema = z.object({
  temperature: z.exactOptional(z.number()),
  topP: z.exactOptional(z.number()),
  maxTokens: z.exactOptional(wholeNumber),
  stop: z.exactOptional(z.array(z.string())),
  seed: z.exactOptional(wholeNumber),
});

const cellSelectionSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('all') }),
  z.object({ kind: z.literal('first'), count }),
  z.object({ kind: z.literal('random'), count, seed: wholeNumber }),
  z.object({ kind: z.literal('stratified'), count, seed: wholeNumber }),
  z.object({ kind: z.literal('pairwise'), seed: wholeNumber }),
  z.object({ kind: z.literal('t-wise'), strength: wholeNumber, seed: wholeNumber }),
]);

/**
 * A project as it is kept on disk. Shapes only: what a value must be for a run to start is for the form that
 * starts it to say, so a half-typed number never makes a whole project unreadable.
 */
export const projectSchema: z.ZodType<Project> = z.object({
  id: z.string().min(1),
  name: z.string(),
  createdAt: z.number(),
  updatedAt: z.number(),
  providerId: z.string(),
  template: templateSchema,
  plan: z.object({
    model: z.string(),
    temperature: z.number(),
    maxTokens: wholeNumber,
    keepThoughts: z.exactOptional(z.boolean()),
    cells: cellSelectionSchema,
    existing: z.exactOptional(z.enum(['keep', 'add', 'replace'])),
    concurrency: z.union([wholeNumber, z.literal('auto')]),
    inBatches: z.exactOptional(z.boolean()),
    batchSize: z.exactOptional(wholeNumber),
    capUsd: z.number().nullable(),
  }),
  training: z.object({
    model: z.string(),
    // Absent in projects of before there was a choice.
    method: z.enum(['supervised', 'dpo']).default('supervised'),
    beta: hyperparameter.default('auto'),
    hyperparameters: z.object({
      nEpochs: hyperparameter,
      batchSize: hyperparameter,
      learningRateMultiplier: hyperparameter,
      learningRate: hyperparameter.optional(),
      loraRank: hyperparameter.optional(),
    }),
    choices: z
      .object({
        weights: z.enum(['lora', 'full']).optional(),
        tier: z.string().optional(),
        settings: weightSettingsSchema.optional(),
      })
      .optional(),
    suffix: z.string(),
    seed: wholeNumber.nullable(),
    validationShare: z.number(),
    splitSeed: wholeNumber,
    heldOut: z.exactOptional(z.array(z.record(z.string(), z.string()))),
    rows: z.enum(['accepted', 'not-rejected']),
    wandb: z.boolean().optional(),
  }),
  chat: z.object({ models: z.array(z.string()), system: z.string(), sampling: samplingSchema }),
  screen: z.enum(['home', 'template', 'generate', 'dataset', 'train', 'chat', 'evaluate', 'settings']),
});

export interface NewProject {
  readonly id: string;
  /** Milliseconds since the epoch. */
  readonly now: number;
  readonly name: string;
  readonly template: Template;
}

/** A project with every plan at its default, on the embedded engine. */
export function newProject({ id, now, name, template }: NewProject): Project {
  return {
    id,
    name,
    createdAt: now,
    updatedAt: now,
    providerId: 'embedded',
    template,
    plan: PLAN_DEFAULTS,
    training: { ...TRAINING_DEFAULTS, suffix: suggestSuffix(template.name) },
    chat: { ...CHAT_DEFAULTS, system: template.system },
    screen: 'home',
  };
}

/** A copy under another id and name; rows and jobs are not part of it. */
export function duplicateProject(project: Project, { id, now, name }: Omit<NewProject, 'template'>): Project {
  return { ...project, id, name, createdAt: now, updatedAt: now };
}

const PARTS = ['plan', 'training', 'chat'] as const;

/**
 * The project in a value read from disk. Each field that is missing, or that has no meaning any more, gets its
 * default, so that a project of an older or newer Luthier opens. Null when there is no id or no readable template.
 */
export function pickProject(value: unknown): Project | null {
  const template = templateSchema.safeParse(isRecord(value) ? value.template : undefined);
  if (!isRecord(value) || typeof value.id !== 'string' || value.id === '' || !template.success) return null;
  const fresh = newProject({ id: value.id, now: 0, name: 'Untitled', template: template.data });
  const filled = PARTS.reduce((project, part) => {
    const kept = value[part];
    if (!isRecord(kept)) return project;
    return Object.keys(project[part]).reduce((partly, key) => {
      return key in kept ? withField(partly, { [part]: { ...partly[part], [key]: kept[key] } }) : partly;
    }, project);
  }, fresh);
  return Object.keys(fresh).reduce((project, key) => {
    return PARTS.some((part) => part === key) ? project : withField(project, { [key]: value[key] });
  }, filled);
}

/** The project with the change, if it is still a project then. */
function withField(project: Project, change: Readonly<Record<string, unknown>>): Project {
  const parsed = projectSchema.safeParse({ ...project, ...change });
  return parsed.success ? parsed.data : project;
}
