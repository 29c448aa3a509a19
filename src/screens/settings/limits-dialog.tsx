import { type ReactNode, useState } from 'react';
import { useWorkbench } from '../../app/react.tsx';
import { Form } from '../../components/form/form.tsx';
import type { FormField } from '../../components/form/form-state.ts';
import { useNotedDrop } from '../../components/hooks/use-drop-guard.ts';
import { Overlay } from '../../components/layout/overlay.tsx';
import type { PaneSize } from '../../components/layout/panes.tsx';
import { CALL_LIMITS, type CallLimits, LIMIT_SECONDS } from '../../domain/provider/call-limits.ts';
import { overlayBindings } from '../../keys/bindings/components.ts';
import { Modal, useBindings } from '../../keys/hooks.tsx';

const FIELDS: readonly { readonly id: keyof CallLimits; readonly label: string; readonly note: string }[] = [
  { id: 'firstMs', label: 'First byte', note: 'seconds; a model that does not stream has the whole call' },
  { id: 'betweenMs', label: 'Pause', note: 'seconds between two signs of progress; pings are none' },
  { id: 'wholeMs', label: 'Whole call', note: 'seconds; sending a file is not counted' },
];

/** How long a server may keep a call waiting. */
export function LimitsDialog({ onDone }: { readonly onDone: () => void }): ReactNode {
  return (
    <Modal>
      <Overlay title="Limits of calls" width={76} height={8}>
        {(size) => <LimitFields size={size} onDone={onDone} />}
      </Overlay>
    </Modal>
  );
}

function LimitFields({ size, onDone }: { readonly size: PaneSize; readonly onDone: () => void }): ReactNode {
  const { preferences, navigation } = useWorkbench();
  const [draft, setDraft] = useState(() => preferences.limits());
  const leave = useNotedDrop(JSON.stringify(draft), JSON.stringify(preferences.limits()), onDone);
  const [close] = overlayBindings;
  useBindings('dialog', [{ ...close, keys: ['escape'], label: 'cancel' }], { 'overlay.close': leave });
  const fields: readonly FormField[] = [
    ...FIELDS.map(
      ({ id, label, note }): FormField => ({
        id,
        kind: 'number',
        label,
        note,
        value: Math.round(draft[id] / 1000),
        rules: { integer: true, ...LIMIT_SECONDS, step: 10 },
        onChange: (seconds) =>
          setDraft((before) => ({ ...before, [id]: seconds === null ? CALL_LIMITS[id] : seconds * 1000 })),
      }),
    ),
    {
      id: 'save',
      kind: 'action',
      label: 'Save',
      value: 'Enter saves, Esc drops',
      run: () => {
        preferences.saveLimits(draft);
        navigation.note('The limits hold from the next call on.');
        onDone();
      },
    },
  ];
  return <Form fields={fields} width={size.columns} height={size.rows} focus />;
}
