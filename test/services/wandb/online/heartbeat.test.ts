import { describe, expect, it } from 'vitest';
import { expectNoFaults, quickly, routesOf, sampleRun, serve, uploadTo } from '../support/sample.ts';
import type { WandbServer } from '../support/wandb-server.ts';
import type { Asked } from '../support/wandb-state.ts';

expectNoFaults();

const runAt = ({ state }: WandbServer) => {
  const [run] = state.runs.values();
  if (run === undefined) throw new Error('There is no run.');
  return run;
};

/** A timer that strikes when it is told to. */
function handClock() {
  const beats: (() => void)[] = [];
  const every = (ms: number, beat: () => void) => {
    expect(ms).toBe(30_000);
    beats.push(beat);
    return () => void beats.pop();
  };
  return { deps: { ...quickly(), every }, beats, strike: () => beats[0]?.() };
}

const isBeat = (asked: Asked | undefined): boolean => asked?.route === 'file_stream' && asked.body === '{}';

describe('a sign of life', () => {
  it('comes while artifacts take their time', async () => {
    const [server, run, { deps, beats, strike }] = [await serve(), sampleRun(), handClock()];
    server.onDone = (count) => {
      if (count === 4) strike();
    };
    await uploadTo(server, run, { deps });
    expect(runAt(server).heartbeats).toBe(1);
    expect(beats).toEqual([]);
  });

  it('is one at a time, and has arrived before the run is told to be over', async () => {
    const [server, run, { deps, strike }] = [await serve(), sampleRun(), handClock()];
    const { promise: held, resolve: release } = Promise.withResolvers<void>();
    server.onRequest = async (count) => {
      if (isBeat(server.state.asked[count - 1])) await held;
      // The first one is under way until the run is over, or would long be so: the last file goes before its rows.
      const { url = '', body = '' } = server.state.asked[count - 1] ?? {};
      if (body.includes('"complete":true')) release();
      if (url.includes('/store/runs/')) setTimeout(release, 250);
      return true;
    };
    server.onDone = (count) => {
      if (count >= 3 && count <= 6) strike();
    };
    await uploadTo(server, run, { deps });
    await held;
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(server.state.asked.filter(isBeat)).toHaveLength(1);
    expect(runAt(server)).toMatchObject({ heartbeats: 1, exitCode: 0 });
  });

  it('is all that is sent of a run that goes on and has nothing new', async () => {
    const [server, run] = [await serve(), sampleRun({ exitCode: null, summary: { status: 'running' } }, 3)];
    await uploadTo(server, run);
    expect(runAt(server).heartbeats).toBe(0);
    const asked = server.state.asked.length;
    await uploadTo(server, run);
    await uploadTo(server, run);
    expect(routesOf(server, asked)).toEqual(['file_stream', 'file_stream']);
    expect(server.state.asked.slice(asked).map(({ body }) => body)).toEqual(['{}', '{}']);
    expect(runAt(server)).toMatchObject({ heartbeats: 2, exitCode: null });
  });

  it('may be lost: nothing is tried again, and the upload went well', async () => {
    const [server, run] = [await serve(), sampleRun({ exitCode: null }, 3)];
    await uploadTo(server, run);
    server.fail({ route: 'file_stream', status: 500, times: 9 });
    const asked = server.state.asked.length;
    expect(await uploadTo(server, run)).toMatchObject({ exitCode: null });
    expect(routesOf(server, asked)).toEqual(['file_stream']);
  });
});
