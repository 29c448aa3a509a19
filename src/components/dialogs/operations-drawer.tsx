import { Box, Text, useIsScreenReaderEnabled } from 'ink';
import { type ReactNode, useState } from 'react';
import type { DownloadProgress, OperationKind, OperationSnapshot } from '../../app/runtime/operation.ts';
import { byteSize, clockTime, formatUsd, percent } from '../../domain/text/format.ts';
import { padToWidth } from '../../domain/text/graphemes.ts';
import { drawerBindings } from '../../keys/bindings/components.ts';
import { Modal, useBindings } from '../../keys/hooks.tsx';
import type { Symbols } from '../../theme/symbols.ts';
import { useTheme } from '../../theme/theme.tsx';
import { filledColumns } from '../feedback/progress-bar.tsx';
import { operationStatus, STATUS_STYLES } from '../feedback/status.tsx';
import { useTicks } from '../hooks/use-now.ts';
import { Overlay } from '../layout/overlay.tsx';
import { List } from '../lists/list.tsx';
import { Line, safeMiddle } from '../text/line.tsx';
import { wrappedWithin } from '../text/wrapped-text.tsx';
import { sentSize } from '../tracking/run-tracking.ts';

/** How long it has run, or ran. */
const elapsedOf = (operation: OperationSnapshot, now: number): string =>
  clockTime((operation.endedAt ?? now) - operation.startedAt);

const isLive = (operation: OperationSnapshot): boolean =>
  operation.status === 'running' || operation.status === 'paused';

/** `1.2 GB of 4.0 GB`, or `1.2 GB` where the whole is not known. */
const downloadedSize = ({ received, total }: Pick<DownloadProgress, 'received' | 'total'>): string =>
  total === null ? byteSize(received) : `${byteSize(received)} of ${byteSize(total)}`;

/** What it does now, where it says so. */
function doingOf({ detail }: OperationSnapshot): string {
  if (detail.kind === 'sync') return `${detail.doing}  ${sentSize(detail)}`.trimEnd();
  if (detail.kind === 'download') return `${detail.name}  ${downloadedSize(detail)}`.trimStart();
  if (detail.kind === 'install' || detail.kind === 'export') return detail.doing;
  if (detail.kind !== 'deploy') return '';
  return detail.word === '' ? detail.doing : `${detail.doing} (${detail.word})`;
}

/** Kinds that no call is billed for. */
const UNPRICED: ReadonlySet<OperationKind> = new Set(['deploy', 'download', 'install', 'export']);

/** What it left behind, or what went wrong, in a line; while it runs well, what it does now where it says so. */
export function outcomeOf(operation: OperationSnapshot): string {
  const { problem, receipt, detail } = operation;
  if (problem !== null) return problem.what;
  if (receipt === null) return isLive(operation) ? doingOf(operation) : '';
  const { summary, costUsd } = receipt;
  if (detail.kind === 'sync') {
    // It costs nothing; what a person wants to know is where the run went.
    const { url } = detail;
    return url === null || summary.includes(url) ? summary : `${summary} ${url}`;
  }
  // What it costs by the hour is no price of the operation.
  if (UNPRICED.has(detail.kind)) return summary;
  return `${summary} · ${costUsd === null ? 'cost unknown' : formatUsd(costUsd)}`;
}

export interface OperationsDrawerProps {
  /** Newest first, as the store has them. */
  readonly operations: readonly OperationSnapshot[];
  /** Milliseconds since the epoch; read once a second while something runs. */
  readonly now: () => number;
  readonly onCancel: (id: string) => void;
  readonly onClose: () => void;
}

/** What runs and what ran: sign and word, progress, time, receipt. Mount it while it is open. */
export function OperationsDrawer(props: OperationsDrawerProps): ReactNode {
  return (
    <Modal>
      <Overlay title="Operations" width={100} height={18}>
        {(size) => <Operations {...props} {...size} />}
      </Overlay>
    </Modal>
  );
}

/** Rows for how the selected operation ended. */
const MOST_OUTCOME_ROWS = 5;

type OperationsProps = OperationsDrawerProps & { readonly columns: number; readonly rows: number };

function Operations({ operations, now, onCancel, onClose, columns, rows }: OperationsProps): ReactNode {
  const [selected, setSelected] = useState(0);
  useTicks(operations.some(isLive));
  const at = Math.min(selected, Math.max(0, operations.length - 1));
  const operation = operations[at];
  useBindings('dialog', drawerBindings, {
    'drawer.close': onClose,
    'drawer.cancel': {
      run: () => {
        if (operation !== undefined) onCancel(operation.id);
      },
      disabledReason: operation === undefined ? 'nothing is selected' : isLive(operation) ? null : 'it has ended',
    },
  });
  const outcome = wrappedWithin(operation === undefined ? '' : outcomeOf(operation), columns, MOST_OUTCOME_ROWS);
  return (
    <Box flexDirection="column" height={rows}>
      <List
        count={operations.length}
        height={Math.max(1, rows - 1 - outcome.length)}
        width={columns}
        selected={at}
        onSelect={setSelected}
        focus
        empty="Nothing has run yet."
        item={(index, state) => {
          const one = operations[index];
          return one === undefined ? '' : <OperationRow operation={one} now={now()} width={state.width} />;
        }}
      />
      <Box flexGrow={1} />
      {outcome.map((line, index) => (
        <Line key={index} text={line} width={columns} tone={operation?.problem == null ? 'muted' : 'error'} />
      ))}
    </Box>
  );
}

function drawBar(fraction: number, width: number, { barFull, barEmpty }: Symbols): string {
  const full = filledColumns(fraction, width);
  return `${barFull.repeat(full)}${barEmpty.repeat(width - full)}${percent(fraction).padStart(5)}`;
}

interface OperationRowProps {
  readonly operation: OperationSnapshot;
  readonly now: number;
  readonly width: number;
}

function OperationRow({ operation, now, width }: OperationRowProps): ReactNode {
  const theme = useTheme();
  const { symbols } = theme;
  const { kind, word } = operationStatus(operation.status);
  const look = STATUS_STYLES[kind];
  const barWidth = width >= 70 ? 16 : 0;
  const live = isLive(operation);
  // Its time runs: with each thing that changes, it would be read out as well.
  const linear = useIsScreenReaderEnabled();
  const progress =
    operation.fraction === null || !live ? ' '.repeat(barWidth + 5) : drawBar(operation.fraction, barWidth, symbols);
  const room = Math.max(4, width - 12 - 2 - barWidth - 5 - 2 - 8);
  return (
    <Text wrap="truncate-end">
      <Text {...theme.tone(look.tone)}>{padToWidth(`${symbols[look.symbol]} ${word}`, 12)}</Text>
      {'  '}
      {padToWidth(safeMiddle(operation.title, room, symbols.ellipsis), room)}
      <Text {...theme.tone('accent')}>{progress}</Text>
      {'  '}
      <Text {...theme.tone('muted')}>{padToWidth(linear && live ? '' : elapsedOf(operation, now), 8, 'right')}</Text>
    </Text>
  );
}
