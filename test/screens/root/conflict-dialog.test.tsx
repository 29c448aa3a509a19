import { Box } from 'ink';
import { expect, it } from 'vitest';
import { ConflictDialog } from '../../../src/screens/root/conflict-dialog.tsx';
import { templateOf } from '../../app/fakes/provider.ts';
import { render } from '../../harness/render.tsx';

it.each([
  [['enter'], 'theirs'],
  [['down', 'enter'], 'mine'],
  [['down', 'down', 'enter'], 'beside'],
  [['escape'], 'beside'],
])('%j: %s', async (keys, choice) => {
  const chosen: string[] = [];
  const conflict = { projectId: 'p', name: 'Dragons', mine: templateOf(1), theirs: templateOf(2) };
  const app = await render(
    <Box width={80} height={22}>
      <ConflictDialog conflict={conflict} onChoose={(one) => chosen.push(one)} />
    </Box>,
  );
  expect(app.frame()).toContain('Another window changed the template of Dragons');
  await app.press(...keys);
  expect(chosen).toEqual([choice]);
});
