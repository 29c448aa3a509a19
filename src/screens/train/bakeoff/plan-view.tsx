import { Box } from 'ink';
import { type Dispatch, type ReactNode, useState } from 'react';
import type { BakeoffQuote } from '../../../app/bakeoff/quote.ts';
import { useAppState, useRead, useWorkbench } from '../../../app/react.tsx';
import { ChoiceDialog } from '../../../components/dialogs/choice-dialog.tsx';
import { ConfirmDialog } from '../../../components/dialogs/confirm-dialog.tsx';
import { PromptDialog } from '../../../components/dialogs/prompt-dialog.tsx';
import { useBack } from '../../../components/hooks/use-back.ts';
import { useBodySize } from '../../../components/layout/frame.tsx';
import { PaneBox } from '../../../components/layout/panes.tsx';
import { type Column, Table } from '../../../components/lists/table.tsx';
import { Line } from '../../../components/text/line.tsx';
import { wrapped } from '../../../components/text/wrapped.ts';
import { gridText, sweptTargets } from '../../../domain/bakeoff/grid.ts';
import { parseTarget, settingsText, targetId, targetName, twice } from '../../../domain/bakeoff/target.ts';
import { type BakeoffTarget, shareOf, sharePercent } from '../../../domain/bakeoff/target-settings.ts';
import type { Bakeoff } from '../../../domain/bakeoff/types.ts';
import { ageText, count, formatUsd, plural } from '../../../domain/text/format.ts';
import { trainBakeoffPlanBindings } from '../../../keys/bindings/train.ts';
import { useBindings } from '../../../keys/hooks.tsx';
import type { BakeoffDraft, TrainAction } from '../reducer.ts';
import { quoteText } from './quote-text.ts';
import { SweepDialog } from './sweep-dialog.tsx';

const COLUMNS: readonly Column[] = [
  { id: 'number', title: '', width: 3, align: 'right', keep: 1 },
  { id: 'provider', title: 'provider', width: 14, keep: 3 },
  { id: 'model', title: 'base', flex: 2, min: 14, cut: 'middle', keep: 2 },
  { id: 'settings', title: 'settings', flex: 3, min: 18, keep: 4 },
];

function targetCell(
  { target, number }: { readonly target: BakeoffTarget; readonly number: number },
  column: string,
): string {
  switch (column) {
    case 'number':
      return String(number);
    case 'provider':
      return target.providerId;
    case 'model':
      return target.model;
    default:
      return settingsText(target) || 'as the provider chooses';
  }
}

type Asking =
  | 'add'
  | 'grid'
  | 'shares'
  | 'margin'
  | 'cap'
  | 'open'
  | 'counting'
  | { readonly quote: BakeoffQuote }
  | null;

export interface PlanViewProps {
  readonly draft: BakeoffDraft;
  readonly dispatch: Dispatch<TrainAction>;
}

