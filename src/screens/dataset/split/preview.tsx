import { Box } from 'ink';
import { type ReactNode, useState } from 'react';
import { Line } from '../../../components/line/index.ts';
import type { PaneSize } from '../../../components/panes/index.ts';
import { type Column, Table } from '../../../components/table/index.ts';
import { count } from '../../../domain/text/figures.ts';
import type { SplitFacts } from './use-split.ts';
import { previewLines, sidesNow } from './words.ts';

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
      <Line text={`Now: ${sidesNow(now)}`} width={width} bold />
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
