import * as z from 'zod';
import { fieldReader, type ScreenStateKind } from '../../../app/core/screen-states.ts';
import { type EditorState, FIELDS, PANES } from './reducer.ts';
import { clampView, INITIAL_SLOT_VIEW, type SlotView } from './slots.ts';

interface Kept {
  readonly pane: EditorState['pane'];
  readonly field: EditorState['field'];
  readonly slots: Omit<SlotView, 'input'>;
  /** Digits: there may be more combinations than a number counts. */
  readonly cell: string;
}

const place = z.int().nonnegative();

const read = fieldReader<Kept>(() => ({
  pane: z.enum(PANES),
  field: z.enum(FIELDS),
  slots: z.object({ column: z.enum(['slots', 'values']), slot: place, value: place }),
  cell: z.string().regex(/^\d{1,400}$/),
}));

/** Where one is: pane, prompt, slot and value, the previewed combination. The template itself is the project's. */
export const EDITOR_STATE: ScreenStateKind<EditorState> = {
  name: 'template',
  save: ({ pane, field, slots: { column, slot, value }, cell }): Kept => ({
    pane,
    field,
    slots: { column, slot, value },
    cell: String(cell),
  }),
  restore(saved, fresh) {
    const { cell = '0', slots, ...kept } = read(saved);
    const view = clampView(fresh.template, { ...INITIAL_SLOT_VIEW, ...slots });
    return { ...fresh, ...kept, slots: view, cell: BigInt(cell) };
  },
};
