import type { Cell, Column } from '../../../components/table/index.ts';
import type { ChatMessage } from '../../../domain/chat/types.ts';
import type { EvaluatedItem } from '../../../domain/evaluation/types.ts';
import type { Symbols } from '../../../theme/index.ts';
import { shortModel } from '../../chat/models/names.ts';
import { verdictOf, verdictTone, verdictWords } from './verdict.ts';

/** Columns an answer needs for its sign, its word and some of its text. */
const ANSWER = 16;
const TARGET = 10;
const PROMPT = 14;
const GUTTER = 2;
/** More of a text than this no cell can show. */
const ENOUGH = 2_000;

/** How many models' answers stand side by side in `width`; one at least. */
export const modelsThatFit = (width: number): number =>
  Math.max(1, Math.floor((width - GUTTER - TARGET - PROMPT - 2) / (ANSWER + 1)));

/** Prompt, target, then the answers of models `first` and after, as many as fit. */
export function columnsOf(names: readonly string[], first: number, width: number, symbols: Symbols): readonly Column[] {
  const shown = names.slice(first, first + modelsThatFit(width));
  const share = Math.floor(width / (shown.length + 2));
  return [
    { id: 'prompt', title: 'prompt', flex: 2, min: PROMPT, keep: 3 },
    { id: 'target', title: 'target', flex: 1, min: TARGET, keep: 2 },
    ...shown.map((name, index) => ({
      id: `model:${first + index}`,
      title: shortModel(name, Math.max(ANSWER, share), symbols.ellipsis),
      flex: 2,
      min: ANSWER,
      keep: 1,
    })),
  ];
}

/** What is asked: the last thing the user says, for system prompts are the same everywhere. */
export function questionOf(prompt: readonly ChatMessage[]): string {
  const asked = prompt.findLast(({ role }) => role === 'user') ?? prompt.at(-1);
  return (asked?.content ?? '').slice(0, ENOUGH);
}

/** What a column shows of an item. */
export function cellOf({ item, predictions }: EvaluatedItem, column: string, symbols: Symbols): Cell {
  if (column === 'prompt') return questionOf(item.prompt);
  if (column === 'target') return { text: item.target.slice(0, ENOUGH), tone: 'strong' };
  const prediction = predictions[Number(column.slice('model:'.length))] ?? null;
  const verdict = verdictOf(prediction);
  const said = prediction === null ? '' : (prediction.error ?? prediction.text).slice(0, ENOUGH);
  return { text: `${verdictWords(verdict, symbols)}  ${said}`, tone: verdictTone(verdict) };
}
