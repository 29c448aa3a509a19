import { Box } from 'ink';
import { type ReactNode, useMemo, useState } from 'react';
import type { SplitPreview } from '../../../app/dataset/splits.ts';
import { useAsyncRead, useRead, useWorkbench } from '../../../app/react.tsx';
import type { PaneSize } from '../../../components/layout/panes.tsx';
import { type Column, Table } from '../../../components/lists/table.tsx';
import { Line } from '../../../components/text/line.tsx';
import { WrappedText } from '../../../components/text/wrapped-text.tsx';
import { type Outcome, ok } from '../../../domain/common/outcome.ts';
import { count } from '../../../domain/text/format.ts';
import { previewLines, type SplitCounts, splitCountsText } from './format.ts';
import { type SplitColumns, type SplitDraft, splitRequest } from './split-fields.ts';

/** Rows are counted again at most this often while a run adds some. */
const COUNT_INTERVAL_MS = 1_000;
/** Rest after the last change before the rows are divided again to be shown. */
const PREVIEW_DELAY_MS = 60;

export interface SplitFacts {
  readonly columns: SplitColumns;
  readonly now: SplitCounts;
  /** Of the draft as it was a moment ago; null before the first. */
  readonly preview: Outcome<SplitPreview> | null;
}

/** How the rows stand, and how they would with this draft. While `held` it shows the rows as they were before. */
export function useSplit(draft: SplitDraft, held: boolean): SplitFacts {
  const { splits } = useWorkbench();
  const options = { everyMs: COUNT_INTERVAL_MS, held };
  const columns = useRead(['rows', 'training-rows'], () => splits.columns(), [splits], options);
  const now = useRead(['rows', 'training-rows'], () => splits.counts(), [splits], options);
  const total = now.train + now.validation + now.unassigned;
  const wanted = useMemo(() => splitRequest(draft, columns, total), [draft, columns, total]);
  const { value, problem } = useAsyncRead(
    ['rows', 'training-rows'],
    () => {
      if (!wanted.ok) return null;
      const { request } = wanted;
      return async () => splits.preview(request);
    },
    [splits, wanted],
    { ...options, delayMs: PREVIEW_DELAY_MS },
  );
  if (problem !== null) return { columns, now, preview: { ok: false, problem } };
  return { columns, now, preview: value === null ? null : ok(value) };
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
  /** Whether the values handle the arrows. */
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
      {wrong === null ? null : <WrappedText text={wrong} width={width} tone="error" />}
      {lines.map((line, index) => (
        <WrappedText
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
