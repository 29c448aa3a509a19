import type { ChatAnswer, ChatMessage } from '../domain/chat/types.ts';
import { studentMessages } from '../domain/template/messages.ts';
import type { Cell, Template } from '../domain/template/types.ts';
import type { Provider } from '../operations/ports.ts';
import type { CommandContext } from './context.ts';
import { beside } from './output/beside.ts';

/** Asked of both models at the end: what it is, and the words. */
export interface Question {
  readonly what: string;
  readonly messages: readonly ChatMessage[];
}

/** Values the example's slots do not have, so that what is asked was in no row. */
const STRANGERS: Cell = { race: 'mermaid', class: 'monk', weapon: 'sling', pet: 'crab' };
const SAMPLING = { temperature: 0.6, maxTokens: 300, seed: 7 } as const;

/** A cell the model has learned from; one no row has, where the template's slots allow; and the prompt given. */
export function questionsOf(template: Template, trained: Cell | null, prompt: string | undefined): Question[] {
  const unseen = unseenCell(template);
  const given = prompt === undefined ? null : studentMessages({ ...template, studentPrompt: '{prompt}' }, { prompt });
  const questions: (Question | null)[] = [
    trained && { what: 'A cell it was trained on', messages: studentMessages(template, trained) },
    unseen && { what: 'Values no row has', messages: studentMessages(template, unseen) },
    given && { what: 'Your prompt', messages: given },
  ];
  return questions.filter((question) => question !== null);
}

function unseenCell({ slots }: Template): Cell | null {
  const entries: [string, string][] = [];
  for (const { name, values } of slots) {
    const stranger = STRANGERS[name];
    if (stranger === undefined || values.includes(stranger)) return null;
    entries.push([name, stranger]);
  }
  return Object.fromEntries(entries);
}

/** Asks both models each question and shows the answers side by side. */
export async function askBoth(
  { output, signal }: CommandContext,
  provider: Provider,
  models: { readonly base: string; readonly tuned: string },
  questions: readonly Question[],
): Promise<void> {
  for (const { what, messages } of questions) {
    const user = messages.at(-1)?.content ?? '';
    const ask = async (model: string): Promise<ChatAnswer> => {
      const answer = await provider.chat.complete({ model, messages, ...SAMPLING }, { signal });
      output.record('answer', { question: user, ...answer, model });
      return answer;
    };
    const [base, tuned] = await Promise.all([ask(models.base), ask(models.tuned)]);
    output.line();
    output.line(`  ${what}: ${user}`);
    output.line();
    const left = { title: `base: ${models.base}`, text: base.text };
    const right = { title: `tuned: ${models.tuned}`, text: tuned.text };
    for (const line of beside(left, right, Math.min(output.width, 140))) output.line(line);
  }
}
