import { type ReactNode, useState } from 'react';
import { useWorkbench } from '../../app/react.tsx';
import type { Trackable } from '../../app/tracking/run-requests.ts';
import type { KeyHandler } from '../../keys/binding.ts';
import { useTheme } from '../../theme/theme.tsx';
import { ConfirmDialog } from '../dialogs/confirm-dialog.tsx';
import { safeMiddle } from '../text/line.tsx';
import { trackingPageUrl, useRunTrackingReader, useSyncRefusals, useTracker } from './run-tracking.ts';

export interface SyncKeys {
  /** `w`: sends the run, and asks before one that is sent already is written over. */
  readonly sync: KeyHandler;
  /** `Y`: copies the whole link, of which a row has room for the ends only. */
  readonly link: KeyHandler;
  /** The question, while it is open; last child of the screen's outermost box. */
  readonly question: ReactNode;
}

/** Columns of a line in a question. */
const LINE = 58;

/** What `w` and `Y` do with what is selected; `none` says why not where nothing is. */
export function useSyncKeys(what: Trackable | null, none: string): SyncKeys {
  const { tracking, navigation } = useWorkbench();
  const { symbols } = useTheme();
  const read = useRunTrackingReader();
  const refusalOf = useSyncRefusals();
  const { label } = useTracker();
  const [confirming, setConfirming] = useState<Trackable | null>(null);
  const tracked = what === null ? null : read(what);
  const link = tracked === null ? null : trackingPageUrl(tracked);
  const send = (one: Trackable, overwrite: boolean): void => {
    navigation.note(`Syncing to ${label}; Ctrl-O shows how far it is.`);
    tracking.sync(one, ...(overwrite ? [{ overwrite }] : []));
  };
  return {
    sync: {
      run: () => {
        if (what === null) return;
        // Rows that have changed are a version of their own, and of one that is there nothing is left to send.
        if (tracked?.state?.sync === 'synced' && what.kind !== 'dataset') setConfirming(what);
        else send(what, false);
      },
      disabledReason: what === null ? none : refusalOf(what),
    },
    link: {
      run: () => {
        if (link !== null) navigation.copy(link, `the link to ${label}`);
      },
      disabledReason: what === null ? none : link === null ? `it has no page at ${label} yet: w sends it` : null,
    },
    question:
      confirming === null ? null : (
        <ConfirmDialog
          danger
          title={`Send it to ${label} again?`}
          lines={[
            'All of it is there already:',
            safeMiddle(trackingPageUrl(read(confirming)) ?? '', LINE, symbols.ellipsis),
            'What is there of this run is written over.',
          ]}
          confirmLabel="write over"
          onConfirm={() => {
            setConfirming(null);
            send(confirming, true);
          }}
          onCancel={() => setConfirming(null)}
        />
      ),
  };
}
