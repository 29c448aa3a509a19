import type { ReactNode } from 'react';
import type { PaneSize } from '../../../components/panes/index.ts';
import { type Column, Table } from '../../../components/table/index.ts';
import type { Checkpoint } from '../../../domain/training/types.ts';
import { lossText, shareText } from '../words.ts';

export interface CheckpointTableProps {
  /** Newest first. */
  readonly checkpoints: readonly Checkpoint[];
  readonly selected: number;
  readonly onSelect: (index: number) => void;
  readonly size: PaneSize;
}

const COLUMNS: readonly Column[] = [
  { id: 'step', title: 'step', width: 6, align: 'right', keep: 1 },
  { id: 'train', title: 'loss', width: 7, align: 'right', keep: 4 },
  { id: 'valid', title: 'valid', width: 7, align: 'right', keep: 3 },
  { id: 'accuracy', title: 'accuracy', width: 8, align: 'right', keep: 5 },
  { id: 'model', title: 'model', flex: 1, min: 12, keep: 2 },
];

function cell({ step, model, metrics }: Checkpoint, column: string): string {
  switch (column) {
    case 'step':
      return String(step);
    case 'train':
      return lossText(metrics.trainLoss);
    case 'valid':
      return lossText(metrics.fullValidLoss ?? metrics.validLoss);
    case 'accuracy':
      return shareText(metrics.fullValidTokenAccuracy ?? metrics.validTokenAccuracy ?? metrics.trainTokenAccuracy);
    default:
      return model;
  }
}

/** The models that were kept on the way, each one that can be talked to. */
export function CheckpointTable({ checkpoints, selected, onSelect, size }: CheckpointTableProps): ReactNode {
  return (
    <Table
      columns={COLUMNS}
      count={checkpoints.length}
      rowAt={(index) => checkpoints[index] ?? null}
      cell={cell}
      width={size.columns}
      height={size.rows}
      selected={selected}
      onSelect={onSelect}
      focus
      empty="No checkpoint yet; one is kept after each epoch."
    />
  );
}
