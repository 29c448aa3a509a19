import type { BatchRecord } from '../../domain/batches/record.ts';
import { plural } from '../../domain/text/format.ts';
import type { RunHandle } from '../completions/live-requests.ts';
import { RequestRun, type RequestRunDeps, startRequests } from '../completions/request-run.ts';
import type { CollectProgress } from '../runtime/operation.ts';
import { type SendingDeps, takingUp, targetOf } from './sending.ts';

export type CollectDeps = RequestRunDeps & SendingDeps;
export type CollectHandle = RunHandle<CollectProgress>;

/** Open batches whose answers are rows of one project: what one operation takes up. */
export interface OwedBatches {
  /** Whose spending they are. */
  readonly projectId: string;
  readonly rowsOf: string;
  readonly records: readonly BatchRecord[];
}

/** The open batches by what takes them up; of a project, where one is named, and of a provider. */
export function owedBatches(
  { batches }: Pick<CollectDeps, 'batches'>,
  of: { readonly projectId?: string; readonly providerId?: string } = {},
): readonly OwedBatches[] {
  const open = batches.store
    .open(of.projectId)
    .filter(({ providerId, state }) => state !== 'gathering' && (of.providerId ?? providerId) === providerId);
  return [...Map.groupBy(open, ({ projectId, rowsOf }) => `${projectId} ${rowsOf}`).values()].flatMap((records) => {
    const [first] = records;
    return first === undefined ? [] : [{ projectId: first.projectId, rowsOf: first.rowsOf, records }];
  });
}

/** Sees batches of earlier runs to their end and makes rows of their answers. Nothing is sent. */
export function startCollect(deps: CollectDeps, { projectId, rowsOf, records }: OwedBatches): CollectHandle {
  const total = records.reduce((sum, record) => sum + deps.batches.rows.left(record), 0);
  const of = targetOf(deps.prices);
  const work = records.some(({ kind }) => kind === 'generate') ? 'generation' : 'evaluation';
  const run = new RequestRun<CollectProgress>(deps, {
    targets: [...new Map(records.map((record) => [`${record.providerId} ${record.asked.model}`, of(record)])).values()],
    phases: [() => []],
    total: () => total,
    detailOf: (progress) => ({ kind: 'collect', ...progress }),
    done: ['row came of a batch', 'rows came of batches'],
    concurrency: 'auto',
    spending: { projectId, work, capUsd: null, capRunUsd: null },
    rowsOf,
    whenCapped: 'end',
    dispatcher: takingUp(deps),
  });
  const title = `Take up ${plural(records.length, 'batch', 'batches')}`;
  return startRequests(deps.registry, run, { projectId, title });
}
