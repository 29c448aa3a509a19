import { Box } from 'ink';
import { type ReactNode, useEffect, useMemo, useRef, useState } from 'react';
import type { SplitPreview } from '../../../app/dataset/splits.ts';
import { useAppState, useWorkbench } from '../../../app/react.tsx';
import { useThrottled } from '../../../components/hooks/use-debounced.ts';
import type { PaneSize } from '../../../components/layout/panes.tsx';
import { type Column, Table } from '../../../components/lists/table.tsx';
import { Line } from '../../../components/text/line.tsx';
import type { Outcome } from '../../../domain/common/outcome.ts';
import { count } from '../../../domain/text/format.ts';
import { previewLines, type SplitCounts, splitCountsText } from './format.ts';
import { type SplitColumns, type SplitDraft, splitRequest } from './split-fields.ts';

/** Rows are counted again at most this often while a run adds some. */
const COUNT_INTERVAL_MS = 1_000;
/** Rest after the last change before the rows are divided again to be shown. */
const PREVIEW_DELAY_MS = 60;

interface SplitFacts {
  readonly columns: SplitColumns;
  readonly now: SplitCounts;
  /** Of the draft as it was a moment ago; null before the first. */
  readonly preview: Outcome<SplitPreview> | null;
  /** Reads everything again at once: after something was assigned or cleared. */
  again(): void;
}

/** How the rows stand, and how they would with this draft. While `held` it tells of the rows as they were before. */
export function useSplit(draft: SplitDraft, held: boolean): SplitFacts {
  const { splits } = useWorkbench();
  const newest = useAppState((state) => state.rowsVersion);
  const before = useRef(newest);
  if (!held) before.current = newest;
  const version = useThrottled(before.current, COUNT_INTERVAL_MS);
  const [round, setRound] = useState(0);
  const [preview, setPreview] = useState<Outcome<SplitPreview> | null>(null);
  // biome-ignore lint/correctness/useExhaustiveDependencies: version and round stand for the rows
  const columns = useMemo(() => splits.columns(), [splits, version, round]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: version and round stand for the rows
  const now = useMemo(() => splits.counts(), [splits, version, round]);
  const total = now.train + now.validation + now.unassigned;
  const wanted = splitRequest(draft, columns, total);
  const key = JSON.stringify([wanted, version, round]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: the key stands for what is asked and for the rows
  useEffect(() => {
    const timer = setTimeout(() => setPreview(wanted.ok ? splits.preview(wanted.request) : null), PREVIEW_DELAY_MS);
    return () => clearTimeout(timer);
  }, [splits, key]);
  return { columns, now, preview, again: () => setRound((count) => count + 1) };
}

const COLUMNS: readonly Column[] = [
  { id: 'value', title: 'value', flex: 1, min: 10, keep: 1 },
  { id: 'train', title: 'train', width: 8, align: 'right', keep: 2 },
  { id: 'validation', title: 'validation', width: 10, align: 'right', keep: 2 },
];

const HEAD = 5;

export interface SplitPreviewProps {
  readonly facts: SplitFacts;
  /** Why there is nothing to show; null when there is. */
  readonly why: string | null;
  readonly size: PaneSize;
  /** Whether the values hear the arrows. */
  readonly focus: boolean;
}

/** How the rows stand, what assigning would do, and how each label or group would fall. */
export function SplitPreviewView({ facts, why, size, focus }: SplitPreviewProps): ReactNode {
  const [selected, setSelected] = useState(0);
  const { now, preview } = facts;
  const width = size.columns;
  const values = preview?.ok === true ? preview.value.values : [];
  const lines = preview?.ok === true ? previewLines(preview.value, now) : [];
  const wrong = why ?? (preview?.ok === false ? `${preview.problem.what} ${preview.problem.next}` : null);
  return (
    <Box flexDirection="column" width={width}>
      <Line text={`Now: ${splitCountsText(now)}`} width={width} bold />
      {wrong === null ? null : <Line text={wrong} width={width} tone="error" />}
      {lines.map((line, index) => (
        <Line
          key={index}
          text={index === 0 ? `Then: ${line}` : line}
          width={width}
          tone={index === 0 ? 'plain' : 'muted'}
        />
      ))}
      {values.length === 0 ? null : (
        <>
          <Box height={1} flexShrink={0} />
          <Table
            columns={COLUMNS}
            count={values.length}
            rowAt={(index) => values[index] ?? null}
            cell={(one, id) => {
              if (id === 'value') return one.value === '' ? { text: 'empty', tone: 'muted' } : one.value;
              return count(id === 'train' ? one.train : one.validation);
            }}
            width={width}
            height={Math.max(2, size.rows - HEAD)}
            selected={focus ? Math.min(selected, values.length - 1) : -1}
            onSelect={setSelected}
            focus={focus}
          />
        </>
      )}
    </Box>
  );
}
