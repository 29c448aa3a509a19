import { Box } from 'ink';
import { type ReactNode, useEffect, useState } from 'react';
import { useAppState, useWorkbench } from '../../../app/react.tsx';
import type { ExportedModel } from '../../../app/runtime/machine-ports.ts';
import { type ExportHandle, exportCommands } from '../../../app/settings/model-exports.ts';
import { ChoiceDialog } from '../../../components/dialogs/choice-dialog.tsx';
import { ConfirmDialog } from '../../../components/dialogs/confirm-dialog.tsx';
import { PromptDialog } from '../../../components/dialogs/prompt-dialog.tsx';
import { WaitingDialog } from '../../../components/dialogs/waiting-dialog.tsx';
import { useNow } from '../../../components/hooks/use-now.ts';
import { Overlay } from '../../../components/layout/overlay.tsx';
import { KeyHints } from '../../../components/text/key-hints.tsx';
import { ScrollText } from '../../../components/text/scroll-text.tsx';
import { wrapped } from '../../../components/text/wrapped.ts';
import { byteSize, clockTime, plural } from '../../../domain/text/format.ts';
import { EXPORT_CHOICES, exportFolderName } from '../../../domain/weights/export-targets.ts';
import { trainExportBindings } from '../../../keys/bindings/train.ts';
import { Modal, useBindings } from '../../../keys/hooks.tsx';

export interface ExportDialogProps {
  readonly jobId: string;
  /** The tuned model, or a checkpoint of it. */
  readonly model: string;
  readonly onDone: () => void;
}

type View =
  | { readonly kind: 'choice' }
  | { readonly kind: 'folder' | 'replace'; readonly choice: string; readonly folder: string }
  | { readonly kind: 'runs'; readonly handle: ExportHandle };

/** The room of a line in a question. */
const LINE = 58;

/** Asks what a tuned model is wanted as and where, writes it, and says what serves it. */
export function ExportDialog({ jobId, model, onDone }: ExportDialogProps): ReactNode {
  const { modelExports, navigation, preferences } = useWorkbench();
  const [view, setView] = useState<View>({ kind: 'choice' });
  const start = (choice: string, folder: string, replace: boolean): void =>
    setView({ kind: 'runs', handle: modelExports.start({ jobId, model, choice, folder, replace }) });
  const submit = async (choice: string, folder: string): Promise<void> => {
    const place = await modelExports.placeOf(folder);
    if (place === 'free' || place === 'empty') return start(choice, folder, place === 'empty');
    if (place === 'export') return setView({ kind: 'replace', choice, folder });
    setView({ kind: 'folder', choice, folder });
    navigation.note(`${folder} is there, and no export of Luthier’s: name another folder.`);
  };
  switch (view.kind) {
    case 'choice':
      return (
        <ChoiceDialog
          title="Export the model as"
          options={EXPORT_CHOICES.map(({ value, note }) => ({ value, label: value, note }))}
          onChoose={(choice) =>
            setView({
              kind: 'folder',
              choice,
              folder: `${preferences.exportFolder()}/${exportFolderName(model, choice)}`,
            })
          }
          onCancel={onDone}
        />
      );
    case 'folder':
      return (
        <PromptDialog
          title={`Export the model (${view.choice})`}
          label="Into the folder"
          initial={view.folder}
          complete={preferences.completePath}
          validate={(text) => (text.trim() === '' ? 'A path is needed.' : null)}
          onSubmit={(text) => void submit(view.choice, text.trim())}
          onCancel={() => setView({ kind: 'choice' })}
        />
      );
    case 'replace':
      return (
        <ConfirmDialog
          title="Replace the export?"
          lines={wrapped(`An export lies in ${view.folder}; it goes for good.`, LINE)}
          confirmLabel="replace"
          danger
          onConfirm={() => start(view.choice, view.folder, true)}
          onCancel={() => setView({ ...view, kind: 'folder' })}
        />
      );
    case 'runs':
      return <RunningExport handle={view.handle} onDone={onDone} />;
  }
}

/** Follows an export to its end; left before, it goes on as an operation. */
function RunningExport({ handle, onDone }: { readonly handle: ExportHandle; readonly onDone: () => void }): ReactNode {
  const { navigation } = useWorkbench();
  const snapshot = useAppState((state) => state.operations.find(({ id }) => id === handle.id) ?? handle.snapshot());
  const ended = snapshot.endedAt !== null;
  const now = useNow(!ended);
  const exported = ended ? handle.exported() : null;
  const lost = ended && exported === null;
  useEffect(() => {
    if (!lost) return;
    // What failed is told by the operation itself.
    onDone();
  }, [lost, onDone]);
  if (exported !== null) return <ExportResult exported={exported} onDone={onDone} />;
  return (
    <WaitingDialog
      title="Export"
      text={`It is written: ${clockTime(Math.max(0, now - snapshot.startedAt))}. Esc leaves it to Ctrl-O.`}
      onCancel={() => {
        navigation.note('The export goes on: Ctrl-O shows it, and what serves the model.');
        onDone();
      }}
    />
  );
}

function ExportResult({
  exported,
  onDone,
}: {
  readonly exported: ExportedModel;
  readonly onDone: () => void;
}): ReactNode {
  return (
    <Modal>
      <Overlay title="Exported" width={78} height={18}>
        {({ columns, rows }) => <ResultPage exported={exported} onDone={onDone} columns={columns} rows={rows} />}
      </Overlay>
    </Modal>
  );
}

interface ResultPageProps {
  readonly exported: ExportedModel;
  readonly onDone: () => void;
  readonly columns: number;
  readonly rows: number;
}

function ResultPage({ exported, onDone, columns, rows }: ResultPageProps): ReactNode {
  const { navigation } = useWorkbench();
  const [first] = exportCommands(exported);
  useBindings('dialog', trainExportBindings, {
    'train.export.copy': {
      run: () => {
        if (first !== undefined) navigation.copy(first[1], 'the command');
      },
      disabledReason: first === undefined ? 'there is no command to it' : null,
    },
    'train.export.close': onDone,
  });
  return (
    <Box flexDirection="column">
      <ScrollText text={exportText(exported)} width={columns} height={Math.max(1, rows - 1)} focus />
      <KeyHints width={columns} />
    </Box>
  );
}

/** What was written, what to type now, and what is worth knowing of it. */
export function exportText(exported: ExportedModel): string {
  const { path, files, findings, gguf } = exported;
  const bytes = files.reduce((sum, { size }) => sum + size, 0);
  return [
    `${plural(files.length, 'file')}, ${byteSize(bytes)}, in ${path}`,
    'README.md says what it was made of.',
    ...exportCommands(exported).flatMap(([label, line]) => ['', `${label}:`, line]),
    ...(gguf === null || gguf.found ? [] : [`(the converter is not here: ${gguf.where}, its folder in LLAMA_CPP)`]),
    ...findings.flatMap(({ message, fix }) => ['', `${message} ${fix}`.trimEnd()]),
  ].join('\n');
}
