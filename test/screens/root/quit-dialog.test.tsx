import { Box } from 'ink';
import { expect, it } from 'vitest';
import { needsConfirmation, QuitDialog } from '../../../src/screens/root/quit-dialog.tsx';
import { fakeSync } from '../../components/tracking/support.ts';
import { render } from '../../harness/render.tsx';
import { fakeOperation } from '../train/fake-operation.ts';

const SENT = 'What is not sent to W&B stays here';
const STOPPED = 'What is not finished stops';

it('says of each kind of work what becomes of it', async () => {
  const dialog = (live: Parameters<typeof QuitDialog>[0]['live']) => (
    <Box width={80} height={22}>
      <QuitDialog live={live} onQuit={() => {}} onStay={() => {}} />
    </Box>
  );
  const app = await render(dialog([fakeSync()]));
  expect(app.frame()).toContain('Track ftjob-1');
  expect(app.frame()).toContain(SENT);
  expect(app.frame()).not.toContain(STOPPED);
  await app.rerender(dialog([fakeOperation(), fakeSync()]));
  expect(app.frame()).toContain(SENT);
  expect(app.frame()).toContain(STOPPED);
});

it('asks for the sake of what somebody waits for, not of a run that is tracked unasked', () => {
  expect([fakeOperation(), fakeSync({ asked: true }), fakeSync({ asked: false })].map(needsConfirmation)).toEqual([
    true,
    true,
    false,
  ]);
});
