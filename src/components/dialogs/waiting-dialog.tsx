import { Box } from 'ink';
import type { ReactNode } from 'react';
import { overlayBindings } from '../../keys/bindings/components.ts';
import { Modal, useBindings } from '../../keys/hooks.tsx';
import { Overlay } from '../layout/overlay.tsx';
import { KeyHints } from '../text/key-hints.tsx';
import { Line } from '../text/line.tsx';

export interface WaitingDialogProps {
  readonly title: string;
  /** Who is asked what. */
  readonly text: string;
  readonly onCancel: () => void;
}

/** Stands where a question will be, while a provider is asked what to put into it. */
export function WaitingDialog(props: WaitingDialogProps): ReactNode {
  return (
    <Modal>
      <Overlay title={props.title} width={64} height={5}>
        {({ columns }) => <WaitingText {...props} columns={columns} />}
      </Overlay>
    </Modal>
  );
}

function WaitingText({ text, columns, onCancel }: WaitingDialogProps & { readonly columns: number }): ReactNode {
  useBindings('dialog', overlayBindings, { 'overlay.close': onCancel });
  return (
    <Box flexDirection="column">
      <Line text={text} width={columns} />
      <Box height={1} />
      <KeyHints width={columns} />
    </Box>
  );
}
