import { Box } from 'ink';
import { type Dispatch, type ReactNode, useMemo, useReducer, useState } from 'react';
import { useBodySize } from '../../../components/frame/index.ts';
import { Line } from '../../../components/line/index.ts';
import { PaneBox, Panes } from '../../../components/panes/index.ts';
import { ScrollText } from '../../../components/scroll/index.ts';
import { blindResult, sameModel } from '../../../domain/evaluation/statistics/blind.ts';
import type { Evaluation, ModelRef, Vote } from '../../../domain/evaluation/types.ts';
import { count } from '../../../domain/text/figures.ts';
import { evaluateBlindBindings } from '../../../keys/bindings/evaluate.ts';
import { useBindings } from '../../../keys/index.ts';
import { useAppState, useWorkbench } from '../../../state/context.tsx';
import type { BlindPair } from '../../../state/workbench/evaluateTypes.ts';
import { useBack } from '../../train/use-back.ts';
import { refName } from '../models/refs.ts';
import type { EvaluateAction } from '../reducer.ts';
import { questionOf } from '../results/cells.ts';
import { blindReducer, initialBlind } from './reducer.ts';
import { resultWords } from './words.ts';

export interface BlindViewProps {
  readonly evaluation: Evaluation;
  readonly dispatch: Dispatch<EvaluateAction>;
}

const WIDE = 90;

function answerOf({ item }: BlindPair, model: ModelRef): string {
  const said = item.predictions.find((one) => one !== null && sameModel(one.model, model));
  return said === undefined || said === null || said.text === '' ? '(empty answer)' : said.text;
}

/** Which of two answers is better, without knowing whose they are. */
export function BlindView({ evaluation, dispatch }: BlindViewProps): ReactNode {
  const { columns, rows } = useBodySize();
  const { blind, navigation } = useWorkbench();
  const version = useAppState((state) => state.evaluationsVersion);
  const { models } = evaluation.plan;
  const [state, act] = useReducer(blindReducer, models.length, initialBlind);
  const [pane, setPane] = useState('left');
  // A vote is on disk before the version has gone up: this reads again at once.
  const [touched, setTouched] = useState(0);
  const [one, other] = [models[state.pair[0]], models[state.pair[1]]];
  // biome-ignore lint/correctness/useExhaustiveDependencies: version and touched say that there are other votes
  const { shown, votes } = useMemo(() => {
    const pair = one === undefined || other === undefined ? null : ([one, other] as const);
    return {
      shown: pair === null ? null : blind.next(evaluation.id, pair, state.skipped),
      votes: blind.votes(evaluation.id),
    };
  }, [blind, evaluation.id, one, other, state.skipped, version, touched]);
  const back = useBack(() => dispatch({ type: 'back' }));
  const none = shown === null ? 'there is nothing left to judge' : null;
  const vote = (choice: Vote['choice']) => ({
    run: () => {
      if (shown === null) return;
      const { item, first, second } = shown;
      blind.vote(evaluation.id, { itemId: item.item.id, first, second, choice });
      setTouched(touched + 1);
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
      setTouched(touched + 1);
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
  const name = (ref: ModelRef | undefined): string => (ref === undefined ? '' : refName(ref, models));
  const head = [
    `${count(judged)} judged`,
    state.skipped.size === 0 ? '' : `${count(state.skipped.size)} left for later`,
    tally !== null && state.result ? resultWords(tally, name(other), name(one)) : 'v shows which is ahead',
  ];
  const top = Math.max(4, Math.min(8, Math.floor(rows * 0.25)));
  const wide = columns >= WIDE;
  return (
    <Box flexDirection="column" width={columns} height={rows} flexShrink={0}>
      <Line text={` ${head.filter((part) => part !== '').join('   ')}`} width={columns} />
      {shown === null ? (
        <Done width={columns} height={rows - 1} skipped={state.skipped.size} />
      ) : (
        <>
          <PaneBox title="Asked" focused={false} width={columns} height={top}>
            {(size) => (
              <ScrollText
                key={shown.item.item.id}
                text={questionOf(shown.item.item.prompt)}
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
            height={rows - 1 - top}
            arrangement={wide ? 'row' : 'column'}
            panes={(['left', 'right'] as const).map((side) => ({
              id: side,
              title: side === 'left' ? '← this one' : 'this one →',
              render: (size, focused) => (
                <ScrollText
                  key={`${shown.item.item.id} ${side}`}
                  text={answerOf(shown, side === 'left' ? shown.first : shown.second)}
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

function Done({
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
      {(size) => <Line text={text} width={size.columns} />}
    </PaneBox>
  );
}
