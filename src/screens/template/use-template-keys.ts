import { useWorkbench } from '../../app/react.tsx';
import { createRandom, randomBelow } from '../../domain/common/random.ts';
import { hasErrors } from '../../domain/template/problems.ts';
import type { TemplateField, TemplateFinding } from '../../domain/template/types.ts';
import { plural } from '../../domain/text/format.ts';
import { templateBindings, templatePromptBindings, templateSlotBindings } from '../../keys/bindings/template.ts';
import { useBindings, usePasteHandler } from '../../keys/hooks.tsx';
import type { EditorAction } from './editor/reducer.ts';
import { clampView, type SlotAction } from './editor/slots.ts';
import type { Editor } from './editor/use-editor.ts';
import { previewDocument } from './preview-document.ts';
import type { PreviewedCombination } from './use-preview.ts';
import type { TestCalls } from './use-test-call.ts';

export interface TemplateKeys {
  readonly editor: Editor;
  readonly findings: readonly TemplateFinding[];
  readonly previewed: PreviewedCombination;
  readonly calls: TestCalls;
  /** Whether all panes are in sight. */
  readonly wide: boolean;
  readonly openEditor: (field: TemplateField, text: string) => void;
}

/** Makes the keys of the screen and of its panes live. */
export function useTemplateKeys(keys: TemplateKeys): void {
  useScreenKeys(keys);
  usePromptKeys(keys);
  useSlotKeys(keys);
}

function useScreenKeys({ editor, findings, previewed, calls, wide }: TemplateKeys): void {
  const { navigation } = useWorkbench();
  const { state, dispatch, saveNow: keep } = editor;
  const { cell, index, total } = previewed;
  const noCell = cell === null ? 'A slot has no values, so there is no combination.' : null;
  const onlyOne = noCell ?? (total === 1n ? 'There is only one combination.' : null);
  const running = calls.latest?.status === 'running';
  const preview = (to: bigint): void => dispatch({ type: 'cell', index: to, reveal: !wide });
  const dialog = (which: 'load' | 'save' | 'findings') => (): void => {
    keep();
    dispatch({ type: 'dialog', dialog: which });
  };
  const copied =
    state.showing === 'answer'
      ? (calls.latest?.text ?? '')
      : cell === null
        ? ''
        : previewDocument(state.template, cell).text;
  useBindings('screen', templateBindings, {
    'template.test': {
      run: () => {
        keep();
        if (cell !== null) calls.start(cell);
        dispatch({ type: 'show', showing: 'answer' });
      },
      disabledReason: running ? 'A test call is running; Ctrl-C stops it.' : (noCell ?? broken(findings)),
    },
    'template.stop': running ? calls.stop : null,
    'template.previous-combination': {
      run: () => preview(index === 0n ? total - 1n : index - 1n),
      disabledReason: onlyOne,
    },
    'template.next-combination': { run: () => preview(index + 1n >= total ? 0n : index + 1n), disabledReason: onlyOne },
    'template.random-combination': {
      run: () => preview(randomBelow(createRandom(Math.random() * Number.MAX_SAFE_INTEGER), total)),
      disabledReason: onlyOne,
    },
    'template.view': {
      run: () => dispatch({ type: 'show', showing: state.showing === 'answer' ? 'prompts' : 'answer' }),
      disabledReason: calls.latest === null && state.showing === 'prompts' ? 'No test call yet: t sends one.' : null,
    },
    'template.problems': { run: dialog('findings'), disabledReason: findings.length === 0 ? 'No problems.' : null },
    'template.load': dialog('load'),
    'template.save': dialog('save'),
    'template.copy': {
      run: () => navigation.copy(copied, state.showing === 'answer' ? 'the answer' : 'the preview'),
      disabledReason: copied === '' ? 'There is nothing to copy yet.' : null,
    },
  });
}

function broken(findings: readonly TemplateFinding[]): string | null {
  if (!hasErrors(findings)) return null;
  const errors = findings.filter(({ severity }) => severity === 'error').length;
  return `The template has ${plural(errors, 'problem')}; p goes there.`;
}

function usePromptKeys({ editor: { state, dispatch }, openEditor }: TemplateKeys): void {
  useBindings(
    'screen',
    templatePromptBindings,
    {
      'template.edit': () => dispatch({ type: 'edit', on: true }),
      'template.edit-externally': () => openEditor(state.field, state.template[state.field]),
    },
    { active: state.pane === 'prompts' && !state.editing },
  );
}

const on = (action: SlotAction): EditorAction => ({ type: 'slots', action });

function useSlotKeys({ editor: { state, dispatch } }: TemplateKeys): void {
  const { template } = state;
  const view = clampView(template, state.slots);
  const slot = template.slots[view.slot];
  const active = state.pane === 'slots' && view.input === null;
  const inSlots = view.column === 'slots';
  const noSlot = slot === undefined ? 'There is no slot yet: n adds one.' : null;
  const selected = inSlots ? slot : slot?.values[view.value];
  const nothing = noSlot ?? (selected === undefined ? 'There is no value yet: a adds some.' : null);
  const at = inSlots ? view.slot : view.value;
  const last = (inSlots ? template.slots.length : (slot?.values.length ?? 0)) - 1;
  const run = (action: SlotAction) => (): void => dispatch(on(action));
  useBindings(
    'screen',
    templateSlotBindings,
    {
      'template.slot.edit': {
        run: run({ type: 'open', kind: inSlots ? 'rename-slot' : 'rename-value' }),
        disabledReason: nothing,
      },
      'template.slot.add-value': { run: run({ type: 'open', kind: 'add-values' }), disabledReason: noSlot },
      'template.slot.add': run({ type: 'open', kind: 'new-slot' }),
      'template.slot.remove': { run: run({ type: 'remove' }), disabledReason: nothing },
      'template.slot.names': run({ type: 'column', to: 'slots' }),
      'template.slot.values': { run: run({ type: 'column', to: 'values' }), disabledReason: noSlot },
      'template.slot.move-up': {
        run: run({ type: 'move', by: -1 }),
        disabledReason: nothing ?? (at <= 0 ? 'It is the first already.' : null),
      },
      'template.slot.move-down': {
        run: run({ type: 'move', by: 1 }),
        disabledReason: nothing ?? (at >= last ? 'It is the last already.' : null),
      },
      'template.slot.undo': {
        run: () => dispatch({ type: 'undo' }),
        disabledReason: state.past.length === 0 ? 'There is nothing to take back.' : null,
      },
    },
    { active },
  );
  usePasteHandler(active && slot !== undefined, (text) => dispatch(on({ type: 'paste', text })));
}
