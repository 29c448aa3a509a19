import type { ReactNode } from 'react';
import { cursorKind } from '../../app/core/screen-states.ts';
import { useAppState, useRead, useScreenValue, useWorkbench } from '../../app/react.tsx';
import { useAllJobs } from '../../components/hooks/use-all-jobs.ts';
import { SmallTable } from '../../components/lists/small-table.tsx';
import type { Column } from '../../components/lists/table.tsx';
import { Line } from '../../components/text/line.tsx';
import { wrappedWithin } from '../../components/text/wrapped-text.tsx';
import { baseByJobs, closingOf } from '../../domain/pricing/closing.ts';
import { priceOf } from '../../domain/pricing/prices.ts';
import type { ModelInfo } from '../../domain/provider/provider.ts';
import { priceText } from './format.ts';

const COLUMNS: readonly Column[] = [
  { id: 'model', title: 'Model', flex: 2, min: 14, cut: 'middle', keep: 1 },
  { id: 'closes', title: 'Closes', flex: 1, min: 11, keep: 3 },
  { id: 'train', title: 'Train', width: 8, align: 'right', keep: 4 },
  { id: 'use', title: 'In / out', width: 17, align: 'right', keep: 2 },
];

export interface ModelsProps {
  readonly width: number;
  readonly height: number;
  readonly focus: boolean;
}

const CURSOR = cursorKind('settings-models');

/** Models of the provider in use, with the dates and prices that are known; US$ per million tokens. */
export function Models({ width, height, focus }: ModelsProps): ReactNode {
  const list = useAppState((state) => state.models);
  const jobs = useAllJobs();
  const { preferences } = useWorkbench();
  const [selected, setSelected] = useScreenValue(CURSOR, () => 0);
  const prices = useRead(['prices'], () => preferences.prices(), [preferences]);
  const closesText = (model: string): string => {
    const base = baseByJobs(model, jobs) ?? null;
    const closing = closingOf(model, { models: list.models, prices, base });
    // The date first: a narrow column keeps it.
    return closing === null ? '-' : closing.withBase === null ? closing.date : `${closing.date} with its base`;
  };
  const cell = (model: ModelInfo, column: string): string => {
    const price = priceOf(model.id, prices);
    switch (column) {
      case 'model':
        return model.id;
      case 'closes':
        return closesText(model.id);
      case 'train':
        return priceText(price, model.tuned).train;
      default:
        return priceText(price, model.tuned).use;
    }
  };
  const remark =
    list.status === 'failed'
      ? `${list.problem.what} ${list.problem.next}`
      : `US$ per 1M tokens, as of ${prices.date}${prices.overridden ? ' with your own prices.json' : ''}`;
  const foot = wrappedWithin(remark, width, Math.max(1, Math.floor(height / 2)));
  return (
    <>
      <SmallTable
        columns={COLUMNS}
        count={list.models.length}
        rowAt={(index) => list.models[index] ?? null}
        cell={cell}
        width={width}
        height={Math.max(2, height - foot.length)}
        selected={Math.min(selected, Math.max(0, list.models.length - 1))}
        onSelect={setSelected}
        focus={focus}
        empty={list.status === 'loading' ? 'Asking the provider…' : 'No models are known: r asks again.'}
      />
      {foot.map((line, index) => (
        <Line key={index} text={line} width={width} tone={list.status === 'failed' ? 'error' : 'muted'} />
      ))}
    </>
  );
}
