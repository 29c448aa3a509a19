import type { Project } from '../../domain/project/types.ts';
import { kindFacts, type ProviderKindFacts } from '../../domain/provider/kinds.ts';
import type { ModelInfo, ProviderProfile } from '../../domain/provider/provider.ts';
import type { JobRecord } from '../../domain/training/types.ts';
import type { WorkbenchContext } from '../core/context.ts';
import { tunedModelsOf } from '../core/state.ts';
import { problemOf } from '../runtime/errors.ts';

/** The project at another provider: template, rows and numbers stay, models become ones that provider has. */
export function atProvider(project: Project, profile: ProviderProfile, jobs: readonly JobRecord[]): Project {
  const moved = { ...project, providerId: profile.id };
  const { models } = kindFacts(profile.kind);
  if (models === null) return moved;
  const [tuned] = tunedModelsOf(jobs, profile.id);
  return withModels(moved, models, tuned ?? null);
}

/** The project with models out of the provider's own list wherever it names others. An empty list says nothing. */
function withAvailableModels(project: Project, models: readonly ModelInfo[]): Project {
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

function withModels(
  project: Project,
  { teacher, base }: NonNullable<ProviderKindFacts['models']>,
  tuned: string | null,
): Project {
  return {
    ...project,
    plan: { ...project.plan, model: teacher },
    training: { ...project.training, model: base },
    chat: { ...project.chat, models: tuned === null ? [base] : [tuned, base] },
  };
}

/** The list of the current provider's models, read again when something may have changed it. */
export interface ModelReader {
  /** With `adapt`, plans of the current project that name a model its provider does not have get one it has. */
  refresh(adapt?: boolean): void;
  close(): void;
}

export function createModelReader(context: WorkbenchContext): ModelReader {
  let reading: AbortController | null = null;
  /** Projects whose plans wait for the list of their provider. */
  const adapting = new Set<string>();

  async function read(providerId: string, signal: AbortSignal): Promise<void> {
    const provider = await context.deps.providers.connect(providerId, { signal });
    const models = await provider.models.list({ signal });
    if (signal.aborted) return;
    context.set({ models: { status: 'ready', models } });
    for (const id of adapting) {
      if (context.projectAutosave.find(id)?.providerId !== providerId) continue;
      adapting.delete(id);
      context.projectAutosave.change(id, (project) => withAvailableModels(project, models));
    }
  }

  return {
    refresh(adapt = false) {
      const { id, providerId } = context.project();
      if (adapt) adapting.add(id);
      context.reads.invalidate('prices');
      reading?.abort();
      const mine = new AbortController();
      reading = mine;
      const { models } = context.store.getState().models;
      context.set({ models: { status: 'loading', models: adapt ? [] : models } });
      read(providerId, mine.signal).catch((error) => {
        if (mine.signal.aborted) return;
        const problem = problemOf(error, 'Nothing was lost.', 'Check the provider in Settings (8).');
        context.set({ models: { status: 'failed', models: [], problem } });
      });
    },
    close: () => reading?.abort(),
  };
}
