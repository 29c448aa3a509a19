import { Box, Text } from 'ink';
import { type ReactNode, useState } from 'react';
import { choiceKind } from '../../app/core/screen-states.ts';
import { useAppState, useScreenValue, useWorkbench } from '../../app/react.tsx';
import { Sparkline } from '../../components/charts/sparkline.tsx';
import { STATUS_STYLES } from '../../components/feedback/status.tsx';
import { useBodySize } from '../../components/layout/frame.tsx';
import { type Pane, Panes } from '../../components/layout/panes.tsx';
import { Line } from '../../components/text/line.tsx';
import { displayWidth } from '../../domain/text/graphemes.ts';
import { homeBindings, homeTourBindings } from '../../keys/bindings/home.ts';
import { useBindings } from '../../keys/hooks.tsx';
import { useTheme } from '../../theme/theme.tsx';
import { ActivityList, TourNote } from './activity-pane.tsx';
import { ProjectDialog, type ProjectDialogRequest, ProjectList } from './projects.tsx';
import { TOUR, useTour } from './tour.ts';
import { useActivity, useHomeFacts } from './use-home-facts.ts';
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
      <Line text={step.text} width={textWidth} tone={step.kind === 'error' ? 'error' : 'plain'} cut="middle" />
      {spark && <Text> </Text>}
      {spark && <Sparkline values={losses} width={SPARKLINE_WIDTH} />}
    </Box>
  );
}

const PURPOSE = 'A large model writes rows, a small one learns them, and both are measured.';

/** What Luthier is, what Enter does next, and the workflow, one step a row. */
function WorkflowSteps({ steps, next, losses, width, height }: WorkflowStepsProps): ReactNode {
  const theme = useTheme();
  const roomy = height >= steps.length + 3;
  const label = `${next.label} (Enter)`;
  const then = `  ${next.then}`;
  const room = Math.max(0, width - 6 - displayWidth(label));
  return (
    <Box flexDirection="column" width={width} height={height} overflow="hidden">
      <Line text={PURPOSE} width={width} tone="muted" />
      <Box height={1} flexShrink={0}>
        <Text {...theme.tone('key')}>Next: </Text>
        <Line text={label} width={Math.max(0, width - 6)} bold />
        {displayWidth(then) <= room && <Line text={then} width={room} tone="muted" />}
      </Box>
      {roomy && <Box height={1} flexShrink={0} />}
      {steps.map((step) => (
        <StepRow key={step.label} step={step} losses={losses} width={width} />
      ))}
    </Box>
  );
}

const PANES = ['workflow', 'projects', 'activity'] as const;
const PANE = choiceKind('home', PANES);
/** Rows of the body from which on there is room for what runs and ran. */
const ACTIVITY_ROWS = 18;
/** Projects that are in sight at least, where there are so many: more on a high terminal. */
const projectRows = (rows: number): number => (rows >= 34 ? 8 : 3);

/** Where am I, what is next. */
export function HomeScreen(): ReactNode {
  const projectId = useAppState((state) => state.project.id);
  return <Home key={projectId} />;
}

function Home(): ReactNode {
  const { columns, rows } = useBodySize();
  const { navigation } = useWorkbench();
  const { workflow, losses } = useHomeFacts();
  const activity = useActivity();
  const tour = useTour();
  const projects = useAppState((state) => state.projects.length);
  const [kept, setPane] = useScreenValue(PANE, () => 'workflow');
  const [question, setQuestion] = useState<ProjectDialogRequest | null>(null);
  const steps = workflowSteps(workflow);
  const next = nextStep(workflow);
  const roomy = rows >= ACTIVITY_ROWS;
  const pane = kept === 'activity' && !roomy ? 'workflow' : kept;
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
  useBindings('screen', homeTourBindings, {
    'home.tour': { run: tour.next, disabledReason: roomy ? null : 'the terminal has no rows for it' },
    'home.tour.end': tour.note === null ? null : tour.end,
  });
  const activityPane: Pane = {
    id: 'activity',
    title: tour.note === null ? 'Activity' : `First steps ${tour.note + 1}/${TOUR.length}`,
    render: (size, focused) =>
      tour.note === null ? (
        <ActivityList lines={activity} width={size.columns} height={size.rows} focus={focused} />
      ) : (
        <TourNote note={tour.note} width={size.columns} />
      ),
  };
  return (
    <Box flexDirection="column" width={columns} height={rows}>
      <Panes
        focus={pane}
        onFocus={(id) => setPane(PANES.find((one) => one === id) ?? 'workflow')}
        width={columns}
        height={rows}
        arrangement="column"
        panes={[
          {
            id: 'workflow',
            title: 'Workflow',
            min: steps.length + (roomy ? 5 : 4),
            flex: 0,
            render: (size) => (
              <WorkflowSteps steps={steps} next={next} losses={losses} width={size.columns} height={size.rows} />
            ),
          },
          {
            id: 'projects',
            title: 'Projects',
            ...(roomy && { flex: 0, min: Math.min(projects, projectRows(rows)) + 2 }),
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
          ...(roomy ? [activityPane] : []),
        ]}
      />
      {question !== null && <ProjectDialog question={question} onDone={() => setQuestion(null)} />}
    </Box>
  );
}
