import { type ReactNode, useState } from 'react';
import { useWorkbench } from '../../../app/react.tsx';
import { PromptDialog } from '../../../components/dialogs/prompt-dialog.tsx';
import { Form } from '../../../components/form/form.tsx';
import type { FormField } from '../../../components/form/form-state.ts';
import { useNotedDrop } from '../../../components/hooks/use-drop-guard.ts';
import { Overlay } from '../../../components/layout/overlay.tsx';
import type { PaneSize } from '../../../components/layout/panes.tsx';
import type { TrackingChoices, TrackingSettings } from '../../../domain/tracking/settings.ts';
import { DEFAULT_PROJECT, findNameProblem } from '../../../domain/wandb/settings.ts';
import { overlayBindings } from '../../../keys/bindings/components.ts';
import { Modal, useBindings } from '../../../keys/hooks.tsx';
import type { TrackingDialogKind } from './pane.tsx';
import { environmentNote, MODE_LABELS, MODES } from './tracking-facts.ts';

export interface TrackingEditorProps {
  readonly choices: TrackingChoices;
  /** What holds now: of what the environment decides it is shown, and cannot be changed. */
  readonly settings: TrackingSettings;
  readonly onSave: (choices: TrackingChoices) => void;
  readonly onCancel: () => void;
}

/** Mode, project, entity and log, checked as they are typed. */
function TrackingEditor(props: TrackingEditorProps): ReactNode {
  return (
    <Modal>
      <Overlay title="Tracking (W&B)" width={76} height={9}>
        {(size) => <TrackingFields {...props} size={size} />}
      </Overlay>
    </Modal>
  );
}

type NamedSetting = 'project' | 'entity';

const PLACEHOLDERS: Readonly<Record<NamedSetting, string>> = { project: DEFAULT_PROJECT, entity: "the account's own" };
const LABELS: Readonly<Record<NamedSetting, string>> = { project: 'Project', entity: 'Entity' };

function TrackingFields({
  choices,
  settings,
  onSave,
  onCancel,
  size,
}: TrackingEditorProps & { readonly size: PaneSize }): ReactNode {
  const [draft, setDraft] = useState(choices);
  const leave = useNotedDrop(JSON.stringify(draft), JSON.stringify(choices), onCancel);
  const [close] = overlayBindings;
  useBindings('dialog', [{ ...close, keys: ['escape'], label: 'cancel' }], { 'overlay.close': leave });
  const change = (part: Partial<TrackingChoices>): void => setDraft((before) => ({ ...before, ...part }));
  const nameField = (part: NamedSetting): FormField => {
    const fixed = environmentNote(settings, part);
    return {
      id: part,
      kind: 'text',
      label: LABELS[part],
      value: (fixed === null ? draft[part] : settings[part]) ?? '',
      placeholder: PLACEHOLDERS[part],
      error: fixed === null ? findNameProblem(part, draft[part] ?? '') : null,
      disabledReason: fixed,
      onChange: (name) => change({ [part]: name.trim() === '' ? null : name.trim() }),
    };
  };
  const problem = (['project', 'entity'] as const)
    .map((part) => (environmentNote(settings, part) === null ? findNameProblem(part, draft[part] ?? '') : null))
    .find((found) => found !== null);
  const fixedMode = environmentNote(settings, 'mode');
  const fields: readonly FormField[] = [
    {
      id: 'mode',
      kind: 'select',
      label: 'Mode',
      value: fixedMode === null ? (draft.mode ?? settings.mode) : settings.mode,
      options: MODES.map((mode) => ({ value: mode, label: mode, note: MODE_LABELS[mode] })),
      disabledReason: fixedMode,
      onChange: (value) => change({ mode: MODES.find((mode) => mode === value) ?? null }),
    },
    nameField('project'),
    nameField('entity'),
    {
      id: 'log',
      kind: 'toggle',
      label: 'Log',
      value: draft.log,
      words: ['yes', 'no'],
      note: 'the text of job events',
      onChange: (log) => change({ log }),
    },
    {
      id: 'save',
      kind: 'action',
      label: 'Save',
      value: problem === undefined ? 'Enter saves, Esc drops' : 'waits for the fields above',
      disabledReason: problem ?? null,
      run: () => onSave(draft),
    },
  ];
  return <Form fields={fields} width={size.columns} height={size.rows} focus />;
}

export interface TrackingDialogProps {
  readonly question: TrackingDialogKind;
  readonly onDone: () => void;
}

/** Asks for the choices or for the key, and keeps what is answered. */
export function TrackingDialog({ question, onDone }: TrackingDialogProps): ReactNode {
  const { trackingSettings, navigation } = useWorkbench();
  switch (question) {
    case 'edit':
      return (
        <TrackingEditor
          choices={trackingSettings.choices()}
          settings={trackingSettings.read()}
          onSave={(choices) => {
            navigation.note('Saved: t tests the connection.');
            trackingSettings.save(choices);
            onDone();
          }}
          onCancel={onDone}
        />
      );
    case 'key':
      return (
        <PromptDialog
          title="Key for Weights & Biases"
          label="Hidden, kept in a 0600 file of its own. Empty forgets it."
          masked
          onSubmit={(typed) => {
            const key = typed.trim() === '' ? null : typed.trim();
            navigation.note(key === null ? 'The key is forgotten.' : 'The key is saved: t tests it.');
            trackingSettings.setKey(key);
            onDone();
          }}
          onCancel={onDone}
        />
      );
  }
}
