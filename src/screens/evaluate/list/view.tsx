import { Box, Text } from 'ink';
import { type Dispatch, type ReactNode, useState } from 'react';
import { ConfirmDialog } from '../../../components/dialog/index.ts';
import { useBodySize } from '../../../components/frame/index.ts';
import { KeyHint } from '../../../components/keyhint/index.ts';
import { Line } from '../../../components/line/index.ts';
import { PaneBox } from '../../../components/panes/index.ts';
import { Table } from '../../../components/table/index.ts';
import { trackedCell, useSyncKeys, useTrackedRows } from '../../../components/tracking/index.ts';
import type { Evaluation } from '../../../domain/evaluation/types.ts';
import { plural } from '../../../domain/text/figures.ts';
import { evaluateListBindings } from '../../../keys/bindings/evaluate.ts';
import { useBindings } from '../../../keys/index.ts';
import { useAppState, useWorkbench } from '../../../state/context.tsx';
import { useTheme } from '../../../theme/index.ts';
import { draftOf, newDraft } from '../plan/draft.ts';
import type { EvaluateAction, EvaluateState } from '../reducer.ts';
import { useEvaluations } from '../results/use-items.ts';
import { COLUMNS, cellOf } from './cells.ts';
import { useResults } from './use-results.ts';

export interface ListViewProps {
  readonly state: EvaluateState;
  readonly dispatch: Dispatch<EvaluateAction>;
}

const NONE = 'there is no evaluation yet: n plans one';

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
  const results = useResults(evaluations);
  const none = current === null ? NONE : null;
  const trackedOf = useTrackedRows();
  const wandb = useSyncKeys(current === null ? null : { kind: 'evaluation', id: current.id }, NONE);
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
          if (current !== null) plan(draftOf(current));
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
              columns={COLUMNS}
              count={evaluations.length}
              rowAt={(index) => evaluations[index] ?? null}
              cell={(one, column) =>
                column === 'tracked'
                  ? trackedCell(trackedOf({ kind: 'evaluation', id: one.id }), symbols)
                  : cellOf(one, column, column === 'result' ? (results.get(one.id) ?? symbols.ellipsis) : '')
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
