import { type ReactNode, useState } from 'react';
import { useAppState, useWorkbench } from '../../app/react.tsx';
import { ConfirmDialog } from '../../components/dialogs/confirm-dialog.tsx';
import { PromptDialog } from '../../components/dialogs/prompt-dialog.tsx';
import { Form } from '../../components/form/form.tsx';
import type { FormField } from '../../components/form/form-state.ts';
import { Overlay } from '../../components/layout/overlay.tsx';
import { DIALECT_NAMES, dialectFacts, isJobDialect } from '../../domain/provider/job-dialects.ts';
import { ADDABLE_KINDS, isProviderKind, kindFacts } from '../../domain/provider/kinds.ts';
import { findProfileProblems, isBuiltIn, UNKNOWN_PROVIDER } from '../../domain/provider/profiles.ts';
import type { ProviderProfile } from '../../domain/provider/provider.ts';
import { overlayBindings } from '../../keys/bindings/components.ts';
import { Modal, useBindings } from '../../keys/hooks.tsx';
import { profileId } from './format.ts';
import type { ProviderDialogRequest } from './providers.tsx';

export interface ProfileEditorProps {
  /** Null for a new one. */
  readonly profile: ProviderProfile | null;
  readonly taken: readonly string[];
  readonly onSave: (profile: ProviderProfile) => void;
  readonly onCancel: () => void;
}

const NEW_PROFILE: ProviderProfile = {
  id: '',
  name: '',
  baseUrl: null,
  ...UNKNOWN_PROVIDER,
};

const textOrNull = (text: string): string | null => (text.trim() === '' ? null : text.trim());

/** A provider's name, address and words, checked as they are typed. */
function ProfileEditor(props: ProfileEditorProps): ReactNode {
  return (
    <Modal>
      <Overlay title={props.profile === null ? 'New provider' : 'Provider'} width={76} height={10}>
        {(size) => <ProfileFields {...props} {...size} />}
      </Overlay>
    </Modal>
  );
}

function ProfileFields({
  profile,
  taken,
  onSave,
  onCancel,
  columns,
  rows,
}: ProfileEditorProps & { readonly columns: number; readonly rows: number }): ReactNode {
  const [draft, setDraft] = useState(profile ?? NEW_PROFILE);
  const [close] = overlayBindings;
  useBindings('dialog', [{ ...close, keys: ['escape'], label: 'cancel' }], { 'overlay.close': onCancel });
  const change = (part: Partial<ProviderProfile>): void => setDraft((before) => ({ ...before, ...part }));
  const problems = findProfileProblems(draft);
  const wrong = (field: 'name' | 'baseUrl'): string | null => {
    const found = problems.find((problem) => problem.field === field);
    return found === undefined ? null : `${found.message} ${found.fix}`;
  };
  const { address, fields: more } = kindFacts(draft.kind);
  const fixed = isBuiltIn(draft.id);
  const fields: readonly FormField[] = [
    {
      id: 'name',
      kind: 'text',
      label: 'Name',
      value: draft.name,
      placeholder: 'what you call it',
      error: draft.name === '' ? null : wrong('name'),
      onChange: (name) => change({ name: name.trim() }),
    },
    {
      id: 'kind',
      kind: 'select',
      label: 'Kind',
      value: draft.kind,
      options: ADDABLE_KINDS.map((kind) => ({ value: kind, label: kindFacts(kind).label })),
      disabledReason: fixed ? 'always this kind' : null,
      onChange: (value) => change(isProviderKind(value) ? { kind: value, jobDialect: kindFacts(value).dialect } : {}),
    },
    {
      id: 'url',
      kind: 'text',
      label: 'Base URL',
      value: draft.baseUrl ?? '',
      placeholder: address.from === 'profile' ? address.example : 'the default address',
      error: draft.baseUrl === null ? null : wrong('baseUrl'),
      onChange: (url) => change({ baseUrl: textOrNull(url) }),
    },
    {
      id: 'dialect',
      kind: 'select',
      label: 'Job settings as',
      value: draft.jobDialect,
      options: DIALECT_NAMES.map((dialect) => {
        const { label, speakers } = dialectFacts(dialect);
        return { value: dialect, label, note: speakers };
      }),
      onChange: (value) => change(isJobDialect(value) ? { jobDialect: value } : {}),
    },
    ...more.map(
      ({ id, label, placeholder }): FormField => ({
        id,
        kind: 'text',
        label,
        value: draft[id] ?? '',
        placeholder,
        onChange: (text) => change({ [id]: textOrNull(text) }),
      }),
    ),
    {
      id: 'save',
      kind: 'action',
      label: 'Save',
      value: problems.length === 0 ? 'Enter saves, Esc drops' : 'waits for the fields above',
      disabledReason: problems[0] === undefined ? null : `${problems[0].message} ${problems[0].fix}`,
      run: () => onSave({ ...draft, id: draft.id === '' ? profileId(draft.name, taken) : draft.id }),
    },
  ];
  return <Form fields={fields} width={columns} height={rows} focus />;
}

export interface ProviderDialogProps {
  readonly question: ProviderDialogRequest;
  readonly onDone: () => void;
}

/** Asks what `question` says and does it. */
export function ProviderDialog({ question, onDone }: ProviderDialogProps): ReactNode {
  const profiles = useAppState((state) => state.profiles);
  const { settings, navigation } = useWorkbench();
  switch (question.kind) {
    case 'edit':
      return (
        <ProfileEditor
          profile={question.profile}
          taken={profiles.map(({ id }) => id)}
          onSave={(profile) => {
            const mended = settings.saveProfile(profile);
            const saved = mended === null ? `${profile.name} is saved` : `It is saved with the base URL ${mended}`;
            navigation.note(`${saved}: u uses it, t tests it.`);
            onDone();
          }}
          onCancel={onDone}
        />
      );
    case 'key':
      return (
        <PromptDialog
          title={`Key for ${question.profile.name}`}
          label="Hidden, kept in a 0600 file of its own. Empty forgets it."
          masked
          onSubmit={(key) => {
            settings.setKey(question.profile.id, key.trim() === '' ? null : key.trim());
            navigation.note(key.trim() === '' ? 'The key is forgotten.' : 'The key is saved: t tests it.');
            onDone();
          }}
          onCancel={onDone}
        />
      );
    case 'remove':
      return (
        <ConfirmDialog
          title={`Remove ${question.profile.name}?`}
          lines={['Its address and key are forgotten.', 'Projects that use it go back to the embedded engine.']}
          confirmLabel="remove"
          danger
          onConfirm={() => {
            settings.removeProfile(question.profile.id);
            onDone();
          }}
          onCancel={onDone}
        />
      );
  }
}
