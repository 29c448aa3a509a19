import { describe, expect, it } from 'vitest';
import { expectNoFaults, sampleRun, serve, syncFileOf, uploadTo } from '../support/sample.ts';
import { KEY } from '../support/wandb-server.ts';
import { visibleState } from '../support/wandb-state.ts';

expectNoFaults();

/** What an upload that nothing disturbs leaves, and after how many requests. */
async function undisturbed(): Promise<{ readonly state: unknown; readonly requests: number }> {
  const [server, run] = [await serve(), sampleRun()];
  await uploadTo(server, run);
  return { state: visibleState(server.state), requests: server.state.asked.length };
}

/** Ends an upload at the nth request, done or not, and goes on with what is on disk. */
async function resumed(nth: number, done: boolean): Promise<unknown> {
  const [server, run, kill] = [await serve(), sampleRun(), new AbortController()];
  server.onRequest = (count) => {
    if (count < nth) return true;
    if (count === nth) kill.abort(new Error('killed'));
    return count === nth && done;
  };
  await expect(uploadTo(server, run, { signal: kill.signal })).rejects.toThrow('killed');
  expect(server.state.asked).toHaveLength(nth);
  server.onRequest = null;
  await uploadTo(server, run);
  // What W&B acknowledged before is not sent again: at most one step is made twice.
  const steps = server.state.asked.map(({ route, url }) => (route === 'put' ? url : route));
  expect(steps.filter((step) => step === 'UpsertBucket').length).toBeLessThanOrEqual(2);
  expect(syncFileOf(run)).not.toContain(KEY);
  return visibleState(server.state);
}

describe('an upload that is killed', () => {
  it('goes on where it stopped, whichever request was under way and whether it was done', async () => {
    const { state, requests } = await undisturbed();
    expect(requests).toBeGreaterThan(18);
    for (let nth = 1; nth <= requests; nth += 1) {
      const [before, within] = await Promise.all([resumed(nth, false), resumed(nth, true)]);
      expect(before, `killed before request ${nth}`).toEqual(state);
      expect(within, `killed in request ${nth}`).toEqual(state);
    }
  }, 120_000);

  it('ends the same when it is killed again and again', async () => {
    const { state, requests } = await undisturbed();
    const [server, run] = [await serve(), sampleRun()];
    let kills = 0;
    for (let all = 0, whole = false; !whole; all += 1) {
      expect(all).toBeLessThan(requests * 2);
      const kill = new AbortController();
      // Each life gets a few requests through: an artifact is begun anew where it was not committed.
      const from = server.state.asked.length;
      server.onRequest = (count) => {
        if (count - from <= 9) return true;
        kill.abort(new Error('killed'));
        return false;
      };
      whole = await uploadTo(server, run, { signal: kill.signal }).then(
        () => true,
        () => false,
      );
      kills += whole ? 0 : 1;
    }
    expect(kills).toBeGreaterThan(1);
    expect(visibleState(server.state)).toEqual(state);
  });
});
