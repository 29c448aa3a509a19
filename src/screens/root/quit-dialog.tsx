import type { ReactNode } from 'react';
import type { OperationSnapshot } from '../../app/runtime/operation.ts';
import { ConfirmDialog } from '../../components/dialogs/confirm-dialog.tsx';

export interface QuitDialogProps {
  /** What runs or is paused. */
  readonly live: readonly OperationSnapshot[];
  readonly onQuit: () => void;
  readonly onStay: () => void;
}

/**
 * Whether somebody waits for it, so that stopping it needs a confirmation. A run that goes to the tracker by itself stands in
 * nobody's way: what is on disk stays, and can be sent later.
 */
export const needsConfirmation = ({ detail }: OperationSnapshot): boolean => detail.kind !== 'sync' || detail.asked;

const MAX_TITLES = 4;

function quitConsequences(live: readonly OperationSnapshot[]): readonly string[] {
  const watched = live.filter(({ detail }) => detail.kind === 'watch').length;
  const sent = live.filter(({ detail }) => detail.kind === 'sync').length;
  const stopped = live.length - watched - sent;
  return [
    ...(stopped > 0 ? ['What is not finished stops; every finished row is kept.'] : []),
    ...(sent > 0 ? ['What is not sent to W&B stays here; w sends it later.'] : []),
    ...(watched > 0 ? ['Training goes on without this screen, and is caught up with at the next start.'] : []),
  ];
}

/** Asks before leaving; says what would stop and what would not. */
export function QuitDialog({ live, onQuit, onStay }: QuitDialogProps): ReactNode {
  const titles = live.slice(0, MAX_TITLES).map((operation) => `  ${operation.title}`);
  const more = live.length > MAX_TITLES ? [`  and ${live.length - MAX_TITLES} more`] : [];
  const lines =
    live.length === 0 ? ['Nothing is running.'] : ['Still running:', ...titles, ...more, ...quitConsequences(live)];
  return <ConfirmDialog title="Quit luthier?" lines={lines} confirmLabel="quit" onConfirm={onQuit} onCancel={onStay} />;
}
