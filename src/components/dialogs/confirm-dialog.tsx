import { Box } from 'ink';
import type { ReactNode } from 'react';
import { confirmBindings } from '../../keys/bindings/components.ts';
import { Modal, useBindings } from '../../keys/hooks.tsx';
import { useTheme } from '../../theme/theme.tsx';
import { Overlay } from '../layout/overlay.tsx';
import { KeyHints } from '../text/key-hints.tsx';
import { Line } from '../text/line.tsx';
import { ScrollText } from '../text/scroll-text.tsx';

export interface ConfirmDialogProps {
  readonly title: string;
  /** What will happen, one string a row: what it costs, what is lost, what is kept. They scroll where there are more than rows. */
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
        {(size) => <Question {...props} {...size} />}
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
  rows,
}: ConfirmDialogProps & { readonly columns: number; readonly rows: number }): ReactNode {
  const [yes, no] = confirmBindings;
  useBindings('dialog', [{ ...yes, keys: danger ? ['y'] : yes.keys, label: confirmLabel }, no], {
    'dialog.yes': onConfirm,
    'dialog.no': onCancel,
  });
  const room = Math.max(1, rows - 2);
  return (
    <Box flexDirection="column">
      {lines.length > room ? (
        <ScrollText text={lines.join('\n')} width={columns} height={room} focus />
      ) : (
        lines.map((line, index) => <Line key={index} text={line} width={columns} />)
      )}
      <Box height={1} />
      <KeyHints width={columns} />
    </Box>
  );
}
