/** The models of the embedded engine. Their names never pretend to be another provider's. */

/** The teacher: writes varied answers to a teacher prompt. */
export const PRACTICE_TEACHER = 'practice-writer';
/** The base model that can be tuned. */
export const PRACTICE_BASE = 'practice-small';

/** A model, and the provider that has it. */
export interface ModelRef {
  readonly providerId: string;
  readonly model: string;
}

export type Encoding = 'o200k_base' | 'cl100k_base';

/**
 * The base a model name is built on: `ft:<base>:<org>:<suffix>:<id>` with or without `:ckpt-step-n` (OpenAI and the
 * embedded engine), `<base>.ft-<id>-<suffix>` (Azure), else the name itself.
 */
export function baseModelOf(model: string): string {
  if (model.startsWith('ft:')) return model.split(':')[1] || model;
  return model.replace(/\.ft-.*$/, '');
}

/** Whether the name is of a tuned model. */
export function isTunedModel(model: string): boolean {
  return model.startsWith('ft:') || model.includes('.ft-');
}

/** How the embedded engine is called wherever it trains or answers. */
export const PRACTICE_LABEL = 'practice engine';

const PRACTICE_MODELS: ReadonlySet<string> = new Set([PRACTICE_TEACHER, PRACTICE_BASE]);

/** Whether a name is one of the embedded engine's: its two models and what was tuned from them. */
export function isPracticeModel(model: string): boolean {
  return PRACTICE_MODELS.has(baseModelOf(model));
}

/** A model's name, with the word for the engine where it is the embedded one's. */
export const modelLabel = (model: string): string => (isPracticeModel(model) ? `${model} (${PRACTICE_LABEL})` : model);

/** cl100k_base for GPT-3.5, GPT-4 and the two completion bases; o200k_base for 4o, 4.1 and all others (tiktoken's table). */
export function encodingFor(model: string): Encoding {
  return /^(gpt-3\.5|gpt-35|gpt-4(?![\d.o])|davinci-002|babbage-002)/.test(baseModelOf(model))
    ? 'cl100k_base'
    : 'o200k_base';
}

/** Tokens a training example may have before its end is cut off (OpenAI's fine-tuning guide); null when unknown. */
export function tokenLimitOf(model: string): number | null {
  const base = baseModelOf(model);
  if (/^gpt-4(o|\.1)/.test(base)) return 65_536;
  return /^gpt-3\.?5/.test(base) ? 16_385 : null;
}
