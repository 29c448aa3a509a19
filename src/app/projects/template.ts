import type { ChatAnswer } from '../../domain/chat/types.ts';
import { failed, type Outcome, ok } from '../../domain/common/outcome.ts';
import { parseTemplate, templateFormat } from '../../domain/template/document.ts';
import { formatTemplate } from '../../domain/template/document-format.ts';
import { studentMessages, teacherMessages } from '../../domain/template/prompt.ts';
import type { Cell } from '../../domain/template/types.ts';
import { startTestCall } from '../chat/test-call.ts';
import { countChats } from '../completions/requests.ts';
import { problemOfEnd, type WorkbenchContext } from '../core/context.ts';
import { parametersOf, templateProblem } from '../generation/start.ts';
import type { ExportPath } from '../runtime/ports.ts';

export interface TemplateActions {
  load(path: string): Promise<Outcome<string>>;
  /** Whether something lies there that was not loaded or saved in this window as it stands. */
  isTaken(path: string): Promise<boolean>;
  /** YAML, or JSON when the path ends in `.json`. */
  save(to: ExportPath): Promise<Outcome<string>>;
  /** Tokens of the cell's rendered prompts, counted off the main loop. */
  tokens(cell: Cell): Promise<Outcome<{ readonly teacher: number; readonly student: number }>>;
  /** One call with the teacher prompt of `cell`, streamed; not kept. `stop` by cancelling the operation. */
  testCall(cell: Cell, onText: (text: string) => void): Promise<Outcome<ChatAnswer>>;
}

const KEPT = 'The template is as it was.';

export function createTemplateActions(context: WorkbenchContext): TemplateActions {
  const { documents, tokens } = context.deps;

  /** By path, the text of each file as this window last loaded or saved it. */
  const known = new Map<string, string>();
  const textFor = (path: string): string => formatTemplate(context.project().template, templateFormat(path));

  /** Another window may have saved the file since, so that Luthier wrote it is not enough. */
  async function isChanged(path: string): Promise<boolean> {
    const text = await documents.readText(path).catch(() => null);
    return text !== null && text !== '' && text !== known.get(path) && text !== textFor(path);
  }

  const teacherTexts = (cell: Cell) => teacherMessages(context.project().template, cell);

  return {
    async load(path) {
      const text = await context.attempt(KEPT, () => documents.readText(path));
      if (!text.ok) return text;
      const parsed = parseTemplate(text.value, path);
      if (!parsed.ok) {
        const [first] = parsed.errors;
        const where = first === undefined ? '' : `Line ${first.line}: ${first.message}`;
        const more = parsed.errors.length > 1 ? ` And ${parsed.errors.length - 1} more.` : '';
        return failed({ what: `${where}${more}`, saved: KEPT, next: first?.fix ?? 'Choose another file.' });
      }
      known.set(path, text.value);
      context.projectAutosave.change(context.project().id, (project) => ({ ...project, template: parsed.template }));
      return ok(`Loaded ${parsed.template.name}.`);
    },
    async isTaken(path) {
      const taken = await documents.inspectOutputs({ work: 'template', outputs: [path] }).catch(() => []);
      return taken.length > 0 || isChanged(path);
    },
    save: ({ path, replace }) =>
      context.attempt('The template is kept in the project.', async () => {
        const text = textFor(path);
        const written = await documents.writeText(path, text, { work: 'template', replace });
        known.set(path, text);
        return `Saved to ${written}.`;
      }),
    tokens: (cell) =>
      context.attempt('Nothing was lost.', async () => {
        const { plan, training, template } = context.project();
        const [teacher = 0] = await countChats(tokens, plan.model, [teacherMessages(template, cell)]);
        const [student = 0] = await countChats(tokens, training.model, [studentMessages(template, cell)]);
        return { teacher, student };
      }),
    async testCall(cell, onText) {
      const broken = templateProblem(context.project().template, 'Nothing was sent.');
      if (broken !== null) return failed(broken);
      const { id, providerId, plan } = context.project();
      const handle = startTestCall(context.operations, {
        projectId: id,
        providerId,
        onText,
        call: { model: plan.model, messages: teacherTexts(cell), ...parametersOf(plan) },
        costOf: context.costOf(providerId),
      });
      const end = await handle.finished;
      const answer = handle.answer();
      return answer !== null && end.status === 'succeeded' ? ok(answer) : failed(problemOfEnd(end, KEPT));
    },
  };
}
