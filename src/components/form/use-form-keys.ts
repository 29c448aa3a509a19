import type { KeyHandlers } from '../../keys/binding.ts';
import { formBindings } from '../../keys/bindings/components.ts';
import { useBindings } from '../../keys/hooks.tsx';
import { stepNumber } from '../inputs/number-field.tsx';
import { stepOption } from '../inputs/select.tsx';
import type { FormAction, FormField, FormState } from './form-state.ts';

function stepField(field: FormField, by: 1 | -1): void {
  switch (field.kind) {
    case 'number':
      field.onChange(stepNumber(field.value, by, field.rules));
      break;
    case 'select':
      field.onChange(stepOption(field.options, field.value, by));
      break;
    case 'toggle':
      field.onChange(!field.value);
      break;
    case 'text':
    case 'action':
      break;
  }
}

function activateField(field: FormField, dispatch: (action: FormAction) => void): void {
  if (field.kind === 'toggle') field.onChange(!field.value);
  else if (field.kind === 'action') field.run();
  else dispatch({ type: 'open', field });
}

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
  const nudges = field !== undefined && (field.kind === 'number' || field.kind === 'select' || field.kind === 'toggle');
  const handlers: KeyHandlers<typeof formBindings> = {
    'form.up': () => move(-1),
    'form.down': () => move(1),
    'form.edit': field === undefined ? null : { run: () => activateField(field, dispatch), disabledReason },
    'form.left': nudges ? { run: () => stepField(field, -1), disabledReason } : null,
    'form.right': nudges ? { run: () => stepField(field, 1), disabledReason } : null,
    'form.toggle': field?.kind === 'toggle' ? { run: () => stepField(field, 1), disabledReason } : null,
  };
  useBindings('field', formBindings, handlers, { active: focus && state.editing === 'none' });
}
