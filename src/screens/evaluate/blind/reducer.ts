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
