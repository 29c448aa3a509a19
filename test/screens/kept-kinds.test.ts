import { expect, it } from 'vitest';
import { choiceKind, cursorKind, type ScreenStateKind, subjectKind } from '../../src/app/core/screen-states.ts';
import { plainTarget } from '../../src/domain/bakeoff/target.ts';
import { ReceiptCounter } from '../../src/domain/importing/receipt.ts';
import { DND } from '../../src/domain/template/examples.ts';
import { BROWSE_STATE } from '../../src/screens/dataset/browse/kept-state.ts';
import { type BrowseState, initialBrowseState } from '../../src/screens/dataset/browse/reducer.ts';
import { initialWizard, WIZARD_STATE } from '../../src/screens/dataset/importing/wizard.ts';
import { initialDraft, SPLIT_DRAFT } from '../../src/screens/dataset/split/split-fields.ts';
import { blindKind, initialBlind } from '../../src/screens/evaluate/blind-comparison.tsx';
import { EVALUATE_STATE } from '../../src/screens/evaluate/kept-state.ts';
import { newDraft } from '../../src/screens/evaluate/plan/draft.ts';
import { type EvaluateState, initialEvaluateState } from '../../src/screens/evaluate/reducer.ts';
import { EDITOR_STATE } from '../../src/screens/template/editor/kept-state.ts';
import { initialEditorState } from '../../src/screens/template/editor/reducer.ts';
import { TRAIN_STATE, TRAIN_STATE_WITHOUT_UPLOAD } from '../../src/screens/train/kept-state.ts';
import { initialTrainState, type TrainState } from '../../src/screens/train/reducer.ts';

/** The state as a disk gives it back. */
function again<State>(kind: ScreenStateKind<State>, state: State, fresh: State): State {
  return kind.restore(JSON.parse(JSON.stringify(kind.save(state))), fresh);
}

const trainState: TrainState = {
  view: { kind: 'job', jobId: 'ftjob-1' },
  selected: 'ftjob-1',
  marked: ['ftjob-1', 'ftjob-2'],
  metric: 'accuracy',
  log: true,
  lower: 'checkpoints',
  compared: 'trainLoss',
  selectedCompared: 'ftjob-2',
  field: 'seed',
  draft: {
    targets: [
      { ...plainTarget('embedded', 'practice-small'), seed: 7, choices: { weights: 'full', tier: 'standard' } },
    ],
    grid: [{ setting: 'epochs', values: ['1', '3'] }],
    shares: [0.25, 1],
    margin: 0.02,
    capUsd: null,
    stopBehind: true,
  },
};

it('a train state comes back whole, but for an upload of the last session', () => {
  const fresh = initialTrainState({ kind: 'jobs' });
  expect(again(TRAIN_STATE, trainState, fresh)).toEqual(trainState);
  const before = { jobIds: ['a'], operationIds: [], noticeId: null };
  const uploading: TrainState = { ...trainState, view: { kind: 'upload', before } };
  expect(again(TRAIN_STATE, uploading, fresh)).toEqual(uploading);
  expect(again(TRAIN_STATE_WITHOUT_UPLOAD, uploading, fresh)).toEqual({ ...uploading, view: { kind: 'jobs' } });
});

const evaluateState: EvaluateState = {
  view: { kind: 'figures', id: 'e', figure: 'slices' },
  listed: 'e',
  draft: {
    ...newDraft([]),
    path: '/tmp/items.jsonl',
    models: [{ providerId: 'embedded', model: 'm' }],
    graders: [{ kind: 'regex', pattern: '^{target}$' }],
    concurrency: 3,
  },
  field: 'seed',
  filter: { kind: 'confused', model: 1, target: 'a', predicted: null, labels: ['a', 'b'] },
  selected: 4,
  pane: 'detail',
  whole: true,
  firstModel: 1,
  model: 0,
};

it('an evaluate state comes back whole; a draft or a filter that cannot be read is left out alone', () => {
  const fresh = initialEvaluateState({ kind: 'list' });
  expect(again(EVALUATE_STATE, evaluateState, fresh)).toEqual(evaluateState);
  const saved = { ...evaluateState, draft: { path: 1 }, filter: { kind: 'of tomorrow' } };
  expect(EVALUATE_STATE.restore(saved, fresh)).toEqual({ ...evaluateState, draft: null, filter: { kind: 'all' } });
  const graders = [{ kind: 'of tomorrow', pattern: 'x' }];
  const draft = { ...newDraft([]), graders };
  expect(EVALUATE_STATE.restore({ draft }, fresh).draft?.graders).toBeNull();
});

