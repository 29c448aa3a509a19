import { verdictOf, verdictText, verdictTone } from '../../../components/feedback/verdict.ts';
import type { Cell, Column } from '../../../components/lists/table.tsx';
import { shortModel } from '../../../components/text/model-name.ts';
import { type TextPart, type TitledText, thoughtParts, titledText } from '../../../components/text/titled-text.ts';
import type { ChatMessage } from '../../../domain/chat/types.ts';
import type { GraderSpec } from '../../../domain/evaluation/graders/graders.ts';
import { nameGrader } from '../../../domain/evaluation/graders/graders.ts';
import type { EvaluatedItem, Prediction } from '../../../domain/evaluation/types.ts';
import { formatUsd } from '../../../domain/text/format.ts';
import { displayWidth } from '../../../domain/text/graphemes.ts';
import { sanitizeLine, sanitizeText } from '../../../domain/text/sanitize.ts';
import type { Symbols } from '../../../theme/symbols.ts';

/** Columns an answer needs for its sign, its word and some of its text. */
const ANSWER_WIDTH = 16;
const TARGET_WIDTH = 10;
const PROMPT_WIDTH = 14;
const GUTTER = 2;
/** More of a text than this no cell can show. */
const MAX_CHARACTERS = 2_000;

/** How many models' answers stand side by side in `width`; one at least. */
export const modelsThatFit = (width: number): number =>
  Math.max(1, Math.floor((width - GUTTER - TARGET_WIDTH - PROMPT_WIDTH - 2) / (ANSWER_WIDTH + 1)));

/** Columns of the longest prompt and of the longest target. */
export interface ItemWidths {
  readonly prompt: number;
  readonly target: number;
}

/** Longer than any column. */
const WIDEST = 200;
const widthOf = (text: string): number =>
  text.length > WIDEST ? WIDEST : Math.min(WIDEST, displayWidth(sanitizeLine(text)));

export const widthsOf = (items: readonly EvaluatedItem[]): ItemWidths =>
  items.reduce(
    ({ prompt, target }, { item }) => ({
      prompt: Math.max(prompt, widthOf(lastUserMessage(item.prompt))),
      target: Math.max(target, widthOf(item.target)),
    }),
    { prompt: PROMPT_WIDTH, target: TARGET_WIDTH },
  );

/** Prompt, target, then the answers of models `first` and after, as many as fit; what nobody can use goes to the others. */
export function itemColumns(
  names: readonly string[],
  first: number,
  width: number,
  symbols: Symbols,
  widest: ItemWidths,
): readonly Column[] {
  const shown = names.slice(first, first + modelsThatFit(width));
  const share = Math.floor(width / (shown.length + 2));
  // A prompt says which row it is: it has what the least of all others leaves, up to half.
  const left = width - GUTTER - TARGET_WIDTH - shown.length * (ANSWER_WIDTH + 1) - 1;
  const prompt = Math.max(PROMPT_WIDTH, Math.min(widest.prompt, left, Math.floor(width / 2)));
  return [
    { id: 'prompt', title: 'prompt', flex: 6, min: prompt, max: widest.prompt, cut: 'middle', keep: 3 },
    { id: 'target', title: 'target', flex: 2, min: TARGET_WIDTH, max: widest.target, cut: 'middle', keep: 2 },
    ...shown.map((name, index) => ({
      id: `model:${first + index}`,
      title: shortModel(name, Math.max(ANSWER_WIDTH, share), symbols.ellipsis),
      flex: 2,
      min: ANSWER_WIDTH,
      keep: 1,
    })),
  ];
}

/** The last user message, for system prompts are the same everywhere. */
export function lastUserMessage(prompt: readonly ChatMessage[]): string {
  const question = prompt.findLast(({ role }) => role === 'user') ?? prompt.at(-1);
  return (question?.content ?? '').slice(0, MAX_CHARACTERS);
}

