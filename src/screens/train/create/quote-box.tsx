import { Box } from 'ink';
import type { ReactNode } from 'react';
import { Line } from '../../../components/line/index.ts';
import type { PaneSize } from '../../../components/panes/index.ts';
import type { ProviderKind } from '../../../domain/provider/types.ts';
import type { TrainingMethod } from '../../../domain/training/types.ts';
import { useTheme } from '../../../theme/index.ts';
import type { Advice } from './advice.ts';
import { quoteLines } from './quote-lines.ts';
import type { QuoteState } from './use-quote.ts';

export interface QuoteBoxProps {
  readonly state: QuoteState;
  readonly kind: ProviderKind;
  readonly method: TrainingMethod;
  readonly pricesOf: string;
  readonly advice: readonly Advice[];
  readonly size: PaneSize;
}

const LABEL = 8;

/** What the job will take, and what to know before it starts. */
export function QuoteBox({ state, kind, method, pricesOf, advice, size }: QuoteBoxProps): ReactNode {
  const { symbols } = useTheme();
  const { quote, problem, status } = state;
  const tone = status === 'counting' ? 'muted' : 'plain';
  const room = Math.max(0, size.columns - LABEL);
  const spare = Math.max(0, size.rows - 3);
  return (
    <Box flexDirection="column" width={size.columns}>
      {quote === null
        ? null
        : quoteLines({ quote, kind, method, pricesOf }).map(([label, text]) => (
            <Box key={label} height={1} flexShrink={0}>
              <Line text={label} width={LABEL} tone="muted" fill />
              <Line text={text} width={room} tone={tone} />
            </Box>
          ))}
      {problem === null ? null : (
        <>
          <Line text={`${symbols.error} ${problem.what}`} width={size.columns} tone="error" />
          <Line text={problem.next} width={size.columns} tone="strong" />
        </>
      )}
      {quote === null && problem === null ? <Line text="Counting tokens…" width={size.columns} tone="muted" /> : null}
      {advice.slice(0, spare).map(({ text, tone: look }) => (
        <Line key={text} text={look === 'warn' ? `${symbols.warn} ${text}` : text} width={size.columns} tone={look} />
      ))}
    </Box>
  );
}
