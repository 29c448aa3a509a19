import { Box } from 'ink';
import { expect, it } from 'vitest';
import { isMissed, QuitDialog } from '../../../src/screens/root/quit.tsx';
import { syncOf } from '../../components/tracking/support.ts';
import { render } from '../../harness/render.tsx';
import { operationOf } from '../train/operations.ts';

const SENT = 'What is not sent to W&B stays here';
const STOPPED = 'What is not finished stops';

it('says of each kind of work what becomes of it', async () => {
  const dialog = (live: Parameters<typeof QuitDialog>[0]['live']) => (
    <Box width={80} height={22}>
      <QuitDialog live={live} onQuit={() => {}} onStay={() => {}} />
    </Box>
  );
  const app = await render(dialog([syncOf()]));
  expect(app.frame()).toContain('Track ftjob-1');
  expect(app.frame()).toContain(SENT);
  expect(app.frame()).not.toContain(STOPPED);
  await app.rerender(dialog([operationOf(), syncOf()]));
  expect(app.frame()).toContain(SENT);
  expect(app.frame()).toContain(STOPPED);
});

it('asks for the sake of what somebody waits for, not of a run that is tracked unasked', () => {
  expect([operationOf(), syncOf({ asked: true }), syncOf({ asked: false })].map(isMissed)).toEqual([true, true, false]);
});
