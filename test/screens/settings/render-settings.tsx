import type { ReactNode } from 'react';
import { useAppState, useWorkbench, WorkbenchProvider } from '../../../src/app/react.tsx';
import { Frame } from '../../../src/components/layout/frame.tsx';
import { globalBindings } from '../../../src/keys/bindings/global.ts';
import { useBindings } from '../../../src/keys/hooks.tsx';
import { SettingsScreen } from '../../../src/screens/settings/settings-screen.tsx';
import type { FakeWorkbench } from '../../app/fakes/fake-workbench.ts';
import { globalHandlers } from '../../harness/global-handlers.ts';
import { type Rendered, type RenderOptions, render } from '../../harness/render.tsx';

function SettingsApp(): ReactNode {
  const notice = useAppState((state) => state.notice);
  const { navigation } = useWorkbench();
  useBindings(
    'global',
    globalBindings,
    globalHandlers({ 'global.help': () => undefined, 'global.back': navigation.dismiss }),
  );
  const facts = { project: 'P', breadcrumb: ['Settings'], provider: 'Engine', practice: true, running: 0, spentUsd: 0 };
  return (
    <Frame facts={facts} notice={notice}>
      <SettingsScreen />
    </Frame>
  );
}

/** The screen in its frame, as the root shows it. */
export function renderSettings(desk: FakeWorkbench, options: RenderOptions = {}): Promise<Rendered> {
  return render(
    <WorkbenchProvider store={desk.store} workbench={desk.workbench}>
      <SettingsApp />
    </WorkbenchProvider>,
    {
      ...options,
      onRefused: (binding) => desk.workbench.navigation.note(`${binding.label}: ${binding.disabledReason}`),
    },
  );
}
