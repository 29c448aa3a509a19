import { type ReactNode, useState } from 'react';
import type { FoundWeights } from '../../../app/deployment/actions.ts';
import { bytesOf } from '../../../app/deployment/download.ts';
import { useWorkbench } from '../../../app/react.tsx';
import { ConfirmDialog } from '../../../components/dialogs/confirm-dialog.tsx';
import { fileStem } from '../../../components/dialogs/export-path-dialog.tsx';
import { PromptDialog } from '../../../components/dialogs/prompt-dialog.tsx';
import { WaitingDialog } from '../../../components/dialogs/waiting-dialog.tsx';
import { useProvider } from '../../../components/hooks/use-provider.ts';
import { wrapped } from '../../../components/text/wrapped.ts';
import { servedElsewhere } from '../../../domain/deployment/elsewhere.ts';
import { byteSize, plural } from '../../../domain/text/format.ts';
import type { JobRecord } from '../../../domain/training/types.ts';

export interface DownloadDialogProps {
  readonly record: JobRecord;
  readonly onDone: () => void;
}

/** The room of a line in a question. */
const LINE = 58;

/** Asks where the files of the tuned model go, says what they are and what serves them, and downloads them. */
export function DownloadDialog({ record, onDone }: DownloadDialogProps): ReactNode {
  const { deploy, navigation, preferences } = useWorkbench();
  const provider = useProvider(record.providerId).name;
  const [asking, setAsking] = useState(false);
  const [found, setFound] = useState<FoundWeights | null>(null);
  const ask = async (folder: string): Promise<void> => {
    setAsking(true);
    const outcome = await deploy.weights(record, folder);
    if (outcome.ok) return setFound(outcome.value);
    navigation.problem(outcome.problem);
    onDone();
  };
  if (found !== null) {
    const start = (): void => {
      deploy.download(record, found);
      onDone();
    };
    return <Confirmation record={record} found={found} onStart={start} onCancel={onDone} />;
  }
  if (asking)
    return <WaitingDialog title="Download the model?" text={`${provider} is asked for its files.`} onCancel={onDone} />;
  return (
    <PromptDialog
      title="Download the tuned model"
      label="Into the folder"
      initial={`${preferences.exportFolder()}/${fileStem(record.job.id, 'tuned-model')}`}
      validate={(text) => (text.trim() === '' ? 'A path is needed.' : null)}
      onSubmit={(text) => void ask(text.trim())}
      onCancel={onDone}
    />
  );
}

interface ConfirmationProps {
  readonly record: JobRecord;
  readonly found: FoundWeights;
  readonly onStart: () => void;
  readonly onCancel: () => void;
}

function Confirmation({ record, found, onStart, onCancel }: ConfirmationProps): ReactNode {
  const { weights, folder, taken } = found;
  const { loraRank } = record.job.hyperparameters;
  const rank = typeof loraRank === 'number' ? loraRank : null;
  const files = weights.files.map(({ name }) => name);
  const { commands, remark } = servedElsewhere({ folder, base: weights.base, files, rank });
  const bytes = bytesOf(weights);
  const lines = [
    `${plural(files.length, 'file')}${bytes === null ? '' : `, ${byteSize(bytes)}`}, into ${folder}.`,
    ...(taken.length === 0 ? [] : [`There already, and replaced: ${taken.join(', ')}.`]),
    commands.length === 1 ? 'This serves it then:' : 'Either of these serves it then:',
    ...commands,
    ...(remark === null ? [] : [remark]),
  ];
  return (
    <ConfirmDialog
      title="Download the model?"
      lines={lines.flatMap((line) => wrapped(line, LINE))}
      confirmLabel="download"
      danger={taken.length > 0}
      onConfirm={onStart}
      onCancel={onCancel}
    />
  );
}
