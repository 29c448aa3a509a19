import { describe, expect, it } from 'vitest';
import { blindReducer, initialBlind, pairsOf } from '../../../src/screens/evaluate/blind-comparison.tsx';
import { evaluateReducer, initialEvaluateState } from '../../../src/screens/evaluate/reducer.ts';

const opened = evaluateReducer(initialEvaluateState({ kind: 'list' }), { type: 'open', id: 'e' });

describe('the screen', () => {
  it('goes back one level at a time: whole row, filter, list', () => {
    const filtered = evaluateReducer(opened, { type: 'filter', filter: { kind: 'failed' } });
    const whole = evaluateReducer(filtered, { type: 'whole' });
    const first = evaluateReducer(whole, { type: 'back' });
    expect(first).toMatchObject({ whole: false, pane: 'table', filter: { kind: 'failed' } });
    const second = evaluateReducer(first, { type: 'back' });
    expect(second).toMatchObject({ filter: { kind: 'all' }, view: { kind: 'answers' } });
    expect(evaluateReducer(second, { type: 'back' }).view).toEqual({ kind: 'list' });
  });

  it('comes back from figures and judging to the answers, and shows the rows behind a figure from their top', () => {
    const figures = evaluateReducer(
      { ...opened, selected: 7 },
      { type: 'show', view: { kind: 'figures', id: 'e', figure: 'slices' } },
    );
    expect(evaluateReducer(figures, { type: 'back' })).toMatchObject({ view: opened.view, selected: 7 });
    const rows = evaluateReducer(figures, { type: 'rows', id: 'e', filter: { kind: 'wrong', model: 1 } });
    expect(rows).toMatchObject({ view: opened.view, selected: 0, filter: { kind: 'wrong', model: 1 } });
  });

  it('opens another evaluation unfiltered', () => {
    const other = evaluateReducer({ ...opened, filter: { kind: 'failed' }, firstModel: 3 }, { type: 'open', id: 'f' });
    expect(other).toMatchObject({ listed: 'f', filter: { kind: 'all' }, firstModel: 0, model: null });
  });
});

describe('judging', () => {
  it('walks every pair and forgets what was left for later', () => {
    expect(pairsOf(3)).toEqual([
      [0, 1],
      [0, 2],
      [1, 2],
    ]);
    const skipped = blindReducer(initialBlind(3), { type: 'skip', id: 'a' });
    expect(skipped).toMatchObject({ pair: [0, 2], skipped: new Set(['a']) });
    expect(blindReducer(skipped, { type: 'judge-skipped' }).skipped.size).toBe(0);
    const next = blindReducer({ ...skipped, result: true }, { type: 'next-pair', models: 3 });
    expect(next).toEqual({ pair: [1, 2], skipped: new Set(), result: false });
    expect(blindReducer(next, { type: 'next-pair', models: 3 }).pair).toEqual([0, 1]);
  });
});
