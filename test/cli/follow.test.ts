import { expect, test } from 'vitest';
import type { GenerateProgress, OperationSnapshot, RequestWait } from '../../src/app/runtime/operation.ts';
import { batchProgress, follow } from '../../src/cli/follow.ts';
import { createOutput } from '../../src/cli/output/output.ts';

const text = (seconds: number): string => `waiting ${seconds} s for api.x.com: its limit is 1,200 calls a minute`;
const waitOf = (seconds: number): RequestWait => ({ ms: seconds * 1000, text: text(seconds) });

const snapshotOf = (wait: RequestWait | null): OperationSnapshot<GenerateProgress> => ({
  id: 'op-1',
  projectId: 'p',
  title: 'Generate',
  status: 'running',
  fraction: 0.5,
  startedAt: 0,
  endedAt: null,
  problem: null,
  receipt: null,
  detail: {
    kind: 'generate',
    total: 10,
    done: 5,
    reused: 0,
    running: 0,
    waiting: 5,
    retried: 0,
    failed: 0,
    flagged: 0,
    rowsPerSecond: 1,
    etaMs: null,
    concurrency: 8,
    concurrencyHistory: [],
    latencyP50Ms: null,
    latencyP95Ms: null,
    costUsd: 0,
    capUsd: null,
    capLeftUsd: null,
    projectUsd: 0,
    limits: null,
    wait,
    batches: [],
    latest: [],
    problems: [],
  },
});

test('a long wait gets one line when it begins, and is counted down beside the bar', async () => {
  const lines: string[] = [];
  const output = createOutput({
    json: false,
    colour: { stdout: false, stderr: false },
    stdout: { write: () => true },
    stderr: { write: (line: string) => lines.push(line) },
  });
  const waits = [null, waitOf(2), waitOf(12), waitOf(11), waitOf(3), null, waitOf(6), null];
  let snapshot = snapshotOf(null);
  let show = (): void => {};
  const { promise, resolve } = Promise.withResolvers<OperationSnapshot<GenerateProgress>>();
  const followed = follow(
    { output, signal: new AbortController().signal, readerGone: new AbortController().signal },
    {
      subscribe: (listener) => {
        show = listener;
        return () => {};
      },
    },
    { id: 'op-1', snapshot: () => snapshot, cancel: () => {}, finished: promise },
    batchProgress('generate', 'rows'),
  );
  for (const wait of waits) {
    snapshot = snapshotOf(wait);
    show();
  }
  resolve(snapshot);
  await followed;
  expect(lines.filter((line) => line.startsWith('! '))).toEqual([`! ${text(12)}\n`, `! ${text(6)}\n`]);
  expect(batchProgress('generate', 'rows')(snapshotOf(waitOf(11))).text).toContain(text(11));
});
