import { type ReactNode, useEffect } from 'react';
import { useAsyncRead, useWorkbench } from '../../../app/react.tsx';
import { ConfirmDialog } from '../../../components/dialogs/confirm-dialog.tsx';
import { WaitingDialog } from '../../../components/dialogs/waiting-dialog.tsx';
import { wrapped } from '../../../components/text/wrapped.ts';
import { estimateText, type JobEstimate } from '../../../domain/training/estimate.ts';
import { useTheme } from '../../../theme/theme.tsx';

export interface EstimateDialogProps {
  /** Whose name stands before what it says. */
  readonly provider: string;
  /** Whether some steps are tried, which takes time. */
  readonly tries: boolean;
  readonly onStart: (agreed: JobEstimate) => void;
  readonly onCancel: () => void;
}

/** The room of a line in a question. */
const LINE = 58;

/** Asks the provider what the job will take, shows it, and asks the person whether it is to be created. */
export function EstimateDialog({ provider, tries, onStart, onCancel }: EstimateDialogProps): ReactNode {
  const { train, navigation } = useWorkbench();
  const { symbols } = useTheme();
  const {
    value: estimate,
    problem,
    pending,
  } = useAsyncRead([], () => (signal: AbortSignal) => train.estimate(signal), [train]);
  const unsaid = !pending && estimate === null;
  useEffect(() => {
    if (!unsaid) return;
    if (problem !== null) navigation.problem(problem);
    onCancel();
  }, [unsaid, problem, navigation, onCancel]);
  if (estimate === null)
    return (
      <WaitingDialog
        title="What will it take?"
        text={
          tries ? `${provider} tries some steps: seconds, or minutes.` : `The files go to ${provider}, which is asked.`
        }
        onCancel={onCancel}
      />
    );
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
      onConfirm={() => onStart(estimate)}
      onCancel={onCancel}
    />
  );
}
