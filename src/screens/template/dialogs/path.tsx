import { Box } from 'ink';
import { type ReactNode, useEffect, useRef, useState } from 'react';
import { Hints } from '../../../components/keyhint/index.ts';
import { Line } from '../../../components/line/index.ts';
import { Overlay } from '../../../components/overlay/index.ts';
import { ScrollText } from '../../../components/scroll/index.ts';
import { Spinner } from '../../../components/spinner/index.ts';
import { TextField } from '../../../components/textfield/index.ts';
import type { Outcome, Problem } from '../../../domain/text/problem.ts';
import { Modal, promptBindings, useBindings } from '../../../keys/index.ts';

export interface PathDialogProps {
  readonly title: string;
  readonly label: string;
  readonly initial: string;
  /** Reads or writes the file; says how it went. */
  readonly act: (path: string) => Promise<Outcome<string>>;
  /** Told what `act` said, and the path, once it worked. */
  readonly onDone: (message: string, path: string) => void;
  readonly onCancel: () => void;
}

/** Asks for a path and stays until the file was read or written: what is wrong with it is told here, to try again. */
export function PathDialog(props: PathDialogProps): ReactNode {
  return (
    <Modal>
      <Overlay title={props.title} width={78} height={14}>
        {({ columns, rows }) => <Path {...props} columns={columns} rows={rows} />}
      </Overlay>
    </Modal>
  );
}

function Path(props: PathDialogProps & { readonly columns: number; readonly rows: number }): ReactNode {
  const { label, initial, act, onDone, onCancel, columns, rows } = props;
  const [path, setPath] = useState(initial);
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<Problem | null>(null);
  const open = useRef(true);
  useEffect(
    () => () => {
      open.current = false;
    },
    [],
  );
  const submit = (): void => {
    setBusy(true);
    setProblem(null);
    void act(path.trim()).then((outcome) => {
      if (!open.current) return;
      setBusy(false);
      if (outcome.ok) onDone(outcome.value, path.trim());
      else setProblem(outcome.problem);
    });
  };
  const why = busy ? 'The file is being worked on.' : path.trim() === '' ? 'Type a path.' : null;
  useBindings('dialog', promptBindings, {
    'dialog.submit': { run: submit, disabledReason: why },
    'dialog.cancel': onCancel,
  });
  return (
    <Box flexDirection="column">
      <Line text={label} width={columns} tone="muted" />
      <TextField value={path} onChange={setPath} width={columns} focus placeholder="path" />
      <Box height={1} flexShrink={0} />
      <Box height={Math.max(1, rows - 4)} flexShrink={0}>
        {busy ? <Spinner label="working" /> : null}
        {problem === null ? null : (
          <ScrollText
            text={`${problem.what}\nSaved: ${problem.saved}\nNext: ${problem.next}`}
            width={columns}
            height={Math.max(1, rows - 4)}
            focus
            tone="error"
          />
        )}
      </Box>
      <Hints width={columns} />
    </Box>
  );
}
