import { Box } from 'ink';
import { type ReactNode, useEffect, useEffectEvent, useRef, useState } from 'react';
import type { ExportPath } from '../../app/runtime/ports.ts';
import { ReplaceDialog } from '../../components/dialogs/export-path-dialog.tsx';
import { ProblemText } from '../../components/feedback/problem-text.tsx';
import { Spinner } from '../../components/feedback/spinner.tsx';
import { DROP_QUESTION, useDropGuard } from '../../components/hooks/use-drop-guard.ts';
import { type CompletePath, PathField } from '../../components/inputs/path-field.tsx';
import { Overlay } from '../../components/layout/overlay.tsx';
import { List } from '../../components/lists/list.tsx';
import { KeyHints } from '../../components/text/key-hints.tsx';
import { Line } from '../../components/text/line.tsx';
import { ScrollText } from '../../components/text/scroll-text.tsx';
import type { Outcome, Problem } from '../../domain/common/outcome.ts';
import { FIELD_NAMES } from '../../domain/template/problems.ts';
import type { Template, TemplateFinding, TemplatePlace } from '../../domain/template/types.ts';
import { choiceBindings, promptBindings } from '../../keys/bindings/components.ts';
import { Modal, useBindings } from '../../keys/hooks.tsx';
import { useTheme } from '../../theme/theme.tsx';

export interface PathDialogProps {
  readonly title: string;
  readonly label: string;
  readonly initial: string;
  /** Whether something lies there that is lost when it is written over; absent where the file is read. */
  readonly isTaken?: (path: string) => Promise<boolean>;
  /** What Tab makes of a path. */
  readonly complete: CompletePath;
  /** Reads or writes the file; says how it went. */
  readonly act: (to: ExportPath) => Promise<Outcome<string>>;
  /** Called with the result of `act` and the path, once it worked. */
  readonly onDone: (message: string, path: string) => void;
  readonly onCancel: () => void;
}

/** Asks for a path and stays until the file was read or written: what is wrong with it is shown here, to try again. */
export function PathDialog(props: PathDialogProps): ReactNode {
  const [path, setPath] = useState(props.initial);
  const [asked, setAsked] = useState<'replace' | 'answered' | null>(null);
  if (asked === 'replace') {
    return <ReplaceDialog path={path} onConfirm={() => setAsked('answered')} onCancel={() => setAsked(null)} />;
  }
  const fields = { ...props, path, setPath, isConfirmed: asked === 'answered', onTaken: () => setAsked('replace') };
  return (
    <Modal>
      <Overlay title={props.title} width={78} height={14}>
        {({ columns, rows }) => <PathFields {...fields} columns={columns} rows={rows} />}
      </Overlay>
    </Modal>
  );
}

interface PathFieldsProps extends PathDialogProps {
  readonly path: string;
  readonly setPath: (path: string) => void;
  /** A person said that what lies there may go: it is written at once. */
  readonly isConfirmed: boolean;
  readonly onTaken: () => void;
  readonly columns: number;
  readonly rows: number;
}

function PathFields(props: PathFieldsProps): ReactNode {
  const { label, path, setPath, complete, isTaken, isConfirmed, onTaken, act, onDone, onCancel, columns, rows } = props;
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<Problem | null>(null);
  const open = useRef(true);
  useEffect(
    () => () => {
      open.current = false;
    },
    [],
  );
  const submit = async (replace: boolean): Promise<void> => {
    const to = { path: path.trim(), replace };
    setBusy(true);
    setProblem(null);
    if (!replace && (await isTaken?.(to.path)) === true) {
      if (open.current) onTaken();
      return;
    }
    const outcome = await act(to);
    if (!open.current) return;
    setBusy(false);
    if (outcome.ok) onDone(outcome.value, to.path);
    else setProblem(outcome.problem);
  };
  const confirmed = useEffectEvent(() => void submit(true));
  useEffect(() => {
    if (isConfirmed) confirmed();
  }, [isConfirmed]);
  const guard = useDropGuard(path, props.initial, onCancel);
  const why = busy ? 'The file is being worked on.' : path.trim() === '' ? 'Type a path.' : null;
  useBindings('dialog', promptBindings, {
    'dialog.submit': { run: () => void submit(false), disabledReason: why },
    'dialog.cancel': guard.leave,
  });
  return (
    <Box flexDirection="column">
      <Line text={label} width={columns} tone="muted" />
      <PathField value={path} onChange={setPath} width={columns} focus placeholder="path" complete={complete} />
      <Box height={Math.max(1, rows - 4)} flexShrink={0}>
        {busy ? <Spinner label="working" /> : null}
        {guard.asking ? <Line text={DROP_QUESTION} width={columns} tone="error" /> : null}
        {problem === null || guard.asking ? null : (
          <ProblemText problem={problem} width={columns} height={Math.max(1, rows - 4)} focus />
        )}
      </Box>
      <KeyHints width={columns} />
    </Box>
  );
}

