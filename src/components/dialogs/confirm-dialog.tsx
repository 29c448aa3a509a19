import { Box } from 'ink';
import type { ReactNode } from 'react';
import { confirmBindings } from '../../keys/bindings/components.ts';
import { Modal, useBindings } from '../../keys/hooks.tsx';
import { useTheme } from '../../theme/theme.tsx';
import { useBodySize } from '../layout/frame.tsx';
import { OVERLAY_SIDES, Overlay } from '../layout/overlay.tsx';
import { KeyHints } from '../text/key-hints.tsx';
import { Line } from '../text/line.tsx';
import { ScrollText } from '../text/scroll-text.tsx';
import { wrapped } from '../text/wrapped.ts';

export interface ConfirmDialogProps {
  readonly title: string;
  /** What will happen: what it costs, what is lost, what is kept. Each begins a row and is wrapped. */
  readonly lines: readonly string[];
  /** What Enter and `y` do: `start`, `delete`. */
  readonly confirmLabel: string;
  readonly onConfirm: () => void;
  readonly onCancel: () => void;
  /** For what cannot be undone: only `y` confirms then, not Enter, and the title warns. */
  readonly danger?: boolean;
}

const WIDTH = 72;
/** Rows beside the text: border, a space, the keys. */
const OTHER_ROWS = 4;

/** A question before something that costs or deletes, whole: it scrolls where it is longer than the screen. Last child of the screen's outermost box. */
export function ConfirmDialog(props: ConfirmDialogProps): ReactNode {
  const { symbols } = useTheme();
  const body = useBodySize();
  const title = props.danger === true ? `${symbols.warn} ${props.title}` : props.title;
  const inner = Math.min(WIDTH, body.columns) - OVERLAY_SIDES;
  const rows = props.lines.flatMap((line) => wrapped(line, inner));
  return (
    <Modal>
      <Overlay title={title} width={WIDTH} height={rows.length + OTHER_ROWS}>
        {(size) => <Question {...props} lines={rows} columns={size.columns} room={Math.max(1, size.rows - 2)} />}
      </Overlay>
    </Modal>
  );
}

type QuestionProps = ConfirmDialogProps & { readonly columns: number; readonly room: number };

function Question({
  lines,
  confirmLabel,
  onConfirm,
  onCancel,
  danger = false,
  columns,
  room,
}: QuestionProps): ReactNode {
  const [yes, no] = confirmBindings;
  useBindings('dialog', [{ ...yes, keys: danger ? ['y'] : yes.keys, label: confirmLabel }, no], {
    'dialog.yes': onConfirm,
    'dialog.no': onCancel,
  });
  return (
    <Box flexDirection="column">
      {lines.length > room ? (
        <ScrollText text={lines.join('\n')} width={columns} height={room} focus />
      ) : (
        lines.map((line, index) => <Line key={index} text={line} width={columns} />)
      )}
      <Box height={1} flexShrink={0} />
      <KeyHints width={columns} />
    </Box>
  );
}
