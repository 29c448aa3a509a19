import { Box, Text } from 'ink';
import type { ReactNode } from 'react';
import { KeyHint } from '../../components/keyhint/index.ts';
import { Line } from '../../components/line/index.ts';
import { PaneBox } from '../../components/panes/index.ts';
import { Spinner } from '../../components/spinner/index.ts';

export interface EmptyProps {
  readonly width: number;
  readonly height: number;
  /** Something is adding rows right now. */
  readonly busy: boolean;
}

/** Before the first row: how to get some. */
export function Empty({ width, height, busy }: EmptyProps): ReactNode {
  return (
    <PaneBox title="Rows" focused width={width} height={height}>
      {(size) => (
        <Box flexDirection="column">
          <Line text="No rows yet." width={size.columns} bold />
          <Text> </Text>
          {busy ? <Spinner label="The first ones are on their way." width={size.columns} /> : null}
          <KeyHint keyName="3" label="generates them from the template" />
          <KeyHint keyName="o" label="imports a file (JSONL, CSV, TSV, Parquet) or a dataset of the Hugging Face Hub" />
        </Box>
      )}
    </PaneBox>
  );
}
