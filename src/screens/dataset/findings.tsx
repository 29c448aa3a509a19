import { Box } from 'ink';
import type { ReactNode } from 'react';
import { STATUS_STYLES, type StatusKind } from '../../components/feedback/status.tsx';
import type { PaneSize } from '../../components/layout/panes.tsx';
import { List } from '../../components/lists/list.tsx';
import { Line } from '../../components/text/line.tsx';
import { wrappedWithin } from '../../components/text/wrapped-text.tsx';
import type { DatasetFinding } from '../../domain/dataset/types.ts';
import { useTheme } from '../../theme/theme.tsx';

const kindOf = ({ severity }: DatasetFinding): StatusKind => (severity === 'error' ? 'error' : 'warn');

/** Every finding as plain text, one a line, to be pasted elsewhere. */
export const findingsText = (findings: readonly DatasetFinding[]): string =>
  findings.map(({ severity, line, message, fix }) => `line ${line}: ${severity}: ${message} ${fix}`).join('\n');

export interface FindingListProps {
  readonly findings: readonly DatasetFinding[];
  readonly selected: number;
  readonly onSelect: (index: number) => void;
  readonly size: PaneSize;
  /** Said when there is none. */
  readonly empty: string;
}

/** Findings by line, and of the selected one what to do, in full. */
export function FindingList({ findings, selected, onSelect, size, empty }: FindingListProps): ReactNode {
  const { symbols } = useTheme();
  const { columns, rows } = size;
  const finding = findings[selected];
  const most = Math.max(2, Math.floor(rows / 2));
  const fix = finding === undefined ? [] : wrappedWithin(`Do: ${finding.fix}`, columns, most - 1);
  const message = finding === undefined ? [] : wrappedWithin(finding.message, columns, most - fix.length);
  return (
    <Box flexDirection="column">
      <List
        count={findings.length}
        height={Math.max(1, rows - Math.max(2, message.length + fix.length))}
        width={columns}
        selected={selected}
        onSelect={onSelect}
        focus
        empty={empty}
        item={(index, state) => {
          const one = findings[index];
          if (one === undefined) return '';
          const look = STATUS_STYLES[kindOf(one)];
          const text = `${symbols[look.symbol]} ${one.severity}, line ${one.line}: ${one.message}`;
          return <Line text={text} width={state.width} bold={state.selected} tone={look.tone} />;
        }}
      />
      {message.map((line, index) => (
        <Line key={`message-${index}`} text={line} width={columns} />
      ))}
      {fix.map((line, index) => (
        <Line key={`fix-${index}`} text={line} width={columns} tone="strong" />
      ))}
    </Box>
  );
}
