import { Box } from 'ink';
import { type ReactNode, useMemo, useState } from 'react';
import { latestOperation } from '../../app/core/state.ts';
import { useAppState, useWorkbench } from '../../app/react.tsx';
import { StatusLine } from '../../components/feedback/status-line.tsx';
import { useProvider } from '../../components/hooks/use-provider.ts';
import { useBodySize } from '../../components/layout/frame.tsx';
import { divideSpace, nextPane, type Pane, PaneBox, Panes } from '../../components/layout/panes.tsx';
import { isPracticeAt } from '../../domain/provider/kinds.ts';
import { findTemplateProblems } from '../../domain/template/problems.ts';
import type { TemplateField } from '../../domain/template/types.ts';
import { paneBindings } from '../../keys/bindings/components.ts';
import { useBindings } from '../../keys/hooks.tsx';
import { useTheme } from '../../theme/theme.tsx';
import { FindingsDialog, PathDialog } from './dialogs.tsx';
import type { PaneId } from './editor/reducer.ts';
import { type Editor, useEditor } from './editor/use-editor.ts';
import { modelName, problemsSegment, productText, quoteSegments, tokensText } from './format.ts';
import { PreviewPane } from './panes/preview.tsx';
import { type PromptMemories, PromptsPane } from './panes/prompts.tsx';
import { SlotsPane } from './panes/slots.tsx';
import { usePreviewedCombination, usePromptTokens, useQuote } from './use-preview.ts';
import { useTemplateKeys } from './use-template-keys.ts';
import { useTestCalls } from './use-test-call.ts';

interface TemplatePane extends Pane {
  readonly id: PaneId;
}

export interface LayoutProps {
  readonly prompts: TemplatePane;
  readonly slots: TemplatePane;
  readonly preview: TemplatePane;
  readonly focus: PaneId;
  readonly onFocus: (pane: PaneId) => void;
  readonly width: number;
  readonly height: number;
}

/** Whether all panes fit at once; below, one at a time. */
function isWide(columns: number, rows: number): boolean {
  return columns >= 100 && rows >= 20;
}

/** Prompts beside slots over preview where there is room, else one pane at a time. */
function TemplateLayout({ prompts, slots, preview, focus, onFocus, width, height }: LayoutProps): ReactNode {
  const panes = [prompts, slots, preview];
  const move = (id: string): void => {
    const pane = panes.find((candidate) => candidate.id === id);
    if (pane !== undefined) onFocus(pane.id);
  };
  const wide = isWide(width, height);
  const ids = panes.map((pane) => pane.id);
  useBindings(
    'screen',
    paneBindings,
    {
      'panes.next': () => move(nextPane(ids, focus, 1)),
      'panes.previous': () => move(nextPane(ids, focus, -1)),
    },
    { active: wide },
  );
  if (!wide)
    return <Panes panes={panes} focus={focus} width={width} height={height} onFocus={move} arrangement="single" />;
  const left = Math.floor(width / 2);
  const [above = 1, below = 1] = divideSpace(
    [
      { id: 'slots', flex: 2 },
      { id: 'preview', flex: 3 },
    ],
    height,
  );
  const box = (pane: TemplatePane, columns: number, rows: number): ReactNode => (
    <PaneBox title={pane.title} focused={pane.id === focus} width={columns} height={rows} onClick={() => move(pane.id)}>
      {(size) => pane.render(size, pane.id === focus)}
    </PaneBox>
  );
  return (
    <Box width={width} height={height} flexShrink={0}>
      {box(prompts, left, height)}
      <Box flexDirection="column" width={width - left} flexShrink={0}>
        {box(slots, width - left, above)}
        {box(preview, width - left, below)}
      </Box>
    </Box>
  );
}

/** Template: prompts, slots, preview, test call. One project, one editor. */
export function TemplateScreen(): ReactNode {
  const projectId = useAppState((state) => state.project.id);
  return <TemplateEditor key={projectId} />;
}

const emptyMemories = (): PromptMemories => ({
  system: { current: null },
  teacherPrompt: { current: null },
  studentPrompt: { current: null },
});

