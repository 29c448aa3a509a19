import { Box } from 'ink';
import { type Dispatch, type ReactNode, useState } from 'react';
import { BAKEOFF_CHOICES } from '../../../app/bakeoff/exports.ts';
import { useAppState, useAsyncRead, useWorkbench } from '../../../app/react.tsx';
import type { ExportPath } from '../../../app/runtime/ports.ts';
import { ChoiceDialog } from '../../../components/dialogs/choice-dialog.tsx';
import { ExportPathDialog, fileStem } from '../../../components/dialogs/export-path-dialog.tsx';
import { PromptDialog } from '../../../components/dialogs/prompt-dialog.tsx';
import { ProblemText } from '../../../components/feedback/problem-text.tsx';
import { useBack } from '../../../components/hooks/use-back.ts';
import { useBodySize } from '../../../components/layout/frame.tsx';
import { PaneBox } from '../../../components/layout/panes.tsx';
import { type Column, Table } from '../../../components/lists/table.tsx';
import { ScrollText } from '../../../components/text/scroll-text.tsx';
import type { CandidateFigures } from '../../../domain/bakeoff/comparison.ts';
import { verdictText } from '../../../domain/bakeoff/report.ts';
import { latencyText, levelText, rangeText, tokensText } from '../../../domain/bakeoff/words.ts';
import { count, formatUsd, plural } from '../../../domain/text/format.ts';
import { trainBakeoffComparisonBindings } from '../../../keys/bindings/train.ts';
import { useBindings } from '../../../keys/hooks.tsx';
import type { TrainAction } from '../reducer.ts';

const COLUMNS: readonly Column[] = [
  { id: 'model', title: 'model', flex: 1, min: 10, cut: 'middle', keep: 1 },
  { id: 'level', title: 'accuracy', width: 8, align: 'right', keep: 2 },
  { id: 'range', title: '95% interval', width: 12, align: 'right', keep: 3 },
  { id: 'training', title: 'training', width: 8, align: 'right', keep: 5 },
  { id: 'calls', title: '1,000 calls', width: 11, align: 'right', keep: 4 },
  { id: 'p50', title: 'p50', width: 6, align: 'right', keep: 7 },
  { id: 'p95', title: 'p95', width: 6, align: 'right', keep: 6 },
  { id: 'in', title: 'in', width: 6, align: 'right', keep: 9 },
  { id: 'out', title: 'out', width: 6, align: 'right', keep: 8 },
];

function figureCell(one: CandidateFigures, column: string): string {
  switch (column) {
    case 'model':
      return one.short;
    case 'level':
      return levelText(one);
    case 'range':
      return rangeText(one);
    case 'training':
      return formatUsd(one.trainingUsd);
    case 'calls':
      return formatUsd(one.per1000Usd);
    case 'p50':
      return latencyText(one.latencyP50Ms);
    case 'p95':
      return latencyText(one.latencyP95Ms);
    case 'in':
      return tokensText(one.promptTokens);
    default:
      return tokensText(one.completionTokens);
  }
}

export interface ComparisonViewProps {
  readonly id: string;
  readonly dispatch: Dispatch<TrainAction>;
}

type Asking = 'export' | 'deployed' | { readonly format: (typeof BAKEOFF_CHOICES)[number] } | null;

