import { Box } from 'ink';
import { type ReactNode, useState } from 'react';
import { promptBindings } from '../../keys/bindings/components.ts';
import { Modal, useBindings } from '../../keys/hooks.tsx';
import { DROP_QUESTION, useDropGuard } from '../hooks/use-drop-guard.ts';
import { type CompletePath, PathField } from '../inputs/path-field.tsx';
import { TextField } from '../inputs/text-field.tsx';
import { useBodySize } from '../layout/frame.tsx';
import { OVERLAY_SIDES, Overlay } from '../layout/overlay.tsx';
import { KeyHints } from '../text/key-hints.tsx';
import { Line } from '../text/line.tsx';
import { wrapped } from '../text/wrapped.ts';

export interface PromptDialogProps {
  readonly title: string;
  /** What to type. */
  readonly label: string;
  readonly initial?: string;
  readonly placeholder?: string;
  /** For keys: dots instead of characters. */
  readonly masked?: boolean;
  /** For paths: what Tab makes of one. */
  readonly complete?: CompletePath;
  /** Why the text will not do, or null. Shown while typing; Enter waits until it is null. */
  readonly validate?: (text: string) => string | null;
  readonly onSubmit: (text: string) => void;
  readonly onCancel: () => void;
}

const WIDTH = 70;
/** Rows kept for why the text will not do, so that nothing jumps while one types. */
const REASON_ROWS = 2;

/** Asks for one line of text. A paste never submits. Last child of the screen's outermost box. */
export function PromptDialog(props: PromptDialogProps): ReactNode {
  const body = useBodySize();
  const [text, setText] = useState(props.initial ?? '');
  const inner = Math.min(WIDTH, body.columns) - OVERLAY_SIDES;
  const reason = props.validate?.(text) ?? null;
  const guard = useDropGuard(text, props.initial ?? '', props.onCancel);
  const refusal = reason === null || text === '' ? null : reason;
  const remark = guard.asking ? DROP_QUESTION : refusal;
  const said = remark === null ? [] : wrapped(remark, inner);
  const kept = Math.max(props.validate === undefined ? 1 : REASON_ROWS, said.length);
  const field = props.complete === undefined ? 1 : 2;
  const label = wrapped(props.label, inner);
  return (
    <Modal>
      <Overlay title={props.title} width={WIDTH} height={label.length + kept + field + 4}>
        {(size) => (
          <Prompt
            {...props}
            {...{ text, setText, reason, said, kept }}
            label={label}
            columns={size.columns}
            onCancel={guard.leave}
          />
        )}
      </Overlay>
    </Modal>
  );
}

interface PromptProps extends Omit<PromptDialogProps, 'label'> {
  readonly label: readonly string[];
  readonly text: string;
  readonly setText: (text: string) => void;
  readonly reason: string | null;
  /** The reason in rows, and how many are kept for it. */
  readonly said: readonly string[];
  readonly kept: number;
  readonly columns: number;
}

function Prompt(props: PromptProps): ReactNode {
  const { label, placeholder = '', masked = false, onSubmit, onCancel, columns } = props;
  const { text, setText, reason, said, kept } = props;
  const { complete } = props;
  const field = { value: text, onChange: setText, width: columns, focus: true, masked, placeholder };
  useBindings('dialog', promptBindings, {
    'dialog.submit': { run: () => onSubmit(text), disabledReason: reason },
    'dialog.cancel': onCancel,
  });
  return (
    <Box flexDirection="column">
      {label.map((line, index) => (
        <Line key={index} text={line} width={columns} tone="muted" />
      ))}
      {complete === undefined ? <TextField {...field} /> : <PathField {...field} complete={complete} />}
      <Box flexDirection="column" height={kept} flexShrink={0}>
        {said.map((line, index) => (
          <Line key={index} text={line} width={columns} tone="error" />
        ))}
      </Box>
      <Box height={1} flexShrink={0} />
      <KeyHints width={columns} />
    </Box>
  );
}
