import type { ChatMessage } from '../chat/types.ts';
import { renderPrompt } from './parse.ts';
import type { Cell, Template } from './types.ts';

/** What the teacher is asked for one cell: the system message when there is one, and the teacher prompt. */
export function teacherMessages(template: Template, cell: Cell): readonly ChatMessage[] {
  return messages(template.system, template.teacherPrompt, cell);
}

/** What the tuned model is asked for one cell, in training and in use alike. */
export function studentMessages(template: Template, cell: Cell): readonly ChatMessage[] {
  return messages(template.system, template.studentPrompt, cell);
}

/**
 * Line ends at the close of a prompt are dropped: a block in a YAML file brings one along, a person typing in the
 * chat does not, and the model must see the same text from both.
 */
function messages(system: string, prompt: string, cell: Cell): readonly ChatMessage[] {
  const user: ChatMessage = { role: 'user', content: renderPrompt(prompt, cell).replace(/[\r\n]+$/, '') };
  const instructions = renderPrompt(system, cell).replace(/[\r\n]+$/, '');
  return instructions.trim() === '' ? [user] : [{ role: 'system', content: instructions }, user];
}
