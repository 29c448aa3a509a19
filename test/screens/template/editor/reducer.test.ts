import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { findTemplateProblems } from '../../../../src/domain/template/problems.ts';
import {
  type EditorAction,
  type EditorState,
  editorReducer,
  initialEditorState,
} from '../../../../src/screens/template/editor/reducer.ts';
import type { SlotAction } from '../../../../src/screens/template/editor/slots.ts';
import { templateOf } from '../../../app/fakes/provider.ts';

const doing = (state: EditorState, ...actions: readonly EditorAction[]): EditorState =>
  actions.reduce(editorReducer, state);
const on = (action: SlotAction): EditorAction => ({ type: 'slots', action });
const rename = (text: string): readonly EditorAction[] => [
  on({ type: 'open', kind: 'rename-slot' }),
  on({ type: 'type', text }),
  on({ type: 'submit' }),
];

describe('editorReducer', () => {
  it('takes a rename back, in prompts that were written in since too', () => {
    const renamed = doing(initialEditorState(templateOf(2)), ...rename('race'));
    const written = doing(renamed, {
      type: 'write',
      field: 'teacherPrompt',
      text: 'Tell of {race} and {b}, twice {race}',
    });
    const back = doing(written, { type: 'undo' });
    expect(back.template).toEqual({ ...templateOf(2), teacherPrompt: 'Tell of {a} and {b}, twice {a}' });
    expect(doing(back, { type: 'undo' })).toBe(back);
  });

  it('takes back any run of slot changes, one by one, to where it began', () => {
    const action: fc.Arbitrary<SlotAction> = fc.oneof(
      fc.constantFrom<SlotAction>({ type: 'remove' }, { type: 'move', by: 1 }, { type: 'move', by: -1 }),
      fc.record({ type: fc.constant('paste' as const), text: fc.constantFrom('x', 'y, z', 'a0', '') }),
      fc.record({
        type: fc.constant('select' as const),
        column: fc.constantFrom('slots' as const, 'values' as const),
        index: fc.nat(4),
      }),
      fc.record({
        type: fc.constant('open' as const),
        kind: fc.constantFrom('new-slot', 'rename-slot', 'rename-value' as const),
      }),
      fc.record({ type: fc.constant('type' as const), text: fc.constantFrom('race', 'b', 'c', '', '9') }),
      fc.constant<SlotAction>({ type: 'submit' }),
    );
    fc.assert(
      fc.property(fc.array(action, { maxLength: 30 }), (actions) => {
        const begin = initialEditorState(templateOf(3));
        const end = doing(begin, ...actions.map(on));
        const undone = doing(end, ...end.past.map((): EditorAction => ({ type: 'undo' })));
        expect(undone.template).toEqual(begin.template);
      }),
    );
  });

  it('goes to where a finding points: a place in a prompt, a slot, a value', () => {
    const broken = {
      ...templateOf(2),
      studentPrompt: '{a}, {bb}',
      slots: [
        { name: 'a', values: ['one', 'one'] },
        { name: 'b', values: [] },
      ],
    };
    const findings = findTemplateProblems(broken);
    const at = (code: string): EditorState => {
      const finding = findings.find((candidate) => candidate.code === code);
      if (finding === undefined) throw new Error(`There is no ${code}.`);
      return doing(
        initialEditorState(broken),
        { type: 'dialog', dialog: 'findings' },
        { type: 'go', place: finding.place },
      );
    };
    expect(at('unknown-slot')).toMatchObject({
      pane: 'prompts',
      field: 'studentPrompt',
      editing: true,
      jump: { offset: 5 },
      dialog: null,
    });
    const arriving = at('unknown-slot');
    const { jump } = arriving;
    if (jump === null) throw new Error('There is no place to go to.');
    expect(doing(arriving, { type: 'jumped', jump }).jump).toBeNull();
    expect(doing(arriving, { type: 'jumped', jump: { ...jump } }).jump).toEqual({ offset: 5 });
    expect(at('duplicate-value')).toMatchObject({ pane: 'slots', slots: { column: 'values', slot: 0, value: 1 } });
    expect(at('empty-slot')).toMatchObject({ pane: 'slots', slots: { column: 'slots', slot: 1 } });
  });

  it('keeps a template that was loaded over one to be taken back', () => {
    const loaded = doing(initialEditorState(templateOf(2)), { type: 'replace', template: templateOf(5) });
    expect(loaded.template).toEqual(templateOf(5));
    expect(doing(loaded, { type: 'undo' }).template).toEqual(templateOf(2));
  });

  it('ends writing when the pane is left, and shows the preview where only one pane is', () => {
    const writing = doing(initialEditorState(templateOf(2)), { type: 'edit', on: true });
    expect(doing(writing, { type: 'focus', pane: 'slots' })).toMatchObject({ pane: 'slots', editing: false });
    expect(doing(writing, { type: 'cell', index: 2n, reveal: true })).toMatchObject({ pane: 'preview', cell: 2n });
    expect(doing(writing, { type: 'cell', index: 2n, reveal: false }).pane).toBe('prompts');
  });
});
