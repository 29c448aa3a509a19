import { Box } from 'ink';
import { type ReactNode, useState } from 'react';
import { Modal, promptBindings, useBindings } from '../../keys/index.ts';
import { Hints } from '../keyhint/index.ts';
import { Line } from '../line/index.ts';
import { Overlay } from '../overlay/index.ts';
import { TextField } from '../textfield/index.ts';

export interface PromptDialogProps {
  readonly title: string;
  /** What is asked for. */
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

/** One line asked for. A paste never submits. Last child of the screen's outermost box. */
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
  const why = validate?.(text) ?? null;
  useBindings('dialog', promptBindings, {
    'dialog.submit': { run: () => onSubmit(text), disabledReason: why },
    'dialog.cancel': onCancel,
  });
  return (
    <Box flexDirection="column">
      <Line text={label} width={columns} tone="muted" />
      <TextField value={text} onChange={setText} width={columns} focus masked={masked} placeholder={placeholder} />
      <Line text={text === '' ? ' ' : (why ?? ' ')} width={columns} tone="error" />
      <Box height={1} />
      <Hints width={columns} />
    </Box>
  );
}
