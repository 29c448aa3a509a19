import { Box } from 'ink';
import { type Dispatch, type ReactNode, useState } from 'react';
import * as z from 'zod';
import { fieldReader, type ScreenStateKind } from '../../app/core/screen-states.ts';
import type { BlindPair } from '../../app/evaluation/blind.ts';
import { useRead, useScreenState, useWorkbench } from '../../app/react.tsx';
import { useBack } from '../../components/hooks/use-back.ts';
import { useBodySize } from '../../components/layout/frame.tsx';
import { PaneBox, Panes } from '../../components/layout/panes.tsx';
import { Line } from '../../components/text/line.tsx';
import { ScrollText } from '../../components/text/scroll-text.tsx';
import { wrapped } from '../../components/text/wrapped.ts';
import { WrappedText } from '../../components/text/wrapped-text.tsx';
import { type BlindResult, blindResult, sameModel } from '../../domain/evaluation/statistics/paired.ts';
import type { Evaluation, Vote } from '../../domain/evaluation/types.ts';
import type { ModelRef } from '../../domain/provider/models.ts';
import { count, plural, pValue, shareRange, shareText } from '../../domain/text/format.ts';
import { evaluateBlindBindings } from '../../keys/bindings/evaluate.ts';
import { useBindings } from '../../keys/hooks.tsx';
import { modelRefName } from './model-refs.ts';
import type { EvaluateAction } from './reducer.ts';
import { lastUserMessage } from './results/item-text.ts';

/** How the second model stands against the first, with its interval. */
function preferenceText(result: BlindResult, of: string, against: string): string {
  const { wins, losses, ties, share, interval, p } = result;
  if (wins + losses + ties === 0) return 'No verdict yet.';
  const tied = `${plural(ties, 'tie')}`;
  if (share === null) return `${tied}, no other verdict.`;
  return `${of} preferred to ${against} in ${wins} of ${wins + losses} (${shareText(share)}, 95% Wilson ${shareRange(interval)}, sign test ${pValue(p)}), ${tied}.`;
}

/** What of judging is only this screen's: who is judged, what is left for later, whether the tally is shown. */
export interface BlindState {
  /** Places in the plan of the two models. */
  readonly pair: readonly [number, number];
  /** Ids of items left for later. */
  readonly skipped: ReadonlySet<string>;
  readonly result: boolean;
}

export type BlindAction =
  | { readonly type: 'skip'; readonly id: string }
  | { readonly type: 'judge-skipped' }
  | { readonly type: 'next-pair'; readonly models: number }
  | { readonly type: 'result' };

/** Baseline against the newest of the others. */
export const initialBlind = (models: number): BlindState => ({
  pair: [0, Math.max(1, models - 1)],
  skipped: new Set(),
  result: false,
});

/** Every two of `models`, in order. */
export const pairsOf = (models: number): readonly (readonly [number, number])[] =>
  Array.from({ length: models }, (_, first) =>
    Array.from({ length: models - first - 1 }, (__, rest) => [first, first + rest + 1] as const),
  ).flat();

export function blindReducer(state: BlindState, action: BlindAction): BlindState {
  switch (action.type) {
    case 'skip':
      return { ...state, skipped: new Set([...state.skipped, action.id]) };
    case 'judge-skipped':
      return { ...state, skipped: new Set() };
    case 'next-pair': {
      const pairs = pairsOf(action.models);
      const at = pairs.findIndex(([a, b]) => a === state.pair[0] && b === state.pair[1]);
      return { pair: pairs[(at + 1) % pairs.length] ?? state.pair, skipped: new Set(), result: false };
    }
    case 'result':
      return { ...state, result: !state.result };
  }
}

interface Kept {
  readonly evaluationId: string;
  readonly pair: BlindState['pair'];
  readonly skipped: readonly string[];
  readonly result: boolean;
}

/** How the evaluation that was judged last was left; another one begins anew. */
export function blindKind(evaluationId: string, models: number): ScreenStateKind<BlindState> {
  const place = z
    .int()
    .min(0)
    .max(models - 1);
  const read = fieldReader<Kept>(() => ({
    evaluationId: z.literal(evaluationId),
    pair: z.tuple([place, place]).readonly(),
    skipped: z.array(z.string()),
    result: z.boolean(),
  }));
  return {
    name: 'evaluate-blind',
    save: ({ pair, skipped, result }): Kept => ({ evaluationId, pair, skipped: [...skipped], result }),
    restore(saved, fresh) {
      const { evaluationId: known, skipped = [], ...kept } = read(saved);
      return known === undefined ? fresh : { ...fresh, ...kept, skipped: new Set(skipped) };
    },
  };
}

export interface BlindComparisonProps {
  readonly evaluation: Evaluation;
  readonly dispatch: Dispatch<EvaluateAction>;
}

const WIDE_COLUMNS = 90;

function answerText({ item }: BlindPair, model: ModelRef): string {
  const said = item.predictions.find((one) => one !== null && sameModel(one.model, model));
  return said === undefined || said === null || said.text === '' ? '(empty answer)' : said.text;
}

