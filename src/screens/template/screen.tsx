import { Box } from 'ink';
import { type ReactNode, useMemo, useState } from 'react';
import { useBodySize } from '../../components/frame/index.ts';
import { StatusLine } from '../../components/statusline/index.ts';
import { findTemplateProblems } from '../../domain/template/problems.ts';
import type { TemplateField } from '../../domain/template/types.ts';
import { useAppState, useWorkbench } from '../../state/context.tsx';
import { latestOperation } from '../../state/selectors.ts';
import { useTheme } from '../../theme/index.ts';
import { FindingsDialog } from './dialogs/findings.tsx';
import { PathDialog } from './dialogs/path.tsx';
import { type Editor, useEditor } from './editor/use-editor.ts';
import { isWide, TemplateLayout, type TemplatePane } from './layout.tsx';
import { useCellTokens, usePreviewed, useQuote } from './live/use-preview.ts';
import { useTestCalls } from './live/use-test-call.ts';
import { PreviewPane } from './panes/preview.tsx';
import { type Memories, PromptsPane } from './panes/prompts.tsx';
import { SlotsPane } from './panes/slots.tsx';
import { modelName, problemsSegment, quoteSegments, tokensText } from './text/figures.ts';
import { productText } from './text/product.ts';
import { useTemplateKeys } from './use-keys.ts';

/** Template: prompts, slots, preview, test call. One project, one editor. */
export function TemplateScreen(): ReactNode {
  const projectId = useAppState((state) => state.project.id);
  return <TemplateEditor key={projectId} />;
}

const emptyMemories = (): Memories => ({
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
  const practice = useAppState(
    (app) => app.profiles.find(({ id }) => id === app.project.providerId)?.kind === 'embedded',
  );
  const model = modelName(plan.model, practice);
  const findings = useMemo(() => findTemplateProblems(state.template), [state.template]);
  const previewed = usePreviewed(state.template.slots, state.cell);
  const tokens = tokensText(useCellTokens(previewed.cell));
  const quote = useQuote();
  const calls = useTestCalls();
  const panesHeight = rows - 1;
  const wide = isWide(columns, panesHeight);
  const openEditor = (field: TemplateField, text: string): void => {
    editor.keep();
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
          act={(file) => files.load(file)}
          onDone={done}
          onCancel={close}
        />
      );
    case 'save':
      return (
        <PathDialog
          title="Save the template"
          label="JSON when it ends in .json, else YAML. A file there is written over."
          initial={path ?? `${fileName(state.template.name)}.yaml`}
          act={(file) => files.save(file)}
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
