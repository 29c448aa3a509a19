import { type BindingSet, type BindingTable, type FocusKind, isPrintable, type KeyName } from './binding.ts';
import { formBindings, listBindings, paneBindings } from './bindings/components.ts';
import { fieldBindings, textAreaBindings, textFieldBindings } from './bindings/editing.ts';

/** Keys a screen may take from the lists and forms inside it or from everything: each says what "the obvious" is here. */
const MAY_SHADOW: ReadonlySet<KeyName> = new Set(['enter', 'space', 'escape', 'ctrl-c', 'ctrl-z']);

const keysOf = (...tables: readonly BindingTable[]): ReadonlySet<KeyName> =>
  new Set(tables.flatMap((table) => table.flatMap(({ keys }) => keys)));

const LIST_KEYS = keysOf(listBindings, paneBindings);
const FORM_KEYS = keysOf(formBindings);
const TEXT_FIELD_KEYS = keysOf(fieldBindings, textFieldBindings);
const TEXT_AREA_KEYS = keysOf(fieldBindings, textAreaBindings);

/** Whether what has the focus takes a key before the bindings around it can. */
const TAKES = {
  list: (key) => LIST_KEYS.has(key),
  // `/` as the first sign is the list's; after that it is text, as in `meta-llama/Llama`.
  'narrowed list': (key) => key !== '/' && (isPrintable(key) || TEXT_FIELD_KEYS.has(key) || LIST_KEYS.has(key)),
  form: (key) => FORM_KEYS.has(key),
  'text field': (key) => isPrintable(key) || TEXT_FIELD_KEYS.has(key),
  'text area': (key) => isPrintable(key) || TEXT_AREA_KEYS.has(key),
} satisfies Record<FocusKind, (key: KeyName) => boolean>;

const nameOf = (set: BindingSet): string => (set.view === null ? set.place : `${set.place}, ${set.view}`);

function duplicatesWithin(set: BindingSet): string[] {
  const holders = new Map<KeyName, string>();
  const found: string[] = [];
  for (const binding of set.bindings) {
    for (const key of binding.keys) {
      const holder = holders.get(key);
      if (holder === undefined) holders.set(key, binding.id);
      else found.push(`${nameOf(set)}: ${key} is both ${holder} and ${binding.id}`);
    }
  }
  return found;
}

function clashes(set: BindingSet, other: BindingSet): string[] {
  const taken = new Map(other.bindings.flatMap((binding) => binding.keys.map((key) => [key, binding.id] as const)));
  return set.bindings.flatMap((binding) =>
    binding.keys
      .filter((key) => taken.has(key) && !MAY_SHADOW.has(key))
      .map((key) => `${nameOf(set)}: ${key} is ${binding.id} and also ${taken.get(key)} of ${nameOf(other)}`),
  );
}

function unreachable(set: BindingSet): string[] {
  const { focus } = set;
  if (focus === null) return [];
  return set.bindings.flatMap((binding) =>
    binding.keys
      .filter((key) => TAKES[focus](key) && !MAY_SHADOW.has(key))
      .map((key) => `${nameOf(set)}: ${key} of ${binding.id} never works there, the ${focus} takes it`),
  );
}

/** Every way in which two bindings could want one key at one time, or one id could mean two things; empty is well. */
export function findConflicts(sets: readonly BindingSet[]): readonly string[] {
  const found = sets.flatMap((set) => [...duplicatesWithin(set), ...unreachable(set)]);
  const screens = sets.filter((set) => set.kind === 'screen');
  const globals = sets.filter((set) => set.kind === 'global');
  for (const set of screens) {
    found.push(...globals.flatMap((other) => clashes(set, other)));
    if (set.view === null) continue;
    const whole = screens.filter((other) => other.place === set.place && other.view === null);
    found.push(...whole.flatMap((other) => clashes(set, other)));
  }
  const owners = new Map<string, string>();
  for (const set of sets) {
    for (const { id } of set.bindings) {
      const owner = owners.get(id);
      if (owner === undefined) owners.set(id, nameOf(set));
      else found.push(`${id} is defined twice: ${owner} and ${nameOf(set)}`);
    }
  }
  return found;
}
