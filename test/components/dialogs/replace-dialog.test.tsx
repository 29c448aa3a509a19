import { Box } from 'ink';
import { expect, it } from 'vitest';
import { ReplaceDialog } from '../../../src/components/dialogs/export-path-dialog.tsx';
import { render } from '../../harness/render.tsx';

it.each([
  ['y', 'replaced'],
  ['n', 'left'],
  ['escape', 'left'],
])('a file that was not written here is replaced by a yes alone: %s', async (key, outcome) => {
  const said: string[] = [];
  const app = await render(
    <Box width={80} height={22}>
      <ReplaceDialog
        path="/exports/rows.jsonl"
        onConfirm={() => said.push('replaced')}
        onCancel={() => said.push('left')}
      />
    </Box>,
  );
  expect(app.frame()).toContain('/exports/rows.jsonl');
  expect(app.frame()).toContain('what is in it goes for');
  await app.press(key);
  expect(said).toEqual([outcome]);
});