/** Which of two answers is better, without knowing whose they are. */
export function BlindComparison({ evaluation, dispatch }: BlindComparisonProps): ReactNode {
  const { columns, rows } = useBodySize();
  const { blind, navigation } = useWorkbench();
  const { models } = evaluation.plan;
  const [kind] = useState(() => blindKind(evaluation.id, models.length));
  const [state, act] = useScreenState(kind, blindReducer, () => initialBlind(models.length));
  const [pane, setPane] = useState('left');
  const [one, other] = [models[state.pair[0]], models[state.pair[1]]];
  const { skipped } = state;
  const { shown, votes } = useRead(['evaluations'], () => {
    const pair = one === undefined || other === undefined ? null : ([one, other] as const);
    return {
      shown: pair === null ? null : blind.next(evaluation.id, pair, skipped),
      votes: blind.votes(evaluation.id),
    };
  }, [blind, evaluation.id, one, other, skipped]);
  const back = useBack(() => dispatch({ type: 'back' }));
  const none = shown === null ? 'there is nothing left to judge' : null;
  const vote = (choice: Vote['choice']) => ({
    run: () => {
      if (shown === null) return;
      const { item, first, second } = shown;
      blind.vote(evaluation.id, { itemId: item.item.id, first, second, choice });
    },
    disabledReason: none,
  });
  useBindings('screen', evaluateBlindBindings, {
    'evaluate.blind.first': vote('first'),
    'evaluate.blind.second': vote('second'),
    'evaluate.blind.tie': vote('tie'),
    'evaluate.blind.skip': {
      run: () => act(shown === null ? { type: 'judge-skipped' } : { type: 'skip', id: shown.item.item.id }),
      disabledReason: shown === null && state.skipped.size === 0 ? none : null,
    },
    'evaluate.blind.undo': () => {
      navigation.note(blind.undo(evaluation.id) ? 'Took the last verdict back.' : 'There is no verdict to take back.');
    },
    'evaluate.blind.result': () => act({ type: 'result' }),
    'evaluate.blind.pair': {
      run: () => act({ type: 'next-pair', models: models.length }),
      disabledReason: models.length < 3 ? 'there are two models only' : null,
    },
    'evaluate.blind.back': back,
  });
  const tally = one === undefined || other === undefined ? null : blindResult(votes, other, one);
  const judged = tally === null ? 0 : tally.wins + tally.losses + tally.ties;
  const name = (ref: ModelRef | undefined): string => (ref === undefined ? '' : modelRefName(ref, models));
  const head = [
    `${count(judged)} judged`,
    state.skipped.size === 0 ? '' : `${count(state.skipped.size)} left for later`,
    tally !== null && state.result ? preferenceText(tally, name(other), name(one)) : 'v shows which is ahead',
  ];
  const headLines = wrapped(head.filter((part) => part !== '').join('   '), columns - 2);
  const below = rows - headLines.length;
  const top = Math.max(4, Math.min(8, Math.floor(rows * 0.25)));
  const wide = columns >= WIDE_COLUMNS;
  return (
    <Box flexDirection="column" width={columns} height={rows} flexShrink={0}>
      <Box flexDirection="column" paddingLeft={1}>
        {headLines.map((line, index) => (
          <Line key={index} text={line} width={columns - 2} />
        ))}
      </Box>
      {shown === null ? (
        <AllJudged width={columns} height={below} skipped={state.skipped.size} />
      ) : (
        <>
          <PaneBox title="Prompt" focused={false} width={columns} height={top}>
            {(size) => (
              <ScrollText
                key={shown.item.item.id}
                text={lastUserMessage(shown.item.item.prompt)}
                width={size.columns}
                height={size.rows}
                focus={false}
              />
            )}
          </PaneBox>
          <Panes
            focus={pane}
            onFocus={setPane}
            width={columns}
            height={below - top}
            arrangement={wide ? 'row' : 'column'}
            panes={(['left', 'right'] as const).map((side) => ({
              id: side,
              title: side === 'left' ? '← this one' : 'this one →',
              render: (size, focused) => (
                <ScrollText
                  key={`${shown.item.item.id} ${side}`}
                  text={answerText(shown, side === 'left' ? shown.first : shown.second)}
                  width={size.columns}
                  height={size.rows}
                  focus={focused}
                />
              ),
            }))}
          />
        </>
      )}
    </Box>
  );
}

function AllJudged({
  width,
  height,
  skipped,
}: {
  readonly width: number;
  readonly height: number;
  readonly skipped: number;
}): ReactNode {
  const text =
    skipped === 0
      ? 'Every item that both answered is judged. v shows the result, u takes the last verdict back.'
      : `All but the ${count(skipped)} left for later are judged: s brings those back.`;
  return (
    <PaneBox title="Judged" focused width={width} height={height}>
      {(size) => <WrappedText text={text} width={size.columns} />}
    </PaneBox>
  );
}
