import { Box, Text } from 'ink';
import { type ReactNode, useState } from 'react';
import { choiceKind } from '../../app/core/screen-states.ts';
import { useAppState, useScreenValue, useWorkbench } from '../../app/react.tsx';
import { Sparkline } from '../../components/charts/sparkline.tsx';
import { STATUS_STYLES } from '../../components/feedback/status.tsx';
import { useBodySize } from '../../components/layout/frame.tsx';
import { Panes } from '../../components/layout/panes.tsx';
import { Line } from '../../components/text/line.tsx';
import { displayWidth } from '../../domain/text/graphemes.ts';
import { homeBindings } from '../../keys/bindings/home.ts';
import { useBindings } from '../../keys/hooks.tsx';
import { useTheme } from '../../theme/theme.tsx';
import { ProjectDialog, type ProjectDialogRequest, ProjectList } from './projects.tsx';
import { useHomeFacts } from './use-home-facts.ts';
import { type NextStep, nextStep, type WorkflowStep, workflowSteps } from './workflow.ts';

export interface WorkflowStepsProps {
  readonly steps: readonly WorkflowStep[];
  readonly next: NextStep;
  /** Training loss of the newest job, drawn behind its words. */
  readonly losses: readonly number[];
  readonly width: number;
  readonly height: number;
}

const LABEL_WIDTH = 11;
const SPARKLINE_WIDTH = 16;

function StepRow({ step, losses, width }: { step: WorkflowStep; losses: readonly number[]; width: number }): ReactNode {
  const theme = useTheme();
  const look = STATUS_STYLES[step.kind];
  const room = Math.max(0, width - 2 - LABEL_WIDTH);
  const spark = step.label === 'Training' && losses.length > 1 && room >= displayWidth(step.text) + SPARKLINE_WIDTH + 1;
  const textWidth = spark ? displayWidth(step.text) : room;
  return (
    <Box height={1} flexShrink={0} width={width} overflow="hidden">
      <Text {...theme.tone(look.tone)}>{theme.symbols[look.symbol]} </Text>
      <Line text={step.label} width={LABEL_WIDTH} bold fill />
      <Line text={step.text} width={textWidth} tone={step.kind === 'error' ? 'error' : 'plain'} />
      {spark && <Text> </Text>}
      {spark && <Sparkline values={losses} width={SPARKLINE_WIDTH} />}
    </Box>
  );
}

/** The workflow, one step a row, and what Enter does next. */
function WorkflowSteps({ steps, next, losses, width, height }: WorkflowStepsProps): ReactNode {
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

const PANE = choiceKind('home', ['workflow', 'projects']);

/** Where am I, what is next. */
export function HomeScreen(): ReactNode {
  const projectId = useAppState((state) => state.project.id);
  return <Home key={projectId} />;
}

function Home(): ReactNode {
  const { columns, rows } = useBodySize();
  const { navigation } = useWorkbench();
  const { workflow, losses } = useHomeFacts();
  const [pane, setPane] = useScreenValue(PANE, () => 'workflow');
  const [question, setQuestion] = useState<ProjectDialogRequest | null>(null);
  const steps = workflowSteps(workflow);
  const next = nextStep(workflow);
  useBindings(
    'screen',
    homeBindings,
    {
      'home.next': () => navigation.go(next.screen),
      'home.projects': () => setPane('projects'),
      'home.new': () => setQuestion({ kind: 'new' }),
    },
    { active: pane === 'workflow' },
  );
  return (
    <Box flexDirection="column" width={columns} height={rows}>
      <Panes
        focus={pane}
        onFocus={(id) => setPane(id === 'projects' ? 'projects' : 'workflow')}
        width={columns}
        height={rows}
        arrangement="column"
        panes={[
          {
            id: 'workflow',
            title: 'Workflow',
            min: steps.length + 4,
            flex: 0,
            render: (size) => (
              <WorkflowSteps steps={steps} next={next} losses={losses} width={size.columns} height={size.rows} />
            ),
          },
          {
            id: 'projects',
            title: 'Projects',
            render: (size, focused) => (
              <ProjectList
                width={size.columns}
                height={size.rows}
                focus={focused}
                onAsk={setQuestion}
                onOpened={() => setPane('workflow')}
              />
            ),
          },
        ]}
      />
      {question !== null && <ProjectDialog question={question} onDone={() => setQuestion(null)} />}
    </Box>
  );
}