it('rows come back with each part of the filter, without marks and what was open', () => {
  const state: BrowseState = {
    ...initialBrowseState,
    filter: {
      text: 'owl',
      status: 'done',
      rating: 'accepted',
      edited: false,
      split: null,
      slot: { name: 'race', value: 'elf' },
    },
    sort: { key: 'tokens', descending: true },
    selected: 9,
    anchor: 'row-9',
  };
  expect(
    again(BROWSE_STATE, { ...state, searching: true, question: 'filter', view: 'check' }, initialBrowseState),
  ).toEqual(state);
  expect(BROWSE_STATE.restore({ filter: { text: 'owl', status: 'lost' }, selected: -1 }, initialBrowseState)).toEqual({
    ...initialBrowseState,
    filter: { text: 'owl' },
  });
});

it('an editor comes back at its place, held within the slots there are now, and without what was being typed', () => {
  const template = { ...DND, slots: [{ name: 'race', values: ['elf', 'dwarf'] }] };
  const fresh = initialEditorState(template);
  const input = { kind: 'add-values', text: 'half', why: null } as const;
  const slots = { column: 'values', slot: 3, value: 9, input } as const;
  const state = { ...fresh, pane: 'slots', field: 'system', slots, cell: 2n ** 80n } as const;
  expect(again(EDITOR_STATE, state, fresh)).toEqual({
    ...state,
    slots: { column: 'values', slot: 0, value: 1, input: null },
  });
  expect(EDITOR_STATE.restore({ cell: '-1', pane: 'lost' }, fresh)).toEqual(fresh);
});

it('a cursor and a choice come back, or the fresh ones where another version saved something else', () => {
  expect(again(cursorKind('list'), 7, 0)).toBe(7);
  expect(cursorKind('list').restore({ selected: -1 }, 2)).toBe(2);
  const panes = choiceKind('panes', ['left', 'right']);
  expect(again(panes, 'right', 'left')).toBe('right');
  expect(panes.restore({ chosen: 'middle' }, 'left')).toBe('left');
});

it('the draft of a split comes back, whatever part of it another version cannot read', () => {
  const fresh = initialDraft(1);
  const draft = { ...fresh, unit: 'count', rows: 12, by: 'label', label: null, seed: 5 } as const;
  expect(again(SPLIT_DRAFT, draft, fresh)).toEqual(draft);
  expect(SPLIT_DRAFT.restore({ percent: 100, seed: 5 }, fresh)).toEqual({ ...fresh, seed: 5 });
});

it('what was typed of a source comes back until it is imported', () => {
  const draft = { text: 'owner/name', config: 'main', split: '', encoding: '', delimiter: '' };
  const reading = { draft, step: { name: 'reading' } } as const;
  expect(again(WIZARD_STATE, reading, initialWizard)).toEqual({ ...initialWizard, draft });
  const receipt = new ReceiptCounter(null, null).receipt();
  const report = { added: 1, there: 0, refused: 0, findings: [], receipt, summary: '' };
  const done = { draft, step: { name: 'done', report } } as const;
  expect(WIZARD_STATE.restore(WIZARD_STATE.save(done), initialWizard)).toEqual(initialWizard);
});

it('judging blind goes on where it was left, of the same evaluation and models that are there', () => {
  const state = { pair: [1, 2], skipped: new Set(['a', 'b']), result: true } as const;
  const fresh = initialBlind(3);
  expect(again(blindKind('e', 3), state, fresh)).toEqual(state);
  const saved = blindKind('e', 3).save(state);
  expect(blindKind('other', 3).restore(saved, fresh)).toBe(fresh);
  expect(blindKind('e', 2).restore(saved, initialBlind(2)).pair).toEqual([0, 1]);
});

it('a state of one subject comes back to that subject alone', () => {
  const kind = cursorKind('list');
  expect(again(subjectKind('a', kind), 7, 0)).toBe(7);
  expect(subjectKind('b', kind).restore(subjectKind('a', kind).save(7), 2)).toBe(2);
  expect(subjectKind('a', kind).restore({ selected: 7 }, 2)).toBe(2);
});
