import { Box } from 'ink';
import { describe, expect, it } from 'vitest';
import type { OperationSnapshot } from '../../../src/app/runtime/operation.ts';
import { OperationsDrawer, outcomeOf } from '../../../src/components/dialogs/operations-drawer.tsx';
import { render } from '../../harness/render.tsx';
import { fakeSync, LINK } from '../tracking/support.ts';

const base: OperationSnapshot = {
  id: 'op1',
  projectId: 'p',
  title: 'Generate 1,296 rows',
  status: 'running',
  fraction: 0.65,
  startedAt: 1_000,
  endedAt: null,
  problem: null,
  receipt: null,
  detail: { kind: 'test-call', text: '' },
};

const operations: readonly OperationSnapshot[] = [
  base,
  {
    ...base,
    id: 'op2',
    title: 'Upload \x1b[31mtrain.jsonl',
    status: 'succeeded',
    endedAt: 62_000,
    receipt: { summary: '16 rows sent', costUsd: null },
  },
  {
    ...base,
    id: 'op3',
    title: 'Watch ftjob-1',
    status: 'failed',
    endedAt: 2_000,
    problem: { what: 'The key was refused.', saved: 'all', next: 'press 8' },
  },
];

describe('OperationsDrawer', () => {
  it('shows a cost as every other place does', () => {
    const ended = { ...base, id: 'op4', title: 'Generate', status: 'succeeded', endedAt: 2_000 } as const;
    const left = (costUsd: number) => outcomeOf({ ...ended, problem: null, receipt: { summary: '8 rows', costUsd } });
    expect([left(0), left(0.000012), left(1234.5)]).toEqual([
      '8 rows · $0.00',
      '8 rows · $0.000012',
      '8 rows · $1,234.50',
    ]);
  });

  it('shows what a sync does now, then where it went, and no cost', () => {
    expect(outcomeOf(fakeSync())).toBe('sends history  1.2 MB of 3.4 MB');
    const summary = `Synced: ${LINK}`;
    const ended = { status: 'succeeded', endedAt: 2_000, receipt: { summary, costUsd: null } } as const;
    expect(outcomeOf(fakeSync({ url: LINK }, ended))).toBe(summary);
    const bare = { ...ended, receipt: { summary: 'Synced.', costUsd: null } };
    expect(outcomeOf(fakeSync({ url: LINK }, bare))).toBe(`Synced. ${LINK}`);
    expect(outcomeOf(fakeSync({}, { problem: { what: 'No way there.', saved: 's', next: 'n' } }))).toBe(
      'No way there.',
    );
  });

  it('says of each how it stands, how far it is, how long it took and what it left', async () => {
    const cancelled: string[] = [];
    const app = await render(
      <Box width={80} height={22}>
        <OperationsDrawer
          operations={operations}
          now={() => 20_000}
          onCancel={(id) => cancelled.push(id)}
          onClose={() => cancelled.push('close')}
        />
      </Box>,
    );
    expect(app.frame()).toMatch(/◐ running +Generate 1,296 rows.*█+░+ +65% +00:19/);
    expect(app.frame()).toMatch(/✓ done +Upload train\.jsonl +01:01/);
    expect(app.frame()).toMatch(/✗ failed +Watch ftjob-1/);
    await app.press('x', 'down');
    expect(app.frame()).toContain('16 rows sent · cost unknown');
    await app.press('x', 'down');
    expect(app.frame()).toContain('The key was refused.');
    await app.press('ctrl-o');
    expect(cancelled).toEqual(['op1', 'close']);
  });
});
