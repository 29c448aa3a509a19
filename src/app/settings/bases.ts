import { failed, type Outcome, ok } from '../../domain/common/outcome.ts';
import { byteSize } from '../../domain/text/format.ts';
import { createPace, rateText } from '../../domain/weights/pace.ts';
import type { WorkbenchContext } from '../core/context.ts';
import { OperationError } from '../runtime/errors.ts';
import type { BaseOnDisk, PullOffer } from '../runtime/machine-ports.ts';
import type { DownloadProgress } from '../runtime/operation.ts';
import { machineProblem } from './machine.ts';

/** Base models of real weights on this machine, as `luthier models` has them. */
export interface BaseModelActions {
  list(): Outcome<readonly BaseOnDisk[]>;
  /** Asks the Hub what a model is: size, licence, what is here of it. Brings nothing. */
  offer(name: string, signal: AbortSignal): Promise<Outcome<PullOffer>>;
  /** Brings it, as an operation of the current project. What came before a cancel is gone on with the next time. */
  pull(offer: PullOffer): void;
  /** Of what was pulled alone. */
  remove(id: string): Outcome<string>;
}

const KEPT = 'What came is kept, and gone on with the next time.';
const AS_BEFORE = 'What was there before is as it was.';

export function createBaseModelActions(context: WorkbenchContext, changed: () => void): BaseModelActions {
  const { baseModels, clock } = context.deps;
  const tried = <T>(work: () => T): Outcome<T> => {
    try {
      return ok(work());
    } catch (error) {
      return failed(machineProblem(error, AS_BEFORE));
    }
  };
  return {
    list: () => tried(() => baseModels.list()),
    async offer(name, signal) {
      try {
        return ok(await baseModels.prepare(name, signal));
      } catch (error) {
        return failed(machineProblem(error, 'Nothing was pulled.'));
      }
    },
    pull(offer) {
      const before = { kind: 'download', jobId: null, name: '', received: offer.bytes - offer.left } as const;
      context.operations.registry.start<DownloadProgress>({
        projectId: context.project().id,
        title: `Pull ${offer.id}`,
        detail: { ...before, total: offer.bytes },
        async run({ signal, report }) {
          const pace = createPace();
          try {
            const model = await offer.pull(({ file, have, bytes }) => {
              const name = [file, rateText(pace.at(clock.now(), have, bytes))].join('  ').trimEnd();
              report({ ...before, name, received: have, total: bytes }, bytes === 0 ? 1 : have / bytes);
            }, signal);
            changed();
            return { summary: `${model.id} is here, ${byteSize(model.bytes)}.${lackOf(model)}`, costUsd: null };
          } catch (error) {
            if (signal.aborted) throw error;
            throw new OperationError('failed', machineProblem(error, KEPT));
          }
        },
      });
    },
    remove(id) {
      const removed = tried(() => baseModels.remove(id));
      if (!removed.ok) return removed;
      changed();
      return ok(removed.value ? `Removed ${id}. Models tuned on it stay.` : `${id} was not pulled by Luthier.`);
    },
  };
}

const lackOf = ({ missing }: BaseOnDisk): string =>
  missing.length === 0 ? '' : ` Its repository has no ${missing.join(' and no ')}: it cannot be tuned as it is.`;
