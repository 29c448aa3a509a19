import { Box } from 'ink';
import { type ReactNode, useState } from 'react';
import { useBodySize } from '../../components/frame/index.ts';
import { Panes } from '../../components/panes/index.ts';
import { homeBindings } from '../../keys/bindings/home.ts';
import { useBindings } from '../../keys/index.ts';
import { useWorkbench } from '../../state/context.tsx';
import { useHomeFacts } from './facts.ts';
import { ProjectList, type ProjectQuestion } from './projects.tsx';
import { Question } from './questions.tsx';
import { Steps } from './steps.tsx';
import { nextStep, workflowSteps } from './workflow.ts';

type HomePane = 'workflow' | 'projects';

/** Where am I, what is next. */
export function HomeScreen(): ReactNode {
  const { columns, rows } = useBodySize();
  const { navigation } = useWorkbench();
  const { workflow, losses } = useHomeFacts();
  const [pane, setPane] = useState<HomePane>('workflow');
  const [question, setQuestion] = useState<ProjectQuestion | null>(null);
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
              <Steps steps={steps} next={next} losses={losses} width={size.columns} height={size.rows} />
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
      {question !== null && <Question question={question} onDone={() => setQuestion(null)} />}
    </Box>
  );
}
