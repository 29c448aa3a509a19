import type {
  OperationDetail,
  OperationHandle,
  OperationRegistry,
  OperationSnapshot,
} from '../operations/channel/types.ts';
import type { CommandContext } from './context.ts';
import type { Progress } from './output/types.ts';

/**
 * Shows an operation until it ends and gives its last snapshot. Ctrl-C cancels it and still waits for that end, so
 * that what was done can be told. A passing problem is told once, when it comes.
 */
export async function follow<D extends OperationDetail>(
  { output, signal }: CommandContext,
  registry: OperationRegistry,
  handle: OperationHandle<D>,
  view: (snapshot: OperationSnapshot<D>) => Progress,
): Promise<OperationSnapshot<D>> {
  let told = '';
  const show = (): void => {
    const snapshot = handle.snapshot();
    const what = snapshot.endedAt === null ? (snapshot.problem?.what ?? '') : '';
    if (what !== '' && what !== told) {
      output.record('warning', { ...snapshot.problem });
      output.note(`! ${what} ${snapshot.problem?.next ?? ''}`);
    }
    told = what;
    output.progress(view(snapshot));
  };
  const cancel = (): void => handle.cancel();
  const unsubscribe = registry.subscribe(show);
  signal.addEventListener('abort', cancel);
  if (signal.aborted) cancel();
  try {
    const last = await handle.finished;
    show();
    return last;
  } finally {
    unsubscribe();
    signal.removeEventListener('abort', cancel);
    output.progress(null);
  }
}
