import { fieldBindings } from '../../keys/bindings/editing.ts';
import type { KeyName } from '../../keys/types.ts';
import type { EditAction } from './buffer.ts';

type FieldId = (typeof fieldBindings)[number]['id'];

const ACTIONS: Readonly<Record<Exclude<FieldId, 'field.leave'>, EditAction>> = {
  'field.left': { type: 'move', to: 'left' },
  'field.right': { type: 'move', to: 'right' },
  'field.word-left': { type: 'move', to: 'word-left' },
  'field.word-right': { type: 'move', to: 'word-right' },
  'field.line-start': { type: 'move', to: 'line-start' },
  'field.backspace': { type: 'delete', to: 'left' },
  'field.delete': { type: 'delete', to: 'right' },
  'field.delete-word': { type: 'delete', to: 'word-left' },
  'field.delete-word-after': { type: 'delete', to: 'word-right' },
  'field.delete-to-start': { type: 'delete', to: 'line-start' },
  'field.delete-to-end': { type: 'delete', to: 'line-end' },
  'field.undo': { type: 'undo' },
  'field.redo': { type: 'redo' },
};

/** What an editing key does to the buffer; null when it is none. */
export function editOfKey(name: KeyName): EditAction | null {
  const binding = fieldBindings.find((candidate) => (candidate.keys as readonly KeyName[]).includes(name));
  return binding === undefined || binding.id === 'field.leave' ? null : ACTIONS[binding.id];
}
