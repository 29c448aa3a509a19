import type { Binding } from './binding.ts';
import { formBindings, listBindings, paneBindings, quoteBindings } from './bindings/components.ts';
import { fieldBindings, textAreaBindings, textFieldBindings } from './bindings/editing.ts';
import { globalBindings } from './bindings/global.ts';

/** Whether a key belongs to what is on the screen, moves in it, or works everywhere. */
export type BindingGroup = 'here' | 'moving' | 'everywhere';

const idsOf = (...tables: readonly (readonly Binding[])[]): ReadonlySet<string> =>
  new Set(tables.flat().map(({ id }) => id));

const MOVING = idsOf(
  listBindings,
  paneBindings,
  formBindings,
  quoteBindings,
  fieldBindings,
  textFieldBindings,
  textAreaBindings,
);
const EVERYWHERE = idsOf(globalBindings);

/** The groups in the order in which they are listed, with their headings. */
export const BINDING_GROUPS = {
  here: 'This screen',
  moving: 'Moving and editing',
  everywhere: 'Everywhere',
} as const satisfies Record<BindingGroup, string>;

export function groupOf({ id }: Pick<Binding, 'id'>): BindingGroup {
  if (EVERYWHERE.has(id)) return 'everywhere';
  return MOVING.has(id) ? 'moving' : 'here';
}
