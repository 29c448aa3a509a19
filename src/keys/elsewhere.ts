import type { ScreenId } from '../domain/project/types.ts';
import { SCREEN_ORDER, SCREEN_TITLES } from './bindings/global.ts';
import { bindingSets } from './bindings/index.ts';
import type { Binding } from './types.ts';

/** What another screen can do, with the digit that leads there. */
export interface ActionElsewhere {
  readonly screen: ScreenId;
  readonly digit: string;
  readonly binding: Binding;
}

function actionsOf(screen: ScreenId): readonly Binding[] {
  const sets = bindingSets.filter(({ kind, place }) => kind === 'screen' && place === SCREEN_TITLES[screen]);
  return [...new Map(sets.flatMap(({ bindings }) => bindings).map((binding) => [binding.id, binding])).values()];
}

/** Every action of the screens one is not on, each once. */
export function actionsElsewhere(current: ScreenId): readonly ActionElsewhere[] {
  return SCREEN_ORDER.flatMap((screen, index) =>
    screen === current ? [] : actionsOf(screen).map((binding) => ({ screen, digit: String(index + 1), binding })),
  );
}
