import { Box } from 'ink';
import { type ReactNode, useState } from 'react';
import { readOnce } from '../../../app/core/reads.ts';
import { useRead, useWorkbench } from '../../../app/react.tsx';
import { PaneBox } from '../../../components/layout/panes.tsx';
import { List } from '../../../components/lists/list.tsx';
import { Line } from '../../../components/text/line.tsx';
import { wrapped } from '../../../components/text/wrapped.ts';
import type { Leak } from '../../../domain/dataset/split.ts';
import type { Row } from '../../../domain/dataset/types.ts';
import { count } from '../../../domain/text/format.ts';
import { datasetLeaksBindings } from '../../../keys/bindings/dataset.ts';
import { useBindings } from '../../../keys/hooks.tsx';
import { useTheme } from '../../../theme/theme.tsx';
import { shortId } from '../browse/row-table.tsx';
import { LEAK_LABELS, leaksText } from './format.ts';

export interface LeaksProps {
  readonly leaks: readonly Leak[];
  readonly width: number;
  readonly height: number;
  readonly onShow: (row: Row) => void;
  readonly onClose: () => void;
}

/** Rows of both questions. */
const QUESTION_ROWS = 2;

/** What of the validation side training gives away, with both questions of the selected one. */
export function Leaks({ leaks, width, height, onShow, onClose }: LeaksProps): ReactNode {
  const { symbols } = useTheme();
  const { rows, dataset, navigation } = useWorkbench();
  const [selected, setSelected] = useState(0);
  const leak = leaks[Math.min(selected, leaks.length - 1)];
  const none = leak === undefined ? 'there are no leaks' : null;
  const show = (id: string | undefined): void => {
    const row = id === undefined ? null : rows.get(id);
    if (row === null) navigation.note('That row is gone.');
    else onShow(row);
  };
  useBindings('screen', datasetLeaksBindings, {
    'dataset.leaks.open': { run: () => show(leak?.validationId), disabledReason: none },
    'dataset.leaks.train': { run: () => show(leak?.trainId), disabledReason: none },
    'dataset.leaks.copy': {
      run: () => navigation.copy(leaksText(leaks), `${leaks.length} leaks`),
      disabledReason: none,
    },
    'dataset.leaks.close': onClose,
  });
  const question = useRead(['rows', 'template'], () => {
    const read = (id: string): string => {
      const row = rows.get(id);
      if (row === null) return 'This row is gone.';
      return dataset.messages(row).findLast(({ role }) => role === 'user')?.content ?? '';
    };
    return readOnce(read, (id) => id);
  }, [rows, dataset]);
  return (
    <PaneBox
      title={leaks.length === 0 ? 'Leaks' : `Leak ${selected + 1} of ${count(leaks.length)}`}
      focused
      width={width}
      height={height}
    >
      {(size) => {
        const message = leak === undefined ? [] : wrapped(leak.message, size.columns);
        const fix = leak === undefined ? [] : wrapped(`Do: ${leak.fix}`, size.columns);
        return (
          <Box flexDirection="column">
            <List
              count={leaks.length}
              height={Math.max(1, size.rows - message.length - fix.length - QUESTION_ROWS)}
              width={size.columns}
              selected={selected}
              onSelect={setSelected}
              focus
              empty="Nothing leaks: no validation question, nor one nearly the same, is trained on."
              item={(index, state) => {
                const one = leaks[index];
                if (one === undefined) return '';
                const text = `${symbols.warn} ${LEAK_LABELS[one.kind]}: ${shortId(one.validationId)}  ${one.message}`;
                return <Line text={text} width={state.width} bold={state.selected} tone="warn" />;
              }}
            />
            {leak === undefined ? null : (
              <>
                {message.map((line, index) => (
                  <Line key={index} text={line} width={size.columns} />
                ))}
                {fix.map((line, index) => (
                  <Line key={index} text={line} width={size.columns} tone="strong" />
                ))}
                <Line text={`Validation: ${question(leak.validationId)}`} width={size.columns} tone="muted" />
                <Line text={`Train: ${question(leak.trainId)}`} width={size.columns} tone="muted" />
              </>
            )}
          </Box>
        );
      }}
    </PaneBox>
  );
}
