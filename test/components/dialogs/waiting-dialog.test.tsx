import { Box } from 'ink';
import { expect, it } from 'vitest';
import { WaitingDialog } from '../../../src/components/dialogs/waiting-dialog.tsx';
import { render } from '../../harness/render.tsx';

it('says who is asked what, and is left by Esc', async () => {
  let left = 0;
  const app = await render(
    <Box width={80} height={22}>
      <WaitingDialog
        title="Deploy?"
        text={'Asking Together what it costs\u001b[2J'}
        onCancel={() => {
          left += 1;
        }}
      />
    </Box>,
  );
  expect(app.frame()).toContain('Deploy?');
  expect(app.frame()).toContain('Asking Together what it costs');
  expect(app.frame()).toContain('Esc');
  await app.press('x');
  expect(left).toBe(0);
  await app.press('escape');
  expect(left).toBe(1);
});