/** The targets of a bake-off as they are chosen, their quote together, and one yes for all. */
export function BakeoffPlanView({ draft, dispatch }: PlanViewProps): ReactNode {
  const { columns, rows } = useBodySize();
  const { bakeoff, navigation } = useWorkbench();
  const kept = useRead(['jobs'], () => bakeoff.list(), [bakeoff]);
  const [asking, setAsking] = useState<Asking>(null);
  const [at, setAt] = useState(0);
  const { targets, margin, capUsd, stopBehind } = draft;
  const swept = sweptTargets(targets, draft);
  const selected = Math.max(0, Math.min(at, targets.length - 1));
  const change = (part: Partial<BakeoffDraft>): void => {
    dispatch({ type: 'draft', change: part });
    setAsking(null);
  };
  const choice = { targets: swept.ok ? swept.value : targets, margin, capUsd, stopBehind };
  const open = (id: string): void => dispatch({ type: 'show', view: { kind: 'bakeoff', id } });
  const quote = async (): Promise<void> => {
    setAsking('counting');
    const outcome = await bakeoff.quote(choice);
    if (outcome.ok) setAsking({ quote: outcome.value });
    else {
      setAsking(null);
      navigation.problem(outcome.problem);
    }
  };
  const start = (agreed: BakeoffQuote): void => {
    const outcome = bakeoff.start(choice, agreed);
    if (outcome.ok) open(outcome.value.id);
    else {
      setAsking(null);
      navigation.problem(outcome.problem);
    }
  };
  const wrong =
    targets.length === 0
      ? 'add a target first, with a'
      : swept.ok
        ? (bakeoff.problem(choice)?.what ?? null)
        : `${swept.what} ${swept.fix}`;
  const none = targets.length === 0 ? 'there is no target yet' : null;
  useBindings('screen', trainBakeoffPlanBindings, {
    'train.bakeoff.start': {
      run: () => void quote(),
      disabledReason: asking === 'counting' ? 'it is being quoted' : wrong,
    },
    'train.bakeoff.add': () => setAsking('add'),
    'train.bakeoff.remove': {
      run: () => change({ targets: targets.filter((_, place) => place !== selected) }),
      disabledReason: none,
    },
    'train.bakeoff.grid': () => setAsking('grid'),
    'train.bakeoff.shares': () => setAsking('shares'),
    'train.bakeoff.early': () => change({ stopBehind: !stopBehind }),
    'train.bakeoff.margin': () => setAsking('margin'),
    'train.bakeoff.cap': () => setAsking('cap'),
    'train.bakeoff.open': {
      run: () => setAsking('open'),
      disabledReason: kept.length === 0 ? 'there was no bake-off in this project yet' : null,
    },
    'train.bakeoff.plan.back': useBack(() => dispatch({ type: 'show', view: { kind: 'jobs' } })),
  });
  const lines = planLines(draft, selected, { wrong, all: swept.ok ? swept.value.length : null }, columns - 4);
  const below = Math.min(rows - 5, lines.length + 2);
  return (
    <Box flexDirection="column" width={columns} height={rows} flexShrink={0}>
      <PaneBox
        title={titleOf(targets.length, swept.ok ? swept.value.length : null)}
        focused
        width={columns}
        height={rows - below}
      >
        {(size) => (
          <Table
            columns={COLUMNS}
            count={targets.length}
            rowAt={(index) => {
              const found = targets[index];
              return found === undefined ? null : { target: found, number: index + 1 };
            }}
            cell={targetCell}
            width={size.columns}
            height={size.rows}
            selected={selected}
            onSelect={setAt}
            focus={asking === null}
            empty="a adds provider:model with its settings; b in a new job adds what is set there."
          />
        )}
      </PaneBox>
      <PaneBox
        title={
          asking === 'counting' ? 'Quoting: the files go to providers that say what a job takes' : 'What will happen'
        }
        focused={false}
        width={columns}
        height={below}
      >
        {(size) => lines.map((text, index) => <Line key={index} text={text} width={size.columns} />)}
      </PaneBox>
      <Dialogs draft={draft} kept={kept} asking={asking} ask={setAsking} change={change} open={open} start={start} />
    </Box>
  );
}

interface DialogsProps {
  readonly draft: BakeoffDraft;
  readonly kept: readonly Bakeoff[];
  readonly asking: Asking;
  readonly ask: (asking: Asking) => void;
  readonly change: (part: Partial<BakeoffDraft>) => void;
  readonly open: (id: string) => void;
  readonly start: (agreed: BakeoffQuote) => void;
}

