import { Box } from 'ink';
import type { ReactNode } from 'react';
import { confirmBindings, Modal, useBindings } from '../../keys/index.ts';
import { useTheme } from '../../theme/index.ts';
import { Hints } from '../keyhint/index.ts';
import { Line } from '../line/index.ts';
import { Overlay } from '../overlay/index.ts';

export interface ConfirmDialogProps {
  readonly title: string;
  /** What will happen, one string a row: what it costs, what is lost, what is kept. */
  readonly lines: readonly string[];
  /** What Enter and `y` do: `start`, `delete`. */
  readonly confirmLabel: string;
  readonly onConfirm: () => void;
  readonly onCancel: () => void;
  /** For what cannot be undone: only `y` confirms then, not Enter, and the title warns. */
  readonly danger?: boolean;
}

/** A question before something that costs or deletes. Last child of the screen's outermost box. */
export function ConfirmDialog(props: ConfirmDialogProps): ReactNode {
  const { symbols } = useTheme();
  const title = props.danger === true ? `${symbols.warn} ${props.title}` : props.title;
  return (
    <Modal>
      <Overlay title={title} width={64} height={props.lines.length + 4}>
        {(size) => <Question {...props} columns={size.columns} />}
      </Overlay>
    </Modal>
  );
}

function Question({
  lines,
  confirmLabel,
  onConfirm,
  onCancel,
  danger = false,
  columns,
}: ConfirmDialogProps & { readonly columns: number }): ReactNode {
  const [yes, no] = confirmBindings;
  useBindings('dialog', [{ ...yes, keys: danger ? ['y'] : yes.keys, label: confirmLabel }, no], {
    'dialog.yes': onConfirm,
    'dialog.no': onCancel,
  });
  return (
    <Box flexDirection="column">
      {lines.map((line, index) => (
        <Line key={index} text={line} width={columns} />
      ))}
      <Box height={1} />
      <Hints width={columns} />
    </Box>
  );
}