/** Bases and tuned models of a bake-off on the same held-out rows, and what that comes to. */
export function BakeoffComparisonView({ id, dispatch }: ComparisonViewProps): ReactNode {
  const { columns, rows } = useBodySize();
  const { bakeoff, navigation, preferences } = useWorkbench();
  const project = useAppState((state) => state.project.name);
  const {
    value: report,
    problem,
    pending,
  } = useAsyncRead(['jobs', 'evaluations'], () => () => bakeoff.report(id), [bakeoff, id], { everyMs: 500 });
  const [asking, setAsking] = useState<Asking>(null);
  const candidates = report?.comparison?.candidates ?? [];
  const say = async (work: ReturnType<typeof bakeoff.resume>): Promise<void> => {
    setAsking(null);
    const outcome = await work;
    if (outcome.ok) navigation.note(outcome.value);
    else navigation.problem(outcome.problem);
  };
  useBindings('screen', trainBakeoffComparisonBindings, {
    'train.bakeoff.export': {
      run: () => setAsking('export'),
      disabledReason: report === null ? 'there is nothing to write yet' : null,
    },
    'train.bakeoff.deployed': () => setAsking('deployed'),
    'train.bakeoff.measure': {
      run: () => void say(bakeoff.resume(id)),
      disabledReason: bakeoff.isRunning(id) ? 'it goes on already' : null,
    },
    'train.bakeoff.comparison.back': useBack(() => dispatch({ type: 'show', view: { kind: 'bakeoff', id } })),
  });
  const tableRows = Math.min(candidates.length + 3, Math.max(5, Math.floor(rows / 2)));
  const text =
    report === null
      ? pending
        ? 'Reading the answers…'
        : ''
      : [...verdictText(report), ...candidates.map(detailOf)].join('\n');
  return (
    <Box flexDirection="column" width={columns} height={rows} flexShrink={0}>
      <PaneBox
        title={`${plural(candidates.length, 'model')} on ${plural(report?.rows.heldOut ?? 0, 'held-out row')}`}
        focused={false}
        width={columns}
        height={tableRows}
      >
        {(size) => (
          <Table
            columns={COLUMNS}
            count={candidates.length}
            rowAt={(index) => candidates[index] ?? null}
            cell={figureCell}
            width={size.columns}
            height={size.rows}
            selected={report?.comparison?.best ?? -1}
            onSelect={() => {}}
            focus={false}
            empty="Nothing is measured yet."
          />
        )}
      </PaneBox>
      <PaneBox title="Which came out best" focused width={columns} height={rows - tableRows}>
        {(size) =>
          problem === null ? (
            <ScrollText text={text} width={size.columns} height={size.rows} focus={asking === null} />
          ) : (
            <ProblemText problem={problem} width={size.columns} height={size.rows} focus={asking === null} />
          )
        }
      </PaneBox>
      {asking === 'export' ? (
        <ChoiceDialog
          title="Export as"
          options={BAKEOFF_CHOICES.map(({ value, label, note }) => ({ value, label, note }))}
          onChoose={(value) => {
            const format = BAKEOFF_CHOICES.find((one) => one.value === value);
            setAsking(format === undefined ? null : { format });
          }}
          onCancel={() => setAsking(null)}
        />
      ) : null}
      {asking === 'deployed' ? (
        <PromptDialog
          title="A model that was deployed"
          label="NUMBER=NAME: of its target, and by which name it answers now"
          placeholder="3=acme/my-endpoint"
          validate={(typed) =>
            deployedOf(typed, report?.bakeoff.targets.length ?? 0) === null
              ? 'Write the number of a target, = and a name.'
              : null
          }
          onSubmit={(typed) => {
            const found = deployedOf(typed, report?.bakeoff.targets.length ?? 0);
            const target = found === null ? undefined : bakeoff.targets(id)[found.place];
            if (found !== null && target !== undefined) bakeoff.deployed(id, target.id, found.name);
            void say(bakeoff.resume(id));
          }}
          onCancel={() => setAsking(null)}
        />
      ) : null}
      {typeof asking === 'object' && asking !== null ? (
        <ExportPathDialog
          path={`${preferences.exportFolder()}/${fileStem(project, 'bakeoff')}-bakeoff.${asking.format.ending}`}
          isTaken={(path) => preferences.isTaken('bakeoff', path)}
          complete={preferences.completePath}
          onSubmit={(to: ExportPath) => void say(bakeoff.export(id, asking.format.value, to))}
          onCancel={() => setAsking('export')}
        />
      ) : null}
    </Box>
  );
}

/** What the table has no room for. */
function detailOf({ short, name, summary, promptTokens, completionTokens }: CandidateFigures): string {
  const failed = summary.failed === 0 ? '' : `, ${count(summary.failed)} failed`;
  return `${short} is ${name}: ${tokensText(promptTokens)} tokens in, ${tokensText(completionTokens)} out${failed}`;
}

export function deployedOf(typed: string, targets: number): { readonly place: number; readonly name: string } | null {
  const [number = '', ...rest] = typed.split('=');
  const name = rest.join('=').trim();
  const place = Number(number) - 1;
  return Number.isInteger(place) && place >= 0 && place < targets && name !== '' ? { place, name } : null;
}
