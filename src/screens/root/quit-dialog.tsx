import type { ReactNode } from 'react';
import type { OperationSnapshot } from '../../app/runtime/operation.ts';
import { ConfirmDialog } from '../../components/dialogs/confirm-dialog.tsx';
import { hourlyText, soFarText } from '../../domain/deployment/billing.ts';
import type { DeploymentRecord } from '../../domain/deployment/types.ts';

export interface QuitDialogProps {
  /** What runs or is paused. */
  readonly live: readonly OperationSnapshot[];
  /** Deployments that are billed while nobody is here. */
  readonly billed: readonly DeploymentRecord[];
  readonly now: number;
  readonly onQuit: () => void;
  readonly onStay: () => void;
}

/**
 * Whether somebody waits for it, so that stopping it needs a confirmation. A run that goes to the tracker by itself stands in
 * nobody's way: what is on disk stays, and can be sent later.
 */
export const needsConfirmation = ({ detail }: OperationSnapshot): boolean => detail.kind !== 'sync' || detail.asked;

const MAX_TITLES = 4;

const hasOpenBatch = ({ detail }: OperationSnapshot): boolean =>
  'batches' in detail && detail.batches.some(({ isOpen }) => isOpen);

function quitConsequences(live: readonly OperationSnapshot[]): readonly string[] {
  const watched = live.filter(({ detail }) => detail.kind === 'watch').length;
  const sent = live.filter(({ detail }) => detail.kind === 'sync').length;
  const deploying = live.filter(({ detail }) => detail.kind === 'deploy').length;
  const stopped = live.length - watched - sent - deploying;
  return [
    ...(stopped > 0 ? ['What is not finished stops; every finished row is kept.'] : []),
    ...(sent > 0 ? ['What the tracker does not have stays here; w sends it later.'] : []),
    ...(live.some(hasOpenBatch) ? ['Batches go on at their provider, and are taken up at the next start.'] : []),
    ...(watched > 0 ? ['Training goes on without this screen, and is caught up with at the next start.'] : []),
  ];
}

/** What costs money after leaving, and what ends that. */
function billedLines(billed: readonly DeploymentRecord[], now: number): readonly string[] {
  if (billed.length === 0) return [];
  const each = billed
    .slice(0, MAX_TITLES)
    .map((one) => `  ${one.order.name}: ${hourlyText(one.usdPerHour)}, ${soFarText(one, now)}`);
  const more = billed.length > MAX_TITLES ? [`  and ${billed.length - MAX_TITLES} more`] : [];
  return ['Billed on while Luthier is closed:', ...each, ...more, 'd on its job, or `luthier undeploy`, ends that.'];
}

/** Asks before leaving; says what would stop and what would not. */
export function QuitDialog({ live, billed, now, onQuit, onStay }: QuitDialogProps): ReactNode {
  const titles = live.slice(0, MAX_TITLES).map((operation) => `  ${operation.title}`);
  const more = live.length > MAX_TITLES ? [`  and ${live.length - MAX_TITLES} more`] : [];
  const running =
    live.length === 0 ? ['Nothing is running.'] : ['Still running:', ...titles, ...more, ...quitConsequences(live)];
  const lines = [...running, ...billedLines(billed, now)];
  return <ConfirmDialog title="Quit luthier?" lines={lines} confirmLabel="quit" onConfirm={onQuit} onCancel={onStay} />;
}
