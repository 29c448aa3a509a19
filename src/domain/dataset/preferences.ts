import type { ChatMessage, RawRequest } from '../chat/types.ts';
import type { JsonRecord } from '../common/json.ts';
import { sameModel } from '../evaluation/statistics/paired.ts';
import type { EvaluatedItem, Vote } from '../evaluation/types.ts';
import type { ModelRef } from '../provider/models.ts';
import type { Template } from '../template/types.ts';
import { isBlank } from '../text/blank.ts';
import { exampleId, promptOf } from './row.ts';
import type { Row, RowSplit } from './types.ts';
import { answerMessage, assistantMessage, questionOf, rawBefore } from './whole-lines.ts';

/** One prompt with the better and the worse of two answers. */
export interface PreferencePair {
  readonly prompt: readonly ChatMessage[];
  /** What was asked, where the prompt's texts do not say it all. */
  readonly raw?: RawRequest | null;
  readonly preferred: string;
  readonly other: string;
  /** The two answers as the messages they are, where they came as such. */
  readonly answers?: readonly [preferred: JsonRecord, other: JsonRecord];
}

/** All pairs of one prompt: they go to one side of a split together. */
export interface PromptPairs {
  /** Of the first accepted row of the prompt, so that the pair goes where the row goes; of the item, without a row. */
  readonly id: string;
  readonly split: RowSplit;
  readonly pairs: readonly PreferencePair[];
}

/**
 * Pairs out of ratings: of the rows that ask the same, each accepted one beside a rejected one, in their order, and
 * whichever side has fewer begins again. So every rated answer is used, and the rows an imported pair was made into
 * make that pair again. A prompt held out by any of its rows is held out whole.
 */
export function ratedPairs(rows: Iterable<Row>, template: Template): readonly PromptPairs[] {
  const prompts = new Map<string, Rated>();
  for (const row of rows) {
    if (row.rating === 'unrated' || isBlank(row.completion)) continue;
    const prompt = promptOf(row, template);
    const raw = row.whole === undefined ? null : rawBefore(row.whole);
    const key = promptKey({ prompt, raw });
    const known = prompts.get(key) ?? { prompt, raw, accepted: [], rejected: [] };
    prompts.set(key, known);
    known[row.rating].push(row);
  }
  return [...prompts.values()].flatMap(pairUp);
}

const promptKey = ({ prompt, raw }: Pick<PreferencePair, 'prompt' | 'raw'>): string =>
  exampleId(prompt, raw == null ? '' : JSON.stringify(raw));

interface Rated extends Pick<PreferencePair, 'prompt' | 'raw'> {
  readonly accepted: Row[];
  readonly rejected: Row[];
}

function pairUp({ accepted, rejected, ...asked }: Rated): readonly PromptPairs[] {
  const [first] = accepted;
  if (first === undefined || rejected.length === 0) return [];
  const pairs = Array.from({ length: Math.max(accepted.length, rejected.length) }, (_, index) => {
    const better = accepted[index % accepted.length] ?? first;
    const worse = rejected[index % rejected.length] ?? first;
    const pair = { ...asked, preferred: better.completion, other: worse.completion };
    const isWhole = better.whole !== undefined || worse.whole !== undefined;
    return isWhole ? { ...pair, answers: [answer(better), answer(worse)] as const } : pair;
  }).filter(answersDiffer);
  return pairs.length === 0 ? [] : [{ id: first.id, split: sideOfAll([...accepted, ...rejected]), pairs }];
}

const answer = ({ whole, completion }: Row): JsonRecord => answerMessage(whole, completion);

const answersDiffer = ({ preferred, other }: PreferencePair): boolean => preferred !== other;

function sideOfAll(rows: readonly { readonly split: RowSplit }[]): RowSplit {
  if (rows.some(({ split }) => split === 'validation')) return 'validation';
  return rows.some(({ split }) => split === 'train') ? 'train' : null;
}

/** Pairs out of blind votes: the chosen answer before the other. A tie, and an answer that is not there, make none. */
export function votedPairs(
  items: readonly EvaluatedItem[],
  votes: readonly Vote[],
  splitOf: (rowId: string) => RowSplit,
): readonly PromptPairs[] {
  const byId = new Map(items.map((evaluated) => [evaluated.item.id, evaluated]));
  return votes.flatMap(({ itemId, first, second, choice }) => {
    const evaluated = byId.get(itemId);
    if (evaluated === undefined || choice === 'tie') return [];
    const [chosen, left] = choice === 'first' ? [first, second] : [second, first];
    const preferred = answerOf(evaluated, chosen);
    const other = answerOf(evaluated, left);
    if (preferred === null || other === null || preferred === other) return [];
    const { rowId, prompt, whole } = evaluated.item;
    const raw = whole === undefined ? null : (questionOf(whole)?.raw ?? null);
    const split = rowId === null ? null : splitOf(rowId);
    return [{ id: rowId ?? itemId, split, pairs: [{ prompt, raw, preferred, other }] }];
  });
}

function answerOf({ predictions }: EvaluatedItem, model: ModelRef): string | null {
  const found = predictions.find((one) => one?.status === 'done' && sameModel(one.model, model));
  return found == null || isBlank(found.text) ? null : found.text;
}

/** Pairs of several origins by prompt, each pair once. Held out by any of them is held out. */
export function mergePairs(all: readonly PromptPairs[]): readonly PromptPairs[] {
  const prompts = new Map<string, PromptPairs>();
  for (const { id, split, pairs } of all) {
    const [first] = pairs;
    if (first === undefined) continue;
    const key = promptKey(first);
    const known = prompts.get(key);
    const lines = new Set(known?.pairs.map(preferenceLine));
    const added = pairs.filter((pair) => !lines.has(preferenceLine(pair)));
    prompts.set(key, {
      id: known?.id ?? id,
      split: sideOfAll([{ split: known?.split ?? null }, { split }]),
      pairs: [...(known?.pairs ?? []), ...added],
    });
  }
  return [...prompts.values()];
}

/** A pair as one line of a preference (DPO) file, with its line end (OpenAI's guide to direct preference optimisation). */
export function preferenceLine({ prompt, raw, preferred, other, answers }: PreferencePair): string {
  const messages = raw?.messages ?? prompt.map(({ role, content }) => ({ role, content }));
  const { tools = [], parallel_tool_calls: parallel = true } = raw?.fields ?? {};
  return `${JSON.stringify({
    input: { messages, tools, parallel_tool_calls: parallel },
    preferred_output: [answers?.[0] ?? assistantMessage(preferred)],
    non_preferred_output: [answers?.[1] ?? assistantMessage(other)],
  })}\n`;
}
