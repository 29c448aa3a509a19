import { Box } from 'ink';
import { expect, it } from 'vitest';
import type { DeploymentRecord } from '../../../src/domain/deployment/types.ts';
import { needsConfirmation, QuitDialog } from '../../../src/screens/root/quit-dialog.tsx';
import { deploymentOf } from '../../app/fakes/deployments.ts';
import { fakeSync } from '../../components/tracking/support.ts';
import { render } from '../../harness/render.tsx';
import { fakeOperation } from '../train/fake-operation.ts';

const SENT = 'What the tracker does not have stays here';
const STOPPED = 'What is not finished stops';

it('says of each kind of work what becomes of it', async () => {
  const dialog = (live: Parameters<typeof QuitDialog>[0]['live'], billed: readonly DeploymentRecord[] = []) => (
    <Box width={80} height={22}>
      <QuitDialog live={live} billed={billed} now={3_600_000} onQuit={() => {}} onStay={() => {}} />
    </Box>
  );
  const app = await render(dialog([fakeSync()]));
  expect(app.frame()).toContain('Track ftjob-1');
  expect(app.frame()).toContain(SENT);
  expect(app.frame()).not.toContain(STOPPED);
  await app.rerender(dialog([fakeOperation(), fakeSync()]));
  expect(app.frame()).toContain(SENT);
  expect(app.frame()).toContain(STOPPED);
  await app.rerender(dialog([], [deploymentOf({ billedSince: 0 })]));
  expect(app.frame()).toContain('Billed on while Luthier is closed:');
  expect(app.frame()).toContain('triage-1: $4.00 an hour, 1.0 h, $4.00 so far');
  expect(app.frame()).toContain('luthier undeploy');
});

it('asks for the sake of what somebody waits for, not of a run that is tracked unasked', () => {
  expect([fakeOperation(), fakeSync({ asked: true }), fakeSync({ asked: false })].map(needsConfirmation)).toEqual([
    true,
    true,
    false,
  ]);
});
