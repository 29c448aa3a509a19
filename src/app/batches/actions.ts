import type { BatchView } from '../../domain/batches/view.ts';
import type { WorkbenchContext } from '../core/context.ts';
import { owedBatches, startCollect } from './collect.ts';

export interface BatchActions {
  /** Cancels a batch at its provider. What it has answered by then is billed, and becomes rows. */
  cancel(batch: Pick<BatchView, 'key'>): void;
}

export interface Batching {
  readonly actions: BatchActions;
  /** Sees batches that earlier runs left to their end, of every project whose provider is still there. */
  resume(): void;
}

const LEFT = 'The batch goes on at its provider.';

/** Batches in the app; `collected` is told when answers of earlier runs are rows. */
export function createBatching(context: WorkbenchContext, collected: () => void): Batching {
  const { operations } = context;

  async function cancel(key: string): Promise<void> {
    const record = operations.batches.store.open().find((one) => one.key === key);
    if (record?.remote == null) {
      context.note('The batch is not at its provider: nothing was cancelled.');
      return;
    }
    const provider = await operations.providers.connect(record.providerId);
    const remote = await (await provider.batches?.())?.cancel(record.remote.id);
    if (remote === undefined) return;
    context.note(`${remote.id} is ${remote.word}: what it answered becomes rows, the rest is not asked.`);
  }

  return {
    actions: {
      cancel({ key }) {
        void context
          .attempt(LEFT, () => cancel(key))
          .then((outcome) => {
            if (!outcome.ok) context.problem(outcome.problem);
          });
      },
    },
    resume() {
      const providers = new Set(context.store.getState().profiles.map(({ id }) => id));
      context.guard(LEFT, () => {
        for (const owed of owedBatches(operations)) {
          if (!owed.records.every(({ providerId }) => providers.has(providerId))) continue;
          void startCollect(operations, owed).finished.then(collected);
        }
      });
    },
  };
}
