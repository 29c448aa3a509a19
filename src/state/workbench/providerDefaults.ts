import type { Project } from '../../domain/project/types.ts';
import { PRACTICE_BASE, PRACTICE_TEACHER } from '../../domain/provider/practice.ts';
import type { ModelInfo, ProviderKind, ProviderProfile } from '../../domain/provider/types.ts';
import type { JobRecord } from '../../domain/training/types.ts';
import { tunedModelsOf } from '../selectors.ts';

interface DefaultModels {
  readonly teacher: string;
  readonly base: string;
}

/** Models to begin with at a provider; those of a compatible server are not known before it lists them. */
const DEFAULTS: Readonly<Record<ProviderKind, DefaultModels | null>> = {
  embedded: { teacher: PRACTICE_TEACHER, base: PRACTICE_BASE },
  openai: { teacher: 'gpt-4.1-mini', base: 'gpt-4.1-mini-2025-04-14' },
  azure: { teacher: 'gpt-4.1-mini', base: 'gpt-4.1-mini-2025-04-14' },
  compatible: null,
};

/** The project at another provider: template, rows and numbers stay, models become ones that provider has. */
export function atProvider(project: Project, profile: ProviderProfile, jobs: readonly JobRecord[]): Project {
  const moved = { ...project, providerId: profile.id };
  const models = DEFAULTS[profile.kind];
  if (models === null) return moved;
  const [tuned] = tunedModelsOf(jobs, profile.id);
  return withModels(moved, models, tuned ?? null);
}

/** The project with models out of the provider's own list wherever it names others. An empty list says nothing. */
export function withAvailableModels(project: Project, models: readonly ModelInfo[]): Project {
  const has = (id: string): boolean => models.some((model) => model.id === id);
  const first = models.find((model) => !model.tuned) ?? models[0];
  if (first === undefined) return project;
  const valid = (id: string): string => (has(id) ? id : first.id);
  const chat = [...new Set(project.chat.models.map(valid))];
  return {
    ...project,
    plan: { ...project.plan, model: valid(project.plan.model) },
    training: { ...project.training, model: valid(project.training.model) },
    chat: { ...project.chat, models: chat.length === 0 ? [first.id] : chat },
  };
}

function withModels(project: Project, { teacher, base }: DefaultModels, tuned: string | null): Project {
  return {
    ...project,
    plan: { ...project.plan, model: teacher },
    training: { ...project.training, model: base },
    chat: { ...project.chat, models: tuned === null ? [base] : [tuned, base] },
  };
}