function TemplateEditor(): ReactNode {
  const running = useAppState((state) => latestOperation(state, 'test-call')?.endedAt === null);
  const editor = useEditor(running ? 'answer' : 'prompts');
  const { state, dispatch } = editor;
  const { symbols } = useTheme();
  const { columns, rows } = useBodySize();
  const { navigation } = useWorkbench();
  const [memories] = useState(emptyMemories);
  const plan = useAppState((app) => app.project.plan);
  const { kind } = useProvider();
  const model = modelName(plan.model, isPracticeAt(kind, plan.model));
  const findings = useMemo(() => findTemplateProblems(state.template), [state.template]);
  const previewed = usePreviewedCombination(state.template.slots, state.cell);
  const tokens = tokensText(usePromptTokens(previewed.cell));
  const quote = useQuote();
  const calls = useTestCalls();
  const panesHeight = rows - 1;
  const wide = isWide(columns, panesHeight);
  const openEditor = (field: TemplateField, text: string): void => {
    editor.saveNow();
    void navigation.editExternally(text, 'md').then((edited) => {
      if (edited !== null) dispatch({ type: 'write', field, text: edited });
    });
  };
  useTemplateKeys({ editor, findings, previewed, calls, wide, openEditor });

  const prompts: TemplatePane = {
    id: 'prompts',
    title: 'Prompts',
    render: (size, focused) => (
      <PromptsPane
        state={state}
        dispatch={dispatch}
        findings={findings}
        focused={focused}
        size={size}
        memories={memories}
        onEditor={openEditor}
      />
    ),
  };
  const slots: TemplatePane = {
    id: 'slots',
    title: `Slots ${symbols.separator} ${productText(state.template.slots, 36, symbols.times)}`,
    render: (size, focused) => (
      <SlotsPane
        state={state}
        findings={findings}
        focused={focused}
        size={size}
        dispatch={(action) => dispatch({ type: 'slots', action })}
      />
    ),
  };
  const { template, showing } = state;
  const preview: TemplatePane = {
    id: 'preview',
    title: 'Preview',
    render: (size, focused) => (
      <PreviewPane
        {...previewed}
        template={template}
        showing={showing}
        model={model}
        tokens={tokens}
        focused={focused}
        size={size}
        call={calls.latest}
      />
    ),
  };
  return (
    <Box flexDirection="column" width={columns} height={rows} flexShrink={0}>
      <TemplateLayout
        prompts={prompts}
        slots={slots}
        preview={preview}
        focus={state.pane}
        onFocus={(pane) => dispatch({ type: 'focus', pane })}
        width={columns}
        height={panesHeight}
      />
      <Box height={1} flexShrink={0} paddingLeft={1}>
        <StatusLine
          width={columns - 2}
          segments={[
            problemsSegment(findings, symbols),
            { text: productText(template.slots, columns < 80 ? 14 : 32, symbols.times), keep: 2 },
            ...quoteSegments(quote, model),
            { text: tokens, tone: 'muted', keep: 5 },
          ]}
        />
      </Box>
      <Dialogs editor={editor} findings={findings} />
    </Box>
  );
}

interface DialogsProps {
  readonly editor: Editor;
  readonly findings: ReturnType<typeof findTemplateProblems>;
}

function Dialogs({ editor: { state, dispatch }, findings }: DialogsProps): ReactNode {
  const { template: files, navigation } = useWorkbench();
  const { preferences } = useWorkbench();
  const [path, setPath] = useState<string | null>(null);
  const close = (): void => dispatch({ type: 'dialog', dialog: null });
  const done = (message: string, used: string): void => {
    setPath(used);
    close();
    navigation.note(message);
  };
  switch (state.dialog) {
    case null:
      return null;
    case 'load':
      return (
        <PathDialog
          title="Load a template"
          label="YAML or JSON. It replaces this template; u in the slots takes it back."
          initial={path ?? ''}
          complete={preferences.completePath}
          act={(from) => files.load(from.path)}
          onDone={done}
          onCancel={close}
        />
      );
    case 'save':
      return (
        <PathDialog
          title="Save the template"
          label="JSON when it ends in .json, else YAML."
          initial={path ?? `${fileName(state.template.name)}.yaml`}
          isTaken={files.isTaken}
          complete={preferences.completePath}
          act={(to) => files.save(to)}
          onDone={done}
          onCancel={close}
        />
      );
    case 'findings':
      return (
        <FindingsDialog
          template={state.template}
          findings={findings}
          onGo={(place) => dispatch({ type: 'go', place })}
          onClose={close}
        />
      );
  }
}

/** The template's name as a file's: `D&D characters` becomes `d-d-characters`. */
function fileName(name: string): string {
  const plain = name
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, '-')
    .replace(/^-|-$/g, '');
  return plain === '' ? 'template' : plain;
}
