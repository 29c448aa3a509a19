import { Box } from 'ink';
import { type Dispatch, type ReactNode, useMemo, useState } from 'react';
import { cursorKind } from '../../app/core/screen-states.ts';
import { useAsyncRead, useScreenValue, useWorkbench } from '../../app/react.tsx';
import { ConfirmDialog } from '../../components/dialogs/confirm-dialog.tsx';
import { ProblemText } from '../../components/feedback/problem-text.tsx';
import { Spinner } from '../../components/feedback/spinner.tsx';
import { useBack } from '../../components/hooks/use-back.ts';
import { type ProviderFacts, useProvider } from '../../components/hooks/use-provider.ts';
import { useBodySize } from '../../components/layout/frame.tsx';
import { PaneBox, type PaneSize } from '../../components/layout/panes.tsx';
import { SmallTable } from '../../components/lists/small-table.tsx';
import type { Column } from '../../components/lists/table.tsx';
import type { Problem } from '../../domain/common/outcome.ts';
import { PRACTICE_LABEL } from '../../domain/provider/models.ts';
import type { RemoteFile } from '../../domain/provider/provider.ts';
import { ageText, byteSize, plural } from '../../domain/text/format.ts';
import { trainFilesBindings } from '../../keys/bindings/train.ts';
import { useBindings } from '../../keys/hooks.tsx';
import type { TrainAction } from './reducer.ts';

interface RemoteFiles {
  readonly status: 'loading' | 'ready' | 'failed';
  /** Newest first; those known before while they are read again. */
  readonly files: readonly RemoteFile[];
  readonly problem: Problem | null;
  refresh(): void;
}

/** The files at the project's provider, read when they are looked at and on a refresh. */
function useFiles(): RemoteFiles {
  const { files: actions } = useWorkbench();
  const { value, problem, pending, again } = useAsyncRead(['provider'], () => () => actions.list(), [actions]);
  const files = useMemo(() => (value ?? []).toSorted((a, b) => b.createdAt - a.createdAt), [value]);
  if (pending) return { status: 'loading', files, problem: null, refresh: again };
  return { status: problem === null ? 'ready' : 'failed', files, problem, refresh: again };
}

const FILE_COLUMNS: readonly Column[] = [
  { id: 'name', title: 'file', flex: 2, min: 14, keep: 1 },
  { id: 'purpose', title: 'purpose', width: 17, keep: 4 },
  { id: 'size', title: 'size', width: 9, align: 'right', keep: 2 },
  { id: 'age', title: 'age', width: 6, align: 'right', keep: 3 },
  { id: 'status', title: 'status', width: 10, keep: 6 },
  { id: 'id', title: 'id', flex: 1, min: 14, cut: 'middle', keep: 5 },
];

function fileCell(file: RemoteFile, column: string): string {
  switch (column) {
    case 'name':
      return file.filename;
    case 'purpose':
      return file.purpose;
    case 'size':
      return byteSize(file.bytes);
    case 'age':
      return file.createdAt === 0 ? '' : ageText(file.createdAt * 1000, Date.now());
    case 'status':
      return file.status ?? '';
    default:
      return file.id;
  }
}

/** Of all files together; nothing where no size is known. */
function sizeOf(files: readonly RemoteFile[]): readonly string[] {
  const known = files.flatMap(({ bytes }) => bytes ?? []);
  if (known.length === 0 && files.length > 0) return [];
  const sum = byteSize(known.reduce((all, bytes) => all + bytes, 0));
  return [known.length === files.length ? sum : `${sum} or more`];
}

function titleOf({ status, files }: RemoteFiles, provider: ProviderFacts): string {
  const where = provider.practice ? `${provider.name}, ${PRACTICE_LABEL}` : provider.name;
  if (status !== 'ready') return `Files at ${where}`;
  return `${[plural(files.length, 'file'), ...sizeOf(files)].join(', ')} at ${where}`;
}

const CURSOR = cursorKind('train-files');

/** What is kept at the provider: uploaded rows, result files. */
export function FilesView({ dispatch }: { readonly dispatch: Dispatch<TrainAction> }): ReactNode {
  const { columns, rows } = useBodySize();
  const { files: actions, navigation } = useWorkbench();
  const provider = useProvider();
  const remote = useFiles();
  const [selected, setSelected] = useScreenValue(CURSOR, () => 0);
  const [asking, setAsking] = useState<RemoteFile | null>(null);
  const at = Math.max(0, Math.min(selected, remote.files.length - 1));
  const file = remote.files[at];
  const disabledReason = file === undefined ? 'no file is selected' : null;
  const remove = async ({ id }: RemoteFile): Promise<void> => {
    setAsking(null);
    const outcome = await actions.remove(id);
    if (outcome.ok) navigation.note(outcome.value);
    else navigation.problem(outcome.problem);
    remote.refresh();
  };
  useBindings('screen', trainFilesBindings, {
    'train.files.delete': { run: () => setAsking(file ?? null), disabledReason },
    'train.files.refresh': remote.refresh,
    'train.files.copy': {
      run: () => {
        if (file !== undefined) navigation.copy(file.id, 'the id of the file');
      },
      disabledReason,
    },
    'train.files.back': useBack(() => dispatch({ type: 'show', view: { kind: 'jobs' } })),
  });
  return (
    <Box flexDirection="column" width={columns} height={rows} flexShrink={0}>
      <PaneBox title={titleOf(remote, provider)} focused width={columns} height={rows}>
        {(size) => <Content remote={remote} selected={at} onSelect={setSelected} size={size} />}
      </PaneBox>
      {asking === null ? null : (
        <ConfirmDialog
          title="Delete this file?"
          lines={[
            asking.filename,
            `${byteSize(asking.bytes)}, ${asking.purpose}, ${asking.id}`,
            `It goes for good at ${provider.name}.`,
            'The rows here stay; a job that has not read it yet would fail.',
          ]}
          confirmLabel="delete"
          danger
          onConfirm={() => void remove(asking)}
          onCancel={() => setAsking(null)}
        />
      )}
    </Box>
  );
}

interface ContentProps {
  readonly remote: RemoteFiles;
  readonly selected: number;
  readonly onSelect: (index: number) => void;
  readonly size: PaneSize;
}

function Content({ remote, selected, onSelect, size }: ContentProps): ReactNode {
  if (remote.problem !== null) {
    return <ProblemText problem={remote.problem} width={size.columns} height={size.rows} focus />;
  }
  if (remote.status === 'loading' && remote.files.length === 0) {
    return <Spinner label="Reading the list of files" width={size.columns} />;
  }
  return (
    <SmallTable
      columns={FILE_COLUMNS}
      count={remote.files.length}
      rowAt={(index) => remote.files[index] ?? null}
      cell={fileCell}
      width={size.columns}
      height={size.rows}
      selected={selected}
      onSelect={onSelect}
      focus
      empty="No files here. Starting a job (n on the jobs) uploads its rows."
    />
  );
}
