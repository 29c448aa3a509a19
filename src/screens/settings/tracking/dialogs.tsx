import { type ReactNode, useState } from 'react';
import { useWorkbench } from '../../../app/react.tsx';
import { PromptDialog } from '../../../components/dialogs/prompt-dialog.tsx';
import { Form } from '../../../components/form/form.tsx';
import type { FormField } from '../../../components/form/form-state.ts';
import { useNotedDrop } from '../../../components/hooks/use-drop-guard.ts';
import { Overlay } from '../../../components/layout/overlay.tsx';
import type { PaneSize } from '../../../components/layout/panes.tsx';
import {
  DEFAULT_EXPERIMENT,
  DEFAULT_SERVER,
  findExperimentProblem,
  findServerProblem,
} from '../../../domain/mlflow/settings.ts';
import type { TrackingChoices, TrackingSettings } from '../../../domain/tracking/settings.ts';
import { TRACKER_KINDS, type TrackerKind, trackerFacts } from '../../../domain/tracking/trackers.ts';
import { DEFAULT_PROJECT, findNameProblem } from '../../../domain/wandb/settings.ts';
import { overlayBindings } from '../../../keys/bindings/components.ts';
import { Modal, useBindings } from '../../../keys/hooks.tsx';
import type { TrackingDialogKind } from './pane.tsx';
import { environmentNote, MODE_LABELS, MODES } from './tracking-facts.ts';

export interface TrackingEditorProps {
  readonly choices: TrackingChoices;
  /** What would hold: of what the environment decides it is shown, and cannot be changed. */
  readonly settingsOf: (choices: TrackingChoices) => TrackingSettings;
  readonly onSave: (choices: TrackingChoices) => void;
  readonly onCancel: () => void;
}

/** Tracker, mode, where runs go and log, checked as they are typed. */
function TrackingEditor(props: TrackingEditorProps): ReactNode {
  return (
    <Modal>
      <Overlay title="Tracking" width={76} height={10}>
        {(size) => <TrackingFields {...props} size={size} />}
      </Overlay>
    </Modal>
  );
}

/** A choice that is typed in. */
interface TypedChoice {
  readonly id: 'project' | 'entity' | 'experiment' | 'server';
  /** What of the settings it is. */
  readonly part: 'project' | 'entity' | 'baseUrl';
  readonly label: string;
  readonly placeholder: string;
  readonly problemOf: (text: string) => string | null;
}

const TYPED: Readonly<Record<TrackerKind, readonly TypedChoice[]>> = {
  wandb: [
    {
      id: 'project',
      part: 'project',
      label: 'Project',
      placeholder: DEFAULT_PROJECT,
      problemOf: (text) => findNameProblem('project', text),
    },
    {
      id: 'entity',
      part: 'entity',
      label: 'Entity',
      placeholder: "the account's own",
      problemOf: (text) => findNameProblem('entity', text),
    },
  ],
  mlflow: [
    {
      id: 'experiment',
      part: 'project',
      label: 'Experiment',
      placeholder: DEFAULT_EXPERIMENT,
      problemOf: findExperimentProblem,
    },
    {
      id: 'server',
      part: 'baseUrl',
      label: 'Server',
      placeholder: DEFAULT_SERVER,
      problemOf: (text) => (text === '' ? null : findServerProblem(text)),
    },
  ],
};

const KEY_LABELS: Readonly<Record<TrackerKind, string>> = {
  wandb: 'Hidden, kept in a 0600 file of its own. Empty forgets it.',
  mlflow: 'A token, or name:password. Hidden, in a 0600 file. Empty forgets it.',
};

/** With what was typed, and without it where nothing is left of it. */
function withTyped(choices: TrackingChoices, id: TypedChoice['id'], typed: string): TrackingChoices {
  const text = typed.trim();
  if (id === 'project' || id === 'entity') return { ...choices, [id]: text === '' ? null : text };
  const { [id]: _, ...rest } = choices;
  return text === '' ? rest : { ...rest, [id]: text };
}

function TrackingFields({
  choices,
  settingsOf,
  onSave,
  onCancel,
  size,
}: TrackingEditorProps & { readonly size: PaneSize }): ReactNode {
  const [draft, setDraft] = useState(choices);
  const leave = useNotedDrop(JSON.stringify(draft), JSON.stringify(choices), onCancel);
  const [close] = overlayBindings;
  useBindings('dialog', [{ ...close, keys: ['escape'], label: 'cancel' }], { 'overlay.close': leave });
  const change = (part: Partial<TrackingChoices>): void => setDraft((before) => ({ ...before, ...part }));
  const settings = settingsOf(draft);
  const typed = TYPED[settings.tracker];
  const problemOf = ({ id, part, problemOf: find }: TypedChoice): string | null =>
    environmentNote(settings, part) === null ? find(draft[id] ?? '') : null;
  const typedField = (choice: TypedChoice): FormField => {
    const { id, part, label, placeholder } = choice;
    const fixed = environmentNote(settings, part);
    return {
      id,
      kind: 'text',
      label,
      value: (fixed === null ? draft[id] : settings[part]) ?? '',
      placeholder,
      error: problemOf(choice),
      disabledReason: fixed,
      onChange: (text) => setDraft((before) => withTyped(before, id, text)),
    };
  };
  const problem = typed.map(problemOf).find((found) => found !== null);
  const fixedMode = environmentNote(settings, 'mode');
  const fields: readonly FormField[] = [
    {
      id: 'tracker',
      kind: 'select',
      label: 'Tracker',
      value: settings.tracker,
      options: TRACKER_KINDS.map((kind) => ({ value: kind, label: trackerFacts(kind).name })),
      disabledReason: environmentNote(settings, 'tracker'),
      onChange: (value) => change({ tracker: TRACKER_KINDS.find((kind) => kind === value) }),
    },
    {
      id: 'mode',
      kind: 'select',
      label: 'Mode',
      value: fixedMode === null ? (draft.mode ?? settings.mode) : settings.mode,
      options: MODES.map((mode) => ({ value: mode, label: mode, note: MODE_LABELS[mode] })),
      disabledReason: fixedMode,
      onChange: (value) => change({ mode: MODES.find((mode) => mode === value) ?? null }),
    },
    ...typed.map(typedField),
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
          settingsOf={trackingSettings.read}
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
          title={`Key for ${trackerFacts(trackingSettings.read().tracker).name}`}
          label={KEY_LABELS[trackingSettings.read().tracker]}
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
