import { problemOf } from '../../operations/channel/problems.ts';
import type { Core } from './core.ts';
import { withAvailableModels } from './providerDefaults.ts';

/** The list of the current provider's models, read again when something may have changed it. */
export interface ModelReader {
  /** With `adapt`, plans that name a model the provider does not have get one it has. */
  refresh(adapt?: boolean): void;
  close(): void;
}

export function createModelReader(core: Core): ModelReader {
  let reading: AbortController | null = null;
  let adapting = false;

  async function read(providerId: string, signal: AbortSignal): Promise<void> {
    const provider = await core.deps.providers.connect(providerId, { signal });
    const models = await provider.models.list({ signal });
    if (signal.aborted) return;
    core.set({ models: { status: 'ready', models } });
    if (adapting) core.keeper.change(core.project().id, (project) => withAvailableModels(project, models));
    adapting = false;
  }

  return {
    refresh(adapt = false) {
      adapting ||= adapt;
      reading?.abort();
      const mine = new AbortController();
      reading = mine;
      const { models } = core.store.getState().models;
      core.set({ models: { status: 'loading', models: adapt ? [] : models } });
      read(core.project().providerId, mine.signal).catch((error) => {
        if (mine.signal.aborted) return;
        const problem = problemOf(error, 'Nothing was lost.', 'Check the provider in Settings (8).');
        core.set({ models: { status: 'failed', models: [], problem } });
      });
    },
    close: () => reading?.abort(),
  };
}
