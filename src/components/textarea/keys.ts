import { textAreaBindings } from '../../keys/bindings/editing.ts';
import type { KeyName } from '../../keys/index.ts';
import { type EditAction, editOfKey } from '../editing/index.ts';

export type AreaCommand =
  | { readonly kind: 'edit'; readonly action: EditAction }
  | { readonly kind: 'submit' }
  | { readonly kind: 'leave' }
  | { readonly kind: 'editor' };

export interface AreaKeyOptions {
  readonly width: number;
  readonly height: number;
  readonly submitOn: 'enter' | 'ctrl-s';
}

const editing = (action: EditAction): AreaCommand => ({ kind: 'edit', action });

/** What a key does in a text area; null when the screen may have it. */
export function commandOfKey(name: KeyName, { width, height, submitOn }: AreaKeyOptions): AreaCommand | null {
  if (name === 'escape') return { kind: 'leave' };
  if (name === 'enter' && submitOn === 'enter') return { kind: 'submit' };
  const own = textAreaBindings.find((binding) => (binding.keys as readonly KeyName[]).includes(name));
  if (own === undefined) {
    const action = editOfKey(name);
    return action === null ? null : editing(action);
  }
  switch (own.id) {
    case 'textarea.up':
      return editing({ type: 'rows', by: -1, width });
    case 'textarea.down':
      return editing({ type: 'rows', by: 1, width });
    case 'textarea.page-up':
      return editing({ type: 'rows', by: -Math.max(1, height - 1), width });
    case 'textarea.page-down':
      return editing({ type: 'rows', by: Math.max(1, height - 1), width });
    case 'textarea.line-end':
      return editing({ type: 'move', to: 'line-end' });
    case 'textarea.text-start':
      return editing({ type: 'move', to: 'text-start' });
    case 'textarea.text-end':
      return editing({ type: 'move', to: 'text-end' });
    case 'textarea.newline':
      return editing({ type: 'insert', text: '\n' });
    case 'textarea.submit':
      return { kind: 'submit' };
    case 'textarea.editor':
      return { kind: 'editor' };
  }
}
