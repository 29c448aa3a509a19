import { Box, Text } from 'ink';
import { type Dispatch, type ReactNode, useState } from 'react';
import { useAppState, useWorkbench } from '../../app/react.tsx';
import { ConfirmDialog } from '../../components/dialogs/confirm-dialog.tsx';
import { useEvaluationResults, useEvaluations } from '../../components/hooks/use-evaluations.ts';
import { useBodySize } from '../../components/layout/frame.tsx';
import { PaneBox } from '../../components/layout/panes.tsx';
import { type Cell, type Column, Table } from '../../components/lists/table.tsx';
import { KeyHint } from '../../components/text/key-hints.tsx';
import { Line } from '../../components/text/line.tsx';
import {
  syncTableCell,
  trackedColumn,
  useRunTrackingReader,
  useTracker,
} from '../../components/tracking/run-tracking.ts';
import { useSyncKeys } from '../../components/tracking/use-sync-keys.tsx';
import { nameGrader } from '../../domain/evaluation/graders/graders.ts';
import type { Evaluation } from '../../domain/evaluation/types.ts';
import { count, plural } from '../../domain/text/format.ts';
import { evaluateListBindings } from '../../keys/bindings/evaluate.ts';
import { useBindings } from '../../keys/hooks.tsx';
import { useTheme } from '../../theme/theme.tsx';
import { draftFromEvaluation, newDraft } from './plan/draft.ts';
import type { EvaluateAction, EvaluateState } from './reducer.ts';

const EVALUATION_COLUMNS: readonly Column[] = [
  { id: 'name', title: 'evaluation', flex: 3, min: 18, cut: 'middle', keep: 1 },
  { id: 'items', title: 'items', width: 6, align: 'right', keep: 2 },
  { id: 'grader', title: 'grader', flex: 2, min: 12, max: 40, cut: 'middle', keep: 5 },
  { id: 'result', title: 'right', flex: 1, min: 14, max: 22, keep: 1 },
  { id: 'when', title: 'begun', width: 16, keep: 3 },
];

const timeStamp = (at: number): string => new Date(at).toISOString().slice(0, 16).replace('T', ' ');

/** What a column shows of an evaluation; `result` comes from whoever has counted. */
function evaluationCell(evaluation: Evaluation, column: string, result: string): Cell {
  switch (column) {
    case 'name':
      return evaluation.name;
    case 'items':
      return count(evaluation.items);
    case 'grader': {
      const [grader] = evaluation.plan.graders;
      return grader === undefined ? '' : { text: nameGrader(grader), tone: 'muted' };
    }
    case 'result':
      return result;
    default:
      return { text: timeStamp(evaluation.createdAt), tone: 'muted' };
  }
}

export interface ListViewProps {
  readonly state: EvaluateState;
  readonly dispatch: Dispatch<EvaluateAction>;
}

const NO_EVALUATION = 'there is no evaluation yet: n plans one';

/** What was measured in this project, newest first. */
export function ListView({ state, dispatch }: ListViewProps): ReactNode {
  const { columns, rows } = useBodySize();
  const { evaluate, navigation } = useWorkbench();
  const jobs = useAppState((all) => all.jobs);
  const { symbols } = useTheme();
  const evaluations = useEvaluations();
  const [removing, setRemoving] = useState<Evaluation | null>(null);
  const at = Math.max(
    0,
    evaluations.findIndex(({ id }) => id === state.listed),
  );
  const current = evaluations[at] ?? null;
  const results = useEvaluationResults(evaluations);
  const none = current === null ? NO_EVALUATION : null;
  const trackedOf = useRunTrackingReader();
  const tracker = useTracker();
  const wandb = useSyncKeys(current === null ? null : { kind: 'evaluation', id: current.id }, NO_EVALUATION);
  const plan = (draft: EvaluateState['draft']): void => {
    dispatch({ type: 'draft', draft: draft ?? newDraft(jobs) });
    dispatch({ type: 'show', view: { kind: 'plan' } });
  };
  useBindings(
    'screen',
    evaluateListBindings,
    {
      'evaluate.open': {
        run: () => {
          if (current !== null) dispatch({ type: 'open', id: current.id });
        },
        disabledReason: none,
      },
      'evaluate.new': () => plan(state.draft),
      'evaluate.again': {
        run: () => {
          if (current !== null) plan(draftFromEvaluation(current));
        },
        disabledReason: none,
      },
      'evaluate.remove': { run: () => setRemoving(current), disabledReason: none },
      'evaluate.list.sync': wandb.sync,
      'evaluate.list.link': wandb.link,
    },
    { active: removing === null },
  );
  return (
    <Box flexDirection="column" width={columns} height={rows} flexShrink={0}>
      <PaneBox
        title={evaluations.length === 0 ? 'Evaluate' : plural(evaluations.length, 'evaluation')}
        focused
        width={columns}
        height={rows}
      >
        {(size) =>
          evaluations.length === 0 ? (
            <Empty width={size.columns} tuned={jobs.some(({ job }) => job.fineTunedModel !== null)} />
          ) : (
            <Table
              columns={[...EVALUATION_COLUMNS, trackedColumn(tracker, 4)]}
              count={evaluations.length}
              rowAt={(index) => evaluations[index] ?? null}
              cell={(one, column) =>
                column === 'tracked'
                  ? syncTableCell(trackedOf({ kind: 'evaluation', id: one.id }), symbols)
                  : evaluationCell(one, column, column === 'result' ? (results.get(one.id) ?? symbols.ellipsis) : '')
              }
              width={size.columns}
              height={size.rows}
              selected={at}
              onSelect={(index) => {
                const chosen = evaluations[index];
                if (chosen !== undefined) dispatch({ type: 'listed', id: chosen.id });
              }}
              focus={removing === null}
            />
          )
        }
      </PaneBox>
      {wandb.question}
      {removing === null ? null : (
        <ConfirmDialog
          danger
          title="Remove this evaluation?"
          lines={[removing.name, 'Its verdicts go; its answers stay and are reused by another of the same models.']}
          confirmLabel="remove"
          onConfirm={() => {
            evaluate.remove(removing.id);
            navigation.note('Removed the evaluation.');
            setRemoving(null);
          }}
          onCancel={() => setRemoving(null)}
        />
      )}
    </Box>
  );
}

function Empty({ width, tuned }: { readonly width: number; readonly tuned: boolean }): ReactNode {
  return (
    <Box flexDirection="column">
      <Line text="No evaluation yet." width={width} bold />
      <Text> </Text>
      <KeyHint keyName="n" label={tuned ? 'measures the tuned model against its base' : 'measures a model'} />
      <Line
        text="It asks each model what the held-out rows ask, and grades what they say."
        width={width}
        tone="muted"
      />
      {tuned ? null : <Line text="There is no tuned model yet: 5 trains one." width={width} tone="muted" />}
    </Box>
  );
}
