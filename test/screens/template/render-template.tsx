import type { ReactNode } from 'react';
import { useAppState, WorkbenchProvider } from '../../../src/app/react.tsx';
import { Frame } from '../../../src/components/layout/frame.tsx';
import type { Template } from '../../../src/domain/template/types.ts';
import { TemplateScreen } from '../../../src/screens/template/template-screen.tsx';
import { type FakeWorkbench, type FakeWorkbenchParts, openFakeWorkbench } from '../../app/fakes/fake-workbench.ts';
import { type Rendered, render } from '../../harness/render.tsx';

const FACTS = {
  project: 'Test',
  breadcrumb: ['Template'],
  provider: 'Embedded engine',
  practice: true,
  running: 0,
  spentUsd: 0,
};

function TemplateApp({ open }: { readonly open: boolean }): ReactNode {
  const notice = useAppState((state) => state.notice);
  return (
    <Frame facts={FACTS} notice={notice}>
      {open ? <TemplateScreen /> : null}
    </Frame>
  );
}

export interface RenderedTemplate extends Rendered {
  readonly desk: FakeWorkbench;
  template(): Template;
  /** Shows another screen, or this one again. */
  show(open: boolean): Promise<void>;
}

export interface TemplateOptions {
  readonly desk?: FakeWorkbenchParts;
  readonly columns?: number;
  readonly rows?: number;
  /** Changes the template the screen opens with. */
  readonly with?: (template: Template) => Template;
  readonly refused?: string[];
}

/** The screen in its frame, over the real workbench with stores in memory and in virtual time. */
export async function renderTemplate(parts: TemplateOptions = {}): Promise<RenderedTemplate> {
  const desk = openFakeWorkbench(parts.desk);
  const change = parts.with;
  if (change !== undefined)
    desk.workbench.projects.update((project) => ({ ...project, template: change(project.template) }));
  const node = (open: boolean): ReactNode => (
    <WorkbenchProvider store={desk.store} workbench={desk.workbench}>
      <TemplateApp open={open} />
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
