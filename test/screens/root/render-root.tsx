import { WorkbenchProvider } from '../../../src/app/react.tsx';
import { Root } from '../../../src/screens/root/root.tsx';
import { createTerminalLease } from '../../../src/screens/root/terminal.ts';
import type { FakeWorkbench } from '../../app/fakes/fake-workbench.ts';
import { type Rendered, type RenderOptions, render } from '../../harness/render.tsx';

/** The whole app: header, bar, screen, footer, overlays, over a fake workbench. */
export const renderRoot = ({ store, workbench }: FakeWorkbench, options: RenderOptions = {}): Promise<Rendered> =>
  render(
    <WorkbenchProvider store={store} workbench={workbench}>
      <Root
        env={{ LANG: 'en_GB.UTF-8' }}
        now={() => store.getState().project.createdAt}
        lease={createTerminalLease()}
        onQuit={() => undefined}
        onSuspend={null}
        onRepaint={() => undefined}
      />
    </WorkbenchProvider>,
    options,
  );
