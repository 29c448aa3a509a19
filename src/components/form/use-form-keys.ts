import type { KeyHandlers } from '../../keys/binding.ts';
import { formBindings } from '../../keys/bindings/components.ts';
import { useBindings } from '../../keys/hooks.tsx';
import { enterField, stepsOf } from './field-kinds.tsx';
import type { FormAction, FormField, FormState } from './form-state.ts';

export interface FormKeys {
  readonly fields: readonly FormField[];
  readonly state: FormState;
  readonly dispatch: (action: FormAction) => void;
  readonly focus: boolean;
  readonly move: (by: 1 | -1) => void;
}

/** What keys do in a form while nothing in it is being typed. */
export function useFormKeys({ fields, state, dispatch, focus, move }: FormKeys): void {
  const field = fields[state.selected];
  const disabledReason = field?.disabledReason ?? null;
  const steps = field === undefined ? null : stepsOf(field);
  const enter = (): void => {
    const entered = field === undefined ? null : enterField(field);
    if (typeof entered === 'function') entered();
    else if (entered?.editing === 'text') dispatch({ type: 'open', editing: 'text', draft: entered.draft });
    else if (entered?.editing === 'options') dispatch({ type: 'open', editing: 'options', draft: '' });
  };
  const handlers: KeyHandlers<typeof formBindings> = {
    'form.up': () => move(-1),
    'form.down': () => move(1),
    'form.edit': field === undefined ? null : { run: enter, disabledReason },
    'form.left': steps === null ? null : { run: () => steps.step(-1), disabledReason },
    'form.right': steps === null ? null : { run: () => steps.step(1), disabledReason },
    'form.toggle': steps?.space === true ? { run: () => steps.step(1), disabledReason } : null,
  };
  useBindings('field', formBindings, handlers, { active: focus && state.editing === 'none' });
}
