import { describe, expect, it } from 'vitest';
import type { Tracker } from '../../src/app/runtime/tracking-ports.ts';
import { STARTED, trackedRun } from './wandb/support/tracker.ts';

export interface OpenedContract {
  /** As a process opens it; each call is another process on the same disk and server. */
  open(): Tracker;
  /** How many calls the server has had. */
  calls(): number;
}

/** What operations may rely on, whichever tracker it is. */
export function trackerContract(name: string, start: () => Promise<OpenedContract>): void {
  describe(`${name} as a tracker`, () => {
    it('has nothing where nothing was written, and nothing for a run that is not here', async () => {
      const tracker = (await start()).open();
      expect(tracker.list()).toEqual([]);
      expect(tracker.state('ftjob-1')).toBeNull();
      await expect(tracker.upload('ftjob-1')).rejects.toMatchObject({ name: 'TrackingError', kind: 'broken-log' });
    });

    it('writes here and sends when asked; says how a run stands at each step', async () => {
      const { open, calls } = await start();
      const tracker = open();
      // What comes with the end has a step of its own: a row that was sent stays as it is.
      const begun = { end: null, tables: [], artifacts: [], history: trackedRun().history.slice(0, 2) };
      const local = await tracker.write(trackedRun(begun));
      expect(local).toMatchObject({ runId: 'ftjob-1', own: true, sync: 'local', url: null, startedAt: STARTED });
      expect(calls()).toBe(0);
      const { url, ...sent } = await tracker.upload('ftjob-1');
      expect(sent).toMatchObject({ sync: 'partial', notes: [] });
      expect(url).toMatch(/^http:/);
      expect(await tracker.write(trackedRun())).toMatchObject({ sync: 'partial', url });
      expect(await tracker.upload('ftjob-1')).toMatchObject({ sync: 'synced', url, notes: [] });
      const before = calls();
      expect(await tracker.write(trackedRun())).toMatchObject({ sync: 'synced' });
      await tracker.upload('ftjob-1');
      expect(calls()).toBe(before);
      // Another process finds the same.
      expect(open().list()).toEqual(tracker.list());
      await tracker.write(trackedRun({ id: 'later', startedAt: STARTED + 86_400_000 }));
      expect(tracker.list().map(({ runId }) => runId)).toEqual(['later', 'ftjob-1']);
      expect(tracker.list((id) => id === 'later')).toHaveLength(1);
    });

    it('asks how a run stands there', async () => {
      const tracker = (await start()).open();
      expect(await tracker.statusOf('ftjob-1')).toBeNull();
      await tracker.write(trackedRun());
      await tracker.upload('ftjob-1');
      expect(await tracker.statusOf('ftjob-1')).toEqual({ status: 'succeeded' });
      await tracker.write(trackedRun({ id: 'plain', summary: {} }));
      await tracker.upload('plain');
      expect(await tracker.statusOf('plain')).toEqual({ status: null });
    });
  });
}
