import { Box } from 'ink';
import { type ReactNode, useEffect, useState } from 'react';
import { useWorkbench } from '../../../app/react.tsx';
import { ConfirmDialog } from '../../../components/dialogs/confirm-dialog.tsx';
import { Overlay } from '../../../components/layout/overlay.tsx';
import { KeyHints } from '../../../components/text/key-hints.tsx';
import { Line } from '../../../components/text/line.tsx';
import { wrapped } from '../../../components/text/wrapped.ts';
import { estimateText, type JobEstimate } from '../../../domain/training/estimate.ts';
import { overlayBindings } from '../../../keys/bindings/components.ts';
import { Modal, useBindings } from '../../../keys/hooks.tsx';
import { useTheme } from '../../../theme/theme.tsx';

export interface EstimateDialogProps {
  /** Whose name stands before what it says. */
  readonly provider: string;
  readonly onStart: () => void;
  readonly onCancel: () => void;
}

/** The room of a line in a question. */
const LINE = 58;

/** Asks the provider what the job will take, shows it, and asks the person whether it is to be created. */
export function EstimateDialog({ provider, onStart, onCancel }: EstimateDialogProps): ReactNode {
  const { train, navigation } = useWorkbench();
  const { symbols } = useTheme();
  const [estimate, setEstimate] = useState<JobEstimate | null>(null);
  // Only what comes with the dialog is asked: changed settings are a question of their own.
  // biome-ignore lint/correctness/useExhaustiveDependencies: asked once
  useEffect(() => {
    const asked = train.estimate();
    let shown = true;
    void asked.said.then((outcome) => {
      if (!shown) return;
      if (outcome.ok && outcome.value !== null) setEstimate(outcome.value);
      else {
        if (!outcome.ok) navigation.problem(outcome.problem);
        onCancel();
      }
    });
    return () => {
      shown = false;
      asked.cancel();
    };
  }, []);
  if (estimate === null) return <Waiting provider={provider} onCancel={onCancel} />;
  const lines = [
    ...estimateText(estimate, provider),
    ...estimate.doubts.map((doubt) => `${symbols.warn} ${doubt}`),
    'The job is created now, and starts at once.',
  ];
  return (
    <ConfirmDialog
      title="Create this job?"
      lines={lines.flatMap((line) => wrapped(line, LINE))}
      confirmLabel="create"
      onConfirm={onStart}
      onCancel={onCancel}
    />
  );
}

function Waiting({ provider, onCancel }: { readonly provider: string; readonly onCancel: () => void }): ReactNode {
  return (
    <Modal>
      <Overlay title="What will it take?" width={64} height={5}>
        {({ columns }) => <WaitingText provider={provider} onCancel={onCancel} columns={columns} />}
      </Overlay>
    </Modal>
  );
}

interface WaitingTextProps {
  readonly provider: string;
  readonly columns: number;
  readonly onCancel: () => void;
}

function WaitingText({ provider, columns, onCancel }: WaitingTextProps): ReactNode {
  useBindings('dialog', overlayBindings, { 'overlay.close': onCancel });
  return (
    <Box flexDirection="column">
      <Line text={`The files go to ${provider}, which is asked.`} width={columns} />
      <Box height={1} />
      <KeyHints width={columns} />
    </Box>
  );
}
