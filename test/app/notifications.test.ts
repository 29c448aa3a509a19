import { expect, it } from 'vitest';
import type { OperationProgress } from '../../src/app/runtime/operation.ts';
import { TERMINAL_CHOICES } from '../../src/domain/project/settings.ts';
import { openFakeWorkbench } from './fakes/fake-workbench.ts';

const IMPORT: OperationProgress = { kind: 'import', path: '/rows.jsonl', rows: 0, perSecond: null, etaMs: null };

it('what took long and ended is notified once, with its outcome; what was short, stopped or switched off is not', async () => {
  const { store, clock, notified, registry } = openFakeWorkbench();
  const run = async (title: string, ms: number, end: (cancel: () => void) => string): Promise<void> => {
    const handle = registry.start({
      projectId: 'p',
      title,
      detail: IMPORT,
      run: async () => {
        await clock.sleep(ms, new AbortController().signal);
        return { summary: end(() => handle.cancel()), costUsd: null };
      },
    });
    await clock.advance(ms + 100);
    await handle.finished;
  };
  const fail = (): never => {
    throw new Error('The disk is full.');
  };
  await run('Short', 9_000, () => 'done');
  await run('Long', 10_000, () => '16 rows');
  await run('Broken', 20_000, fail);
  await run('Stopped', 20_000, (cancel) => {
    cancel();
    return 'stopped';
  });
  store.setState({ terminal: { ...TERMINAL_CHOICES, notifications: false } });
  await run('Silent', 20_000, () => 'done');
  expect(notified).toEqual(['Long: 16 rows', 'Broken: The disk is full.']);
});
