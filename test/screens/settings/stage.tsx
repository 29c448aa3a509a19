import type { ReactNode } from 'react';
import { Frame } from '../../../src/components/frame/index.ts';
import { globalBindings } from '../../../src/keys/bindings/global.ts';
import { useBindings } from '../../../src/keys/index.ts';
import { SettingsScreen } from '../../../src/screens/settings/index.ts';
import { useAppState, useWorkbench, WorkbenchProvider } from '../../../src/state/context.tsx';
import { type Rendered, type RenderOptions, render } from '../../harness/render.tsx';
import type { Desk } from '../../state/fakes/desk.ts';

function Room(): ReactNode {
  const notice = useAppState((state) => state.notice);
  const { navigation } = useWorkbench();
  useBindings('global', globalBindings, { 'global.help': () => undefined, 'global.back': navigation.dismiss });
  const facts = { project: 'P', breadcrumb: ['Settings'], provider: 'Engine', practice: true, running: 0, spentUsd: 0 };
  return (
    <Frame facts={facts} notice={notice}>
      <SettingsScreen />
    </Frame>
  );
}

/** The screen in its frame, as the root shows it. */
export function open(desk: Desk, options: RenderOptions = {}): Promise<Rendered> {
  return render(
    <WorkbenchProvider store={desk.store} workbench={desk.workbench}>
      <Room />
    </WorkbenchProvider>,
    {
      ...options,
      onRefused: (binding) => desk.workbench.navigation.note(`${binding.label}: ${binding.disabledReason}`),
    },
  );
}