/** What a column shows of an item. */
export function itemCell({ item, predictions }: EvaluatedItem, column: string, symbols: Symbols): Cell {
  if (column === 'prompt') return lastUserMessage(item.prompt);
  if (column === 'target') return { text: item.target.slice(0, MAX_CHARACTERS), tone: 'strong' };
  const prediction = predictions[Number(column.slice('model:'.length))] ?? null;
  const verdict = verdictOf(prediction);
  const said = prediction === null ? '' : (prediction.error ?? prediction.text).slice(0, MAX_CHARACTERS);
  return { text: `${verdictText(verdict, symbols)}  ${said}`, tone: verdictTone(verdict) };
}

const ROLE_TITLES = { system: 'System', user: 'User', assistant: 'Assistant, before', tool: 'Tool' } as const;

/** `✓ exact 1.00`, with the note of the grader. */
function scoreLines({ scores }: Prediction, graders: readonly GraderSpec[], symbols: Symbols): readonly string[] {
  return scores.map(({ value, passed, note }, index) => {
    const grader = graders[index];
    const name = grader === undefined ? 'grader' : nameGrader(grader);
    const marks = passed ? `${symbols.ok} passed` : `${symbols.error} not passed`;
    const sign = passed === null ? `${symbols.ok} scored` : marks;
    return `  ${sign}  ${name}  ${value.toFixed(2)}${note === null ? '' : `  ${note}`}`;
  });
}

function usageText({ finishReason, promptTokens, completionTokens, costUsd }: Prediction): string {
  const tokens =
    promptTokens === null || completionTokens === null
      ? 'tokens unknown'
      : `${promptTokens} tokens in, ${completionTokens} out`;
  return `  ${tokens}, cost ${formatUsd(costUsd)}, finish reason ${finishReason ?? 'unknown'}`;
}

function answerParts(
  name: string,
  prediction: Prediction | null,
  graders: readonly GraderSpec[],
  symbols: Symbols,
): readonly TextPart[] {
  const verdict = verdictOf(prediction);
  const title = `${verdictText(verdict, symbols)}  ${sanitizeLine(name)}`;
  if (prediction === null) return [{ title, body: 'The answer is still to come.', tone: 'muted' }];
  if (prediction.status === 'failed') {
    const why = sanitizeText(prediction.error ?? 'The call failed.');
    return [{ title, body: `${why}\nA failed call counts for neither right nor wrong.`, tone: 'warn' }];
  }
  const body = prediction.text === '' ? '(empty answer)' : sanitizeText(prediction.text);
  const facts = [...scoreLines(prediction, graders, symbols), usageText(prediction)].map(sanitizeLine).join('\n');
  return [
    { title, body, tone: verdictTone(verdict) },
    { title: '', body: facts, tone: 'muted' },
    ...thoughtParts(prediction.thoughts),
  ];
}

/** An item whole: target and answers with their scores, then the prompt; the prompt first where there is room. */
export function itemText(
  { item, predictions }: EvaluatedItem,
  names: readonly string[],
  graders: readonly GraderSpec[],
  symbols: Symbols,
  promptFirst: boolean,
): TitledText {
  const prompt = item.prompt
    .filter(({ content }) => content !== '')
    .map(({ role, content }): TextPart => ({ title: ROLE_TITLES[role], body: sanitizeText(content) }));
  const target: TextPart = { title: 'Target', body: sanitizeText(item.target), tone: 'strong' };
  const answers = names.flatMap((name, index) => answerParts(name, predictions[index] ?? null, graders, symbols));
  const slices = Object.entries(item.slices).map(([name, value]) => sanitizeLine(`${name}: ${value}`));
  const about: TextPart[] = slices.length === 0 ? [] : [{ title: 'Slices', body: slices.join('\n'), tone: 'muted' }];
  const parts = promptFirst ? [...prompt, target, ...answers, ...about] : [target, ...answers, ...prompt, ...about];
  return titledText(parts);
}
