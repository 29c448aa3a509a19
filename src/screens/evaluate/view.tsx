import { Box } from 'ink';
import type { ReactNode } from 'react';
import { useBodySize } from '../../components/frame/index.ts';
import { Line } from '../../components/line/index.ts';
import { PaneBox } from '../../components/panes/index.ts';
import { evaluateBindings } from '../../keys/bindings/evaluate.ts';
import { useBindings } from '../../keys/index.ts';
import { useAppState, useWorkbench } from '../../state/context.tsx';

/** What can be told of base against tuned today: the same question to both, and the losses on held-out rows. */
export function EvaluateScreen(): ReactNode {
  const { columns, rows } = useBodySize();
  const { navigation } = useWorkbench();
  const tuned = useAppState((state) => state.jobs.some(({ job }) => job.fineTunedModel !== null));
  useBindings('screen', evaluateBindings, {
    'evaluate.compare': {
      run: () => navigation.go('chat'),
      disabledReason: tuned ? null : 'there is no tuned model yet: train one first (5)',
    },
  });
  const lines = [
    'No evaluation yet.',
    '',
    'What there is today to tell base from tuned:',
    '  Chat (6): ask both the same, side by side.',
    '  Train (5): loss and token accuracy on the held-out rows, at every step and checkpoint.',
    '',
    tuned ? 'Enter opens Chat with both.' : 'Both wait for a tuned model: 5 trains one.',
  ];
  return (
    <PaneBox title="Evaluate" focused width={columns} height={rows}>
      {(size) => (
        <Box flexDirection="column">
          {lines.map((line, index) => (
            <Line key={index} text={line === '' ? ' ' : line} width={size.columns} />
          ))}
        </Box>
      )}
    </PaneBox>
  );
}
