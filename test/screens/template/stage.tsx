import type { ReactNode } from 'react';
import { Frame } from '../../../src/components/frame/index.ts';
import type { Template } from '../../../src/domain/template/types.ts';
import { TemplateScreen } from '../../../src/screens/template/index.ts';
import { useAppState, WorkbenchProvider } from '../../../src/state/context.tsx';
import { type Rendered, render } from '../../harness/render.tsx';
import { type Desk, type DeskParts, openDesk } from '../../state/fakes/desk.ts';

const FACTS = {
  project: 'Test',
  breadcrumb: ['Template'],
  provider: 'Embedded engine',
  practice: true,
  running: 0,
  spentUsd: 0,
};

function Stage({ open }: { readonly open: boolean }): ReactNode {
  const notice = useAppState((state) => state.notice);
  return (
    <Frame facts={FACTS} notice={notice}>
      {open ? <TemplateScreen /> : null}
    </Frame>
  );
}

export interface Staged extends Rendered {
  readonly desk: Desk;
  template(): Template;
  /** Shows another screen, or this one again. */
  show(open: boolean): Promise<void>;
}

export interface StageParts {
  readonly desk?: DeskParts;
  readonly columns?: number;
  readonly rows?: number;
  /** Changes the template the screen opens with. */
  readonly with?: (template: Template) => Template;
  readonly refused?: string[];
}

/** The screen in its frame, over the real workbench with stores in memory and in virtual time. */
export async function stage(parts: StageParts = {}): Promise<Staged> {
  const desk = openDesk(parts.desk);
  const change = parts.with;
  if (change !== undefined)
    desk.workbench.projects.update((project) => ({ ...project, template: change(project.template) }));
  const node = (open: boolean): ReactNode => (
    <WorkbenchProvider store={desk.store} workbench={desk.workbench}>
      <Stage open={open} />
    </WorkbenchProvider>
  );
  const app = await render(node(true), {
    columns: parts.columns ?? 80,
    rows: parts.rows ?? 24,
    onRefused: (binding) => parts.refused?.push(binding.disabledReason ?? ''),
  });
  return {
    ...app,
    desk,
    template: () => desk.store.getState().project.template,
    show: (open) => app.rerender(node(open)),
  };
}