/** What is asked above the targets, one at a time. */
function Dialogs({ draft, kept, asking, ask, change, open, start }: DialogsProps): ReactNode {
  const profiles = useAppState((state) => state.profiles);
  const { targets, margin, capUsd } = draft;
  const providers = profiles.map(({ id }) => id);
  const cancel = (): void => ask(null);
  switch (asking) {
    case null:
    case 'counting':
      return null;
    case 'add':
      return (
        <PromptDialog
          title="Add a target"
          label={`provider:model,epochs=3,… of ${providers.join(', ')}`}
          placeholder="embedded:practice-small,epochs=3"
          validate={(text) => typedProblem(text, targets, providers)}
          onSubmit={(text) => {
            const read = parseTarget(text);
            if (read.ok) change({ targets: [...targets, read.value] });
          }}
          onCancel={cancel}
        />
      );
    case 'grid':
    case 'shares':
      return <SweepDialog asked={asking} draft={draft} change={change} cancel={cancel} />;
    case 'margin':
      return (
        <PromptDialog
          title="Margin"
          label="How far below the best still counts as no worse: 2%; empty for none"
          initial={margin === null ? '' : sharePercent(margin)}
          validate={(text) => (text.trim() === '' || shareOf(text) !== null ? null : 'A share above 0, such as 2%.')}
          onSubmit={(text) => change({ margin: shareOf(text) })}
          onCancel={cancel}
        />
      );
    case 'cap':
      return (
        <PromptDialog
          title="Cap"
          label="US$ that training and measuring may take together; empty for none"
          initial={capUsd === null ? '' : String(capUsd)}
          validate={(text) => (text.trim() === '' || Number(text) >= 0 ? null : 'A number of US$, 0 or more.')}
          onSubmit={(text) => change({ capUsd: text.trim() === '' ? null : Number(text) })}
          onCancel={cancel}
        />
      );
    case 'open':
      return (
        <ChoiceDialog
          title="Open a bake-off"
          options={kept.map(({ id, createdAt, targets: own }) => ({
            value: id,
            label: `${plural(own.length, 'target')}, ${ageText(createdAt, Date.now())} ago`,
            note: id,
          }))}
          onChoose={open}
          onCancel={cancel}
        />
      );
    default:
      return (
        <ConfirmDialog
          title={`Create ${plural(asking.quote.targets.length, 'job')}?`}
          lines={quoteText(asking.quote)}
          confirmLabel="create all"
          onConfirm={() => start(asking.quote)}
          onCancel={cancel}
        />
      );
  }
}

/** How many targets are listed, and how many a sweep makes of them; null where it makes none. */
const titleOf = (listed: number, all: number | null): string =>
  `Bake-off: ${plural(listed, 'target')}${all === null || all === listed ? '' : `, ${count(all)} with the sweep`}`;

/** What the selected target is in full, what holds for all, and what happens. */
function planLines(
  { targets, grid, shares, margin, capUsd, stopBehind }: BakeoffDraft,
  selected: number,
  { wrong, all }: { readonly wrong: string | null; readonly all: number | null },
  width: number,
): readonly string[] {
  const target = targets[selected];
  const terms = `Not worse than the best by: ${margin === null ? 'no margin set' : sharePercent(margin)}. Cap: ${capUsd === null ? 'none' : formatUsd(capUsd)}.`;
  const sweep = [
    `Values: ${grid.length === 0 ? 'as listed' : gridText(grid)}.`,
    `Rows: ${shares.length === 0 ? 'as listed' : shares.map(sharePercent).join(', ')}.`,
    ...(all === null || all === targets.length ? [] : [`${plural(all, 'target')} in all.`]),
    `Early stop: ${stopBehind ? 'on' : 'off'}.`,
  ].join(' ');
  const next =
    targets.length > 0 && wrong !== null
      ? wrong
      : 'All learn the rows of this project and are measured on those held out. s quotes them together and asks once.';
  return [
    ...(target === undefined ? [] : wrapped(targetName(target), width)),
    terms,
    ...wrapped(sweep, width),
    ...wrapped(next, width),
  ];
}

function typedProblem(text: string, targets: readonly BakeoffTarget[], providers: readonly string[]): string | null {
  const read = parseTarget(text);
  if (!read.ok) return `${read.what} ${read.fix}`;
  if (!providers.includes(read.value.providerId))
    return `There is no provider ${read.value.providerId}: 8 (Settings) adds one.`;
  return twice([...targets, read.value]) === null ? null : 'This target is there already.';
}

export const draftHas = ({ targets }: BakeoffDraft, target: BakeoffTarget): boolean =>
  targets.some((one) => targetId(one) === targetId(target));
