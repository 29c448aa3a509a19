import { type ReactNode, useState } from 'react';
import { Form } from '../../components/form/form.tsx';
import type { FormField } from '../../components/form/form-state.ts';
import { useNotedDrop } from '../../components/hooks/use-drop-guard.ts';
import { Overlay } from '../../components/layout/overlay.tsx';
import { DIALECT_NAMES, dialectFacts, isJobDialect } from '../../domain/provider/job-dialects.ts';
import { ADDABLE_KINDS, isProviderKind, kindFacts } from '../../domain/provider/kinds.ts';
import { findProfileProblems, isBuiltIn, type ProfileProblem, profileId } from '../../domain/provider/profiles.ts';
import type { ProviderProfile } from '../../domain/provider/provider.ts';
import { overlayBindings } from '../../keys/bindings/components.ts';
import { Modal, useBindings } from '../../keys/hooks.tsx';

export interface ProfileEditorProps {
  /** A new one has no id yet. */
  readonly profile: ProviderProfile;
  /** How a base URL of it looks. */
  readonly example: string;
  /** The variable its key is looked for in where none is named here. */
  readonly variable: string | null;
  readonly taken: readonly string[];
  readonly onSave: (profile: ProviderProfile) => void;
  readonly onCancel: () => void;
}

const textOrNull = (text: string): string | null => (text.trim() === '' ? null : text.trim());

/** A provider's name, address and words, checked as they are typed. */
export function ProfileEditor(props: ProfileEditorProps): ReactNode {
  return (
    <Modal>
      <Overlay title={props.profile.id === '' ? 'New provider' : 'Provider'} width={76} height={14}>
        {(size) => <ProfileFields {...props} {...size} />}
      </Overlay>
    </Modal>
  );
}

function ProfileFields({
  profile,
  example,
  variable,
  taken,
  onSave,
  onCancel,
  columns,
  rows,
}: ProfileEditorProps & { readonly columns: number; readonly rows: number }): ReactNode {
  const [draft, setDraft] = useState(profile);
  const leave = useNotedDrop(JSON.stringify(draft), JSON.stringify(profile), onCancel);
  const [close] = overlayBindings;
  useBindings('dialog', [{ ...close, keys: ['escape'], label: 'cancel' }], { 'overlay.close': leave });
  const change = (part: Partial<ProviderProfile>): void => setDraft((before) => ({ ...before, ...part }));
  const problems = findProfileProblems(draft);
  const wrong = (field: ProfileProblem['field']): string | null => {
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
      placeholder: address.from === 'profile' ? example : 'the default address',
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
      id: 'variable',
      kind: 'text',
      label: 'Key in',
      value: draft.keyVariable ?? '',
      placeholder: variable ?? 'an environment variable; else it is typed in, with a',
      error: wrong('keyVariable'),
      onChange: (text) => change({ keyVariable: textOrNull(text) }),
    },
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