export interface FindingsDialogProps {
  readonly template: Template;
  readonly findings: readonly TemplateFinding[];
  /** Enter: goes to where the finding points. */
  readonly onGo: (place: TemplatePlace) => void;
  readonly onClose: () => void;
}

/** Where a finding points, in words: `teacher prompt, line 3`, `slot race, value 2`. */
export function placeText(template: Template, place: TemplatePlace): string {
  if (place.kind === 'field') {
    const line = template[place.field].slice(0, place.start).split('\n').length;
    return `${FIELD_NAMES[place.field]}, line ${line}`;
  }
  const name = template.slots[place.slotIndex]?.name ?? '';
  const value = place.valueIndex === null ? '' : `, value ${place.valueIndex + 1}`;
  return `slot ${name === '' ? place.slotIndex + 1 : name}${value}`;
}

/** Every problem of the template; the selected one in full, with its mending. */
export function FindingsDialog(props: FindingsDialogProps): ReactNode {
  const height = Math.max(1, props.findings.length) + DETAIL_ROWS + 4;
  return (
    <Modal>
      <Overlay title={`Problems (${props.findings.length})`} width={84} height={Math.max(10, height)}>
        {({ columns, rows }) => <Findings {...props} columns={columns} rows={rows} />}
      </Overlay>
    </Modal>
  );
}

const DETAIL_ROWS = 3;

function Findings(props: FindingsDialogProps & { readonly columns: number; readonly rows: number }): ReactNode {
  const { template, findings, onGo, onClose, columns, rows } = props;
  const { symbols } = useTheme();
  const [selected, setSelected] = useState(0);
  const finding = findings[Math.min(selected, findings.length - 1)];
  const [choose, cancel] = choiceBindings;
  useBindings(
    'dialog',
    [
      { ...choose, label: 'go there' },
      { ...cancel, label: 'close' },
    ],
    {
      'choice.choose': {
        run: () => {
          if (finding !== undefined) onGo(finding.place);
        },
        disabledReason: finding === undefined ? 'There is no problem.' : null,
      },
      'choice.cancel': onClose,
    },
  );
  const listRows = Math.max(1, rows - DETAIL_ROWS - 2);
  return (
    <Box flexDirection="column">
      <Box height={listRows} flexShrink={0}>
        <List
          count={findings.length}
          height={listRows}
          width={columns}
          selected={selected}
          onSelect={setSelected}
          focus
          empty="No problems: the template is ready to run."
          item={(index, state) => {
            const item = findings[index];
            if (item === undefined) return '';
            const isError = item.severity === 'error';
            const text = `${isError ? symbols.error : symbols.warn} ${placeText(template, item.place)}: ${item.message}`;
            return <Line text={text} width={state.width} tone={isError ? 'error' : 'warn'} bold={state.selected} />;
          }}
        />
      </Box>
      <Box height={DETAIL_ROWS + 1} flexShrink={0} paddingTop={1}>
        <ScrollText
          text={finding === undefined ? '' : `${finding.message} ${finding.fix}`}
          width={columns}
          height={DETAIL_ROWS}
          focus={false}
        />
      </Box>
      <KeyHints width={columns} />
    </Box>
  );
}
