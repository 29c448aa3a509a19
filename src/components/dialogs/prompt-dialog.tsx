import { Box } from 'ink';
import { type ReactNode, useState } from 'react';
import { promptBindings } from '../../keys/bindings/components.ts';
import { Modal, useBindings } from '../../keys/hooks.tsx';
import { TextField } from '../inputs/text-field.tsx';
import { Overlay } from '../layout/overlay.tsx';
import { KeyHints } from '../text/key-hints.tsx';
import { Line } from '../text/line.tsx';

export interface PromptDialogProps {
  readonly title: string;
  /** What to type. */
  readonly label: string;
  readonly initial?: string;
  readonly placeholder?: string;
  /** For keys: dots instead of characters. */
  readonly masked?: boolean;
  /** Why the text will not do, or null. Shown while typing; Enter waits until it is null. */
  readonly validate?: (text: string) => string | null;
  readonly onSubmit: (text: string) => void;
  readonly onCancel: () => void;
}

/** Asks for one line of text. A paste never submits. Last child of the screen's outermost box. */
export function PromptDialog(props: PromptDialogProps): ReactNode {
  return (
    <Modal>
      <Overlay title={props.title} width={70} height={7}>
        {(size) => <Prompt {...props} columns={size.columns} />}
      </Overlay>
    </Modal>
  );
}

function Prompt(props: PromptDialogProps & { readonly columns: number }): ReactNode {
  const { label, initial = '', placeholder = '', masked = false, validate, onSubmit, onCancel, columns } = props;
  const [text, setText] = useState(initial);
  const reason = validate?.(text) ?? null;
  useBindings('dialog', promptBindings, {
    'dialog.submit': { run: () => onSubmit(text), disabledReason: reason },
    'dialog.cancel': onCancel,
  });
  return (
    <Box flexDirection="column">
      <Line text={label} width={columns} tone="muted" />
      <TextField value={text} onChange={setText} width={columns} focus masked={masked} placeholder={placeholder} />
      <Line text={text === '' ? ' ' : (reason ?? ' ')} width={columns} tone="error" />
      <Box height={1} />
      <KeyHints width={columns} />
    </Box>
  );
}
