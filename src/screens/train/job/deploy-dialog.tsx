import { Box } from 'ink';
import { type ReactNode, useEffect, useState } from 'react';
import type { ProposedDeployment } from '../../../app/deployment/actions.ts';
import { useAsyncRead, useWorkbench } from '../../../app/react.tsx';
import { ConfirmDialog } from '../../../components/dialogs/confirm-dialog.tsx';
import { useProvider } from '../../../components/hooks/use-provider.ts';
import { Overlay } from '../../../components/layout/overlay.tsx';
import { KeyHints } from '../../../components/text/key-hints.tsx';
import { Line } from '../../../components/text/line.tsx';
import { wrapped } from '../../../components/text/wrapped.ts';
import { hourlyText, soFarText } from '../../../domain/deployment/billing.ts';
import type { DeploymentRecord } from '../../../domain/deployment/types.ts';
import { dialectFacts } from '../../../domain/provider/job-dialects.ts';
import type { JobRecord } from '../../../domain/training/types.ts';
import { trainDeployBindings } from '../../../keys/bindings/train.ts';
import { Modal, useBindings } from '../../../keys/hooks.tsx';

export interface DeployDialogProps {
  readonly record: JobRecord;
  /** What is deployed of its model; null for nothing. */
  readonly deployment: DeploymentRecord | null;
  readonly onDone: () => void;
  /** Asks where its files are to be downloaded instead. */
  readonly onDownload: () => void;
}

/** The room of a line in a question. */
const LINE = 58;

/** Asks whether to deploy the model, at the price the provider names; or to take away what is deployed. */
export function DeployDialog({ record, deployment, onDone, onDownload }: DeployDialogProps): ReactNode {
  const runs = deployment !== null && (deployment.answered || deployment.leaving);
  if (runs) return <RemoveDialog deployment={deployment} onDone={onDone} />;
  return (
    <Modal>
      <Overlay title="Deploy the tuned model?" width={64} height={16}>
        {({ columns }) => <Proposal record={record} onDone={onDone} onDownload={onDownload} columns={columns} />}
      </Overlay>
    </Modal>
  );
}

function RemoveDialog({
  deployment,
  onDone,
}: Pick<DeployDialogProps, 'onDone'> & { readonly deployment: DeploymentRecord }): ReactNode {
  const { deploy } = useWorkbench();
  const { order, usdPerHour } = deployment;
  const lines = [
    `${order.name} costs ${hourlyText(usdPerHour)}: ${soFarText(deployment, Date.now())}.`,
    'Taking it away ends its bill. The tuned model stays.',
  ];
  return (
    <ConfirmDialog
      title="Take the deployment away?"
      lines={lines.flatMap((line) => wrapped(line, LINE))}
      confirmLabel="take it away"
      danger
      onConfirm={() => {
        deploy.remove(deployment);
        onDone();
      }}
      onCancel={onDone}
    />
  );
}

type ProposalProps = Pick<DeployDialogProps, 'record' | 'onDone' | 'onDownload'> & { readonly columns: number };

function Proposal({ record, onDone, onDownload, columns }: ProposalProps): ReactNode {
  const { deploy, navigation } = useWorkbench();
  const { name: provider, jobDialect } = useProvider(record.providerId);
  const { downloads } = dialectFacts(jobDialect);
  // What is asked about is the job as it was when the dialog opened: what is told of it meanwhile changes no price.
  const [job] = useState(record);
  const [idleMinutes, setIdleMinutes] = useState<number | null>(null);
  const asked = useAsyncRead([], () => () => deploy.plan(job, idleMinutes), [deploy, job, idleMinutes]);
  const proposed = asked.pending ? null : asked.value;
  const refused = asked.pending ? null : asked.problem;
  const offered = useOffered(proposed);
  useEffect(() => {
    if (refused === null || downloads) return;
    navigation.problem(refused);
    onDone();
  }, [refused, downloads, navigation, onDone]);
  useBindings('dialog', trainDeployBindings, {
    'deploy.yes': {
      run() {
        if (proposed !== null) deploy.start(record, proposed);
        onDone();
      },
      disabledReason:
        refused !== null ? 'it cannot be deployed' : proposed === null ? `${provider} is asked what it costs` : null,
    },
    'deploy.idle': {
      run: () => setIdleMinutes((before) => (before === null ? offered : null)),
      disabledReason: offered === null ? 'there is none to choose here' : null,
    },
    'deploy.download': {
      run: onDownload,
      disabledReason: downloads ? null : `Luthier knows no call of ${provider} that downloads a model`,
    },
    'deploy.no': onDone,
  });
  const lines =
    refused !== null
      ? [refused.what]
      : proposed === null
        ? [`${provider} is asked whether it can be served, and what it costs.`]
        : linesOf(proposed);
  return (
    <Box flexDirection="column">
      {lines
        .flatMap((line) => wrapped(line, columns))
        .map((line, index) => (
          <Line key={index} text={line} width={columns} />
        ))}
      <Box height={1} />
      <KeyHints width={columns} />
    </Box>
  );
}

/** Minutes of the idle stop that was offered last: one that is chosen is offered no more, and can be taken back. */
function useOffered(proposed: ProposedDeployment | null): number | null {
  const now = proposed?.plan.offersIdleStop ?? null;
  const [offered, setOffered] = useState(now);
  if (now !== null && now !== offered) setOffered(now);
  return now ?? offered;
}

function linesOf({ plan, before }: ProposedDeployment): readonly string[] {
  const { tunedModel, hardware, usdPerHour, notes } = plan;
  return [
    `${tunedModel}${hardware === '' ? '' : `, ${hardware}`}`,
    `It costs ${hourlyText(usdPerHour)}.`,
    ...notes,
    ...(before === null ? [] : [`${before.order.name} was begun: this goes on with it, and makes no other.`]),
  ];
}
