import { Box } from 'ink';
import { type ReactNode, useState } from 'react';
import type { PaneSize } from '../../../components/panes/index.ts';
import { Status, type StatusKind } from '../../../components/status/index.ts';
import { count } from '../../../domain/text/figures.ts';
import type { ImportReport } from '../../../state/workbench/importTypes.ts';
import { FindingList } from '../findings.tsx';

export interface DoneProps {
  readonly report: ImportReport;
  readonly size: PaneSize;
}

const HEAD = 2;

const kindOf = ({ added, there, refused }: ImportReport): StatusKind => {
  if (refused === 0) return 'ok';
  return added + there === 0 ? 'error' : 'warn';
};

/** What came in, and every record that could not, by line with its fix. */
export function Done({ report, size }: DoneProps): ReactNode {
  const [selected, setSelected] = useState(0);
  const { added, there, refused, findings } = report;
  const words = [
    `${count(added)} added`,
    there === 0 ? '' : `${count(there)} were there`,
    refused === 0 ? '' : `${count(refused)} refused`,
  ];
  return (
    <Box flexDirection="column" width={size.columns}>
      <Status kind={kindOf(report)} word={words.filter((word) => word !== '').join(', ')} width={size.columns} />
      <Box height={1} flexShrink={0} />
      <FindingList
        findings={findings}
        selected={selected}
        onSelect={setSelected}
        size={{ columns: size.columns, rows: Math.max(1, size.rows - HEAD) }}
        empty="Nothing was found wrong. Enter goes to the rows, p to the split."
      />
    </Box>
  );
}
