import { describe, expect, it, onTestFinished } from 'vitest';
import { createPurchases } from '../../../src/app/completions/purchases.ts';
import { hasAnswer, type PricedRequest } from '../../../src/app/completions/requests.ts';
import type { UnstoredAnswer } from '../../../src/app/runtime/spending-ports.ts';
import type { Permission } from '../../../src/domain/pricing/spending.ts';
import { createLedger } from '../../../src/services/store/spending/ledger.ts';
import { memoryDatabase } from '../fakes/ledger.ts';
import { rowOf } from '../fakes/rows.ts';
import { MemoryRows } from '../fakes/stores.ts';

const work: PricedRequest = {
  id: 'r',
  projectId: 'p',
  target: { kind: 'generate', providerId: 'x', shape: { model: 'm' }, costOf: () => 1 },
  cell: {},
  messages: [],
  old: null,
  isThere: hasAnswer,
  worstUsage: null,
};

/** Two processes on one data folder, the second of which takes the first for dead once `time.now` has gone on. */
function twoProcesses() {
  const database = memoryDatabase();
  const rows = new MemoryRows();
  const time = { now: 0 };
  const unstored: UnstoredAnswer[] = [];
  const stored: string[] = [];
  const purchasesOf = (token: string) => {
    const ledger = createLedger(database, { now: () => time.now, self: { token, pid: process.pid, machine: 'here' } });
    onTestFinished(() => ledger.close());
    return createPurchases({
      ledger,
      rows,
      account: { projectId: 'p', operationId: 'o', hostOf: () => 'x' },
      cap: () => ({ projectId: 'p', kinds: ['generate'], usd: null }),
      unstored: (answers) => unstored.push(...answers),
      stored: (made) => stored.push(...made.map(({ completion }) => completion)),
    });
  };
  return { rows, time, unstored, stored, a: purchasesOf('a'), b: purchasesOf('b') };
}

const endOf = (permission: Permission) => {
  if (permission.status !== 'noted') throw new Error(permission.status);
  return { call: permission.call, outcome: 'billed' as const, usage: null, usd: 1 };
};

describe('an answer that comes after its call was given up for lost', () => {
  it('is kept where the row has none', async () => {
    const { rows, time, a, b } = twoProcesses();
    const late = await a.begin(work, 1);
    expect(await b.begin(work, 1)).toEqual({ status: 'held' });
    time.now = 20_000;
    expect(await b.begin(work, 1)).toMatchObject({ status: 'noted' });
    await a.end(work, endOf(late), rowOf('r', { completion: 'late' }));
    expect(rows.get('p', 'r')?.completion).toBe('late');
  });

  it('does not take the place of one that is there by then', async () => {
    const { rows, time, stored, a, b } = twoProcesses();
    const late = await a.begin(work, 1);
    time.now = 20_000;
    const taken = await b.begin(work, 1);
    await b.end(work, endOf(taken), rowOf('r', { completion: 'first' }));
    await a.end(work, endOf(late), rowOf('r', { completion: 'late' }));
    expect(rows.get('p', 'r')?.completion).toBe('first');
    expect(stored).toEqual(['first']);
    expect(await a.begin(work, 1)).toEqual({ status: 'there' });
  });
});

it('answers are kept though nothing more may begin, and handed over where they cannot be', async () => {
  const { rows, unstored, stored, a } = twoProcesses();
  const end = endOf(await a.begin(work, 1));
  rows.fault = new Error('disk full');
  const other = { ...work, id: 's' };
  const [ended, begun] = await Promise.allSettled([a.end(work, end, rowOf('r')), a.begin(other, 1)]);
  expect(ended).toMatchObject({ status: 'rejected', reason: { message: 'disk full' } });
  expect(begun).toMatchObject({ status: 'fulfilled', value: { status: 'noted' } });
  expect(unstored).toEqual([{ row: rowOf('r'), end }]);
  expect(stored).toEqual([]);
});
