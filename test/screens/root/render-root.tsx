import { WorkbenchProvider } from '../../../src/app/react.tsx';
import type { MousePress } from '../../../src/keys/mouse-areas.ts';
import { Root } from '../../../src/screens/root/root.tsx';
import { createTerminalLease } from '../../../src/screens/root/terminal.ts';
import type { FakeWorkbench } from '../../app/fakes/fake-workbench.ts';
import { type Rendered, type RenderOptions, render } from '../../harness/render.tsx';

/** The whole app: header, bar, screen, footer, overlays, over a fake workbench. */
export async function renderRoot(fake: FakeWorkbench, options: RenderOptions = {}): Promise<Rendered> {
  const { store, workbench } = fake;
  const mouse = new Set<(press: MousePress) => void>();
  const signals = {
    onMouse: (listener: (press: MousePress) => void) => {
      mouse.add(listener);
      return () => mouse.delete(listener);
    },
    onBackground: () => () => undefined,
    background: () => null,
  };
  const app = await render(
    <WorkbenchProvider store={store} workbench={workbench}>
      <Root
        env={{ LANG: 'en_GB.UTF-8' }}
        now={() => store.getState().project.createdAt}
        lease={createTerminalLease()}
        signals={signals}
        onQuit={() => undefined}
        onSuspend={null}
        onRepaint={() => undefined}
      />
    </WorkbenchProvider>,
    options,
  );
  return {
    ...app,
    mouse: async (kind, column, row) => {
      for (const listener of mouse) listener({ kind, column, row });
      await app.settled();
    },
  };
}
