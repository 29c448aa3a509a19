import type { ReactNode } from 'react';
import { useAppState, useWorkbench } from '../../app/react.tsx';
import { Form } from '../../components/form/form.tsx';
import type { FormField } from '../../components/form/form-state.ts';
import { Overlay } from '../../components/layout/overlay.tsx';
import { type TerminalChoices, THEME_NAMES, type ThemeName } from '../../domain/project/settings.ts';
import { overlayBindings } from '../../keys/bindings/components.ts';
import { Modal, useBindings } from '../../keys/hooks.tsx';

const THEME_NOTES: Readonly<Record<ThemeName, string>> = {
  auto: 'as the terminal’s background',
  dark: 'for dark backgrounds',
  light: 'for light backgrounds',
  contrast: 'no grey, no dim text',
  mono: 'no colour at all',
};

type Switch = Exclude<keyof TerminalChoices, 'theme'>;

interface SwitchWords {
  readonly id: Switch;
  readonly label: string;
  readonly on: string;
  readonly note: string;
}

const SWITCHES: readonly SwitchWords[] = [
  { id: 'mouse', label: 'Mouse', on: 'wheel and clicks', note: 'Shift-drag selects text' },
  { id: 'notifications', label: 'Notifications', on: 'bell and note', note: 'of work that ends unseen' },
  { id: 'animations', label: 'Animations', on: 'on', note: 'spinners turn, clocks tick' },
];

const nameOf = (value: string): ThemeName => THEME_NAMES.find((name) => name === value) ?? 'auto';

/** In a few words what is chosen. */
export const terminalText = ({ theme, mouse, notifications, animations }: TerminalChoices): string => {
  const off = [mouse ? '' : 'mouse', notifications ? '' : 'notifications', animations ? '' : 'animations'];
  const listed = off.filter(Boolean).join(', ');
  return listed === '' ? theme : `${theme} · off: ${listed}`;
};

/** How Luthier uses the terminal. Each choice holds as soon as it is made. */
export function TerminalDialog({ onDone }: { readonly onDone: () => void }): ReactNode {
  return (
    <Modal>
      <Overlay title="Terminal" width={76} height={8}>
        {(size) => <TerminalFields width={size.columns} height={size.rows} onDone={onDone} />}
      </Overlay>
    </Modal>
  );
}

interface TerminalFieldsProps {
  readonly width: number;
  readonly height: number;
  readonly onDone: () => void;
}

function TerminalFields({ width, height, onDone }: TerminalFieldsProps): ReactNode {
  const { preferences } = useWorkbench();
  const chosen = useAppState((state) => state.terminal);
  const [close] = overlayBindings;
  useBindings('dialog', [{ ...close, keys: ['escape'] }], { 'overlay.close': onDone });
  const fields: readonly FormField[] = [
    {
      id: 'theme',
      kind: 'select',
      label: 'Theme',
      value: chosen.theme,
      options: THEME_NAMES.map((name) => ({ value: name, label: name, note: THEME_NOTES[name] })),
      onChange: (value) => preferences.setTerminal({ theme: nameOf(value) }),
    },
    ...SWITCHES.map(
      ({ id, label, on, note }): FormField => ({
        id,
        kind: 'toggle',
        label,
        note,
        words: [on, 'off'],
        value: chosen[id],
        onChange: (value) => preferences.setTerminal({ [id]: value }),
      }),
    ),
  ];
  return <Form fields={fields} width={width} height={height} focus />;
}
