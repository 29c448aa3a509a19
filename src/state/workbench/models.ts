import { problemOf } from '../../operations/channel/problems.ts';
import type { Core } from './core.ts';
import { withAvailableModels } from './providerDefaults.ts';

/** The list of the current provider's models, read again when something may have changed it. */
export interface ModelReader {
  /** With `adapt`, plans of the current project that name a model its provider does not have get one it has. */
  refresh(adapt?: boolean): void;
  close(): void;
}

export function createModelReader(core: Core): ModelReader {
  let reading: AbortController | null = null;
  /** Projects whose plans wait for the list of their provider. */
  const adapting = new Set<string>();

  async function read(providerId: string, signal: AbortSignal): Promise<void> {
    const provider = await core.deps.providers.connect(providerId, { signal });
    const models = await provider.models.list({ signal });
    if (signal.aborted) return;
    core.set({ models: { status: 'ready', models } });
    for (const id of adapting) {
      if (core.keeper.find(id)?.providerId !== providerId) continue;
      adapting.delete(id);
      core.keeper.change(id, (project) => withAvailableModels(project, models));
    }
  }

  return {
    refresh(adapt = false) {
      const { id, providerId } = core.project();
      if (adapt) adapting.add(id);
      reading?.abort();
      const mine = new AbortController();
      reading = mine;
      const { models } = core.store.getState().models;
      core.set({ models: { status: 'loading', models: adapt ? [] : models } });
      read(providerId, mine.signal).catch((error) => {
        if (mine.signal.aborted) return;
        const problem = problemOf(error, 'Nothing was lost.', 'Check the provider in Settings (8).');
        core.set({ models: { status: 'failed', models: [], problem } });
      });
    },
    close: () => reading?.abort(),
  };
}
