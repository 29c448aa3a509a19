import { type ReactNode, useState } from 'react';
import { Form, type FormField } from '../../../components/form/index.ts';
import { Overlay } from '../../../components/overlay/index.ts';
import type { PaneSize } from '../../../components/panes/index.ts';
import {
  DEFAULT_PROJECT,
  findNameProblem,
  type TrackingChoices,
  type TrackingSettings,
} from '../../../domain/tracking/settings.ts';
import { Modal, overlayBindings, useBindings } from '../../../keys/index.ts';
import { MODE_WORDS, MODES, setBy } from './words.ts';

export interface TrackingEditorProps {
  readonly choices: TrackingChoices;
  /** What holds now: of what the environment decides it is shown, and cannot be changed. */
  readonly settings: TrackingSettings;
  readonly onSave: (choices: TrackingChoices) => void;
  readonly onCancel: () => void;
}

/** Mode, project, entity and log, checked as they are typed. */
export function TrackingEditor(props: TrackingEditorProps): ReactNode {
  return (
    <Modal>
      <Overlay title="Tracking (W&B)" width={76} height={9}>
        {(size) => <Fields {...props} size={size} />}
      </Overlay>
    </Modal>
  );
}

type Named = 'project' | 'entity';

const PLACEHOLDERS: Readonly<Record<Named, string>> = { project: DEFAULT_PROJECT, entity: "the account's own" };
const LABELS: Readonly<Record<Named, string>> = { project: 'Project', entity: 'Entity' };

function Fields({
  choices,
  settings,
  onSave,
  onCancel,
  size,
}: TrackingEditorProps & { readonly size: PaneSize }): ReactNode {
  const [draft, setDraft] = useState(choices);
  const [close] = overlayBindings;
  useBindings('dialog', [{ ...close, keys: ['escape'], label: 'cancel' }], { 'overlay.close': onCancel });
  const change = (part: Partial<TrackingChoices>): void => setDraft((before) => ({ ...before, ...part }));
  const nameField = (part: Named): FormField => {
    const fixed = setBy(settings, part);
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
    .map((part) => (setBy(settings, part) === null ? findNameProblem(part, draft[part] ?? '') : null))
    .find((found) => found !== null);
  const fixedMode = setBy(settings, 'mode');
  const fields: readonly FormField[] = [
    {
      id: 'mode',
      kind: 'select',
      label: 'Mode',
      value: fixedMode === null ? (draft.mode ?? settings.mode) : settings.mode,
      options: MODES.map((mode) => ({ value: mode, label: mode, note: MODE_WORDS[mode] })),
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
