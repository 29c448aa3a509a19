import { Box, Text } from 'ink';
import type { ReactNode } from 'react';
import { Line } from '../../components/line/index.ts';
import { Sparkline } from '../../components/sparkline/index.ts';
import { STATUS_LOOKS } from '../../components/status/index.ts';
import { displayWidth } from '../../domain/text/graphemes.ts';
import { useTheme } from '../../theme/index.ts';
import type { NextStep, WorkflowStep } from './workflow.ts';

export interface StepsProps {
  readonly steps: readonly WorkflowStep[];
  readonly next: NextStep;
  /** Training loss of the newest job, drawn behind its words. */
  readonly losses: readonly number[];
  readonly width: number;
  readonly height: number;
}

const LABEL = 11;
const SPARK = 16;

function StepRow({ step, losses, width }: { step: WorkflowStep; losses: readonly number[]; width: number }): ReactNode {
  const theme = useTheme();
  const look = STATUS_LOOKS[step.kind];
  const room = Math.max(0, width - 2 - LABEL);
  const spark = step.label === 'Training' && losses.length > 1 && room >= displayWidth(step.text) + SPARK + 1;
  const textWidth = spark ? displayWidth(step.text) : room;
  return (
    <Box height={1} flexShrink={0} width={width} overflow="hidden">
      <Text {...theme.tone(look.tone)}>{theme.symbols[look.symbol]} </Text>
      <Line text={step.label} width={LABEL} bold fill />
      <Line text={step.text} width={textWidth} tone={step.kind === 'error' ? 'error' : 'plain'} />
      {spark && <Text> </Text>}
      {spark && <Sparkline values={losses} width={SPARK} />}
    </Box>
  );
}

/** The workflow, one step a row, and what Enter does next. */
export function Steps({ steps, next, losses, width, height }: StepsProps): ReactNode {
  const theme = useTheme();
  const roomy = height >= steps.length + 2;
  return (
    <Box flexDirection="column" width={width} height={height} overflow="hidden">
      {steps.map((step) => (
        <StepRow key={step.label} step={step} losses={losses} width={width} />
      ))}
      {roomy && <Box height={1} flexShrink={0} />}
      <Box height={1} flexShrink={0}>
        <Text {...theme.tone('key')}>Next: </Text>
        <Line text={`${next.label} (Enter)`} width={Math.max(0, width - 6)} bold />
      </Box>
    </Box>
  );
}
