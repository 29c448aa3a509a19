import { expect, it } from 'vitest';
import { WorkbenchProvider } from '../../../src/app/react.tsx';
import { RunTrackingLine } from '../../../src/components/tracking/run-tracking-line.tsx';
import { openFakeWorkbench } from '../../app/fakes/fake-workbench.ts';
import { render } from '../../harness/render.tsx';

it('a run that was never sent says how it is, in exactly one row of its width', async () => {
  const { store, workbench } = openFakeWorkbench();
  const app = await render(
    <WorkbenchProvider store={store} workbench={workbench}>
      <RunTrackingLine what={{ kind: 'job', id: 'ftjob-1' }} width={60} />
    </WorkbenchProvider>,
  );
  expect(app.lines()[0]).toMatch(/^W&B — not sent yet: w sends it/);
  expect(app.lines()[1]).toBe('');
});
