import * as z from 'zod';
import { parseJson } from '../common/json.ts';
import { count, plural } from '../text/format.ts';
import {
  byteLength,
  type HubFolder,
  type HubSide,
  headOfCard,
  jsonlOf,
  parquetOf,
  quoted,
  type TrainerLines,
} from './hub-folder.ts';

/** A side of preference pairs in the columns TRL reads them from. */
export interface PairSide extends HubSide {
  /** JSONL with `prompt`, `chosen` and `rejected`, each a list of messages. */
  readonly lines: readonly string[];
  /** Those of pairs that are texts alone. */
  readonly texts: readonly z.infer<typeof textPair>[];
}

const preference = z.object({
  input: z.object({ messages: z.array(z.unknown()), tools: z.array(z.unknown()).optional() }),
  preferred_output: z.array(z.unknown()),
  non_preferred_output: z.array(z.unknown()),
});

const messages = z.array(z.strictObject({ role: z.string(), content: z.string() })).readonly();
const textPair = z.strictObject({ prompt: messages, chosen: messages, rejected: messages });

/** A side of preference lines, as `preferenceLine` writes them; what is none is left out. */
export function pairSideOf(name: HubSide['name'], given: readonly string[]): PairSide {
  const records = given.flatMap((line) => {
    const read = preference.safeParse(parseJson(line));
    if (!read.success) return [];
    const { input, preferred_output: chosen, non_preferred_output: rejected } = read.data;
    const tools = input.tools === undefined || input.tools.length === 0 ? {} : { tools: input.tools };
    return [{ prompt: input.messages, chosen, rejected, ...tools }];
  });
  const lines = records.map((record) => `${JSON.stringify(record)}\n`);
  const texts = records.flatMap((record) => {
    const read = textPair.safeParse(record);
    return read.success ? [read.data] : [];
  });
  return { name, rows: lines.length, bytes: byteLength(lines), lines, texts };
}

/** The files of a folder of pairs. LLaMA-Factory's `dataset_info.json` is not among them: it wants answers that are no lists. */
export function pairsFolder(name: string, license: string | null, sides: readonly PairSide[]): HubFolder {
  const plain = sides.every(({ texts, rows }) => texts.length === rows);
  const dataset = { name, sides, plain, license };
  const column = (side: PairSide, part: 'prompt' | 'chosen' | 'rejected') => ({
    name: part,
    rows: side.texts.map((pair) => pair[part]),
  });
  const card = [
    ...headOfCard(dataset),
    `${plural(
      sides.reduce((sum, { rows }) => sum + rows, 0),
      'preference pair',
    )}: a \`prompt\` and two answers, \`chosen\` and \`rejected\`, each a list of messages.`,
    '',
    ...sides.map((side) => `- ${side.name}: ${count(side.rows)}`),
    '',
    ...(plain ? [] : ['Some pairs hold more than texts, so they are JSONL alone.', '']),
    ...pairTrainers(sides, '.').flatMap(({ trainer, language, lines }) => [
      `## ${trainer}`,
      '',
      `\`\`\`${language}`,
      ...lines,
      '```',
      '',
    ]),
  ].join('\n');
  return {
    dataset,
    texts: [['README.md', card], ...sides.map((side) => [jsonlOf(side), side.lines] as const)],
    tables: plain
      ? sides.map((side) => [
          parquetOf(side),
          [column(side, 'prompt'), column(side, 'chosen'), column(side, 'rejected')],
        ])
      : [],
  };
}

/** What trainers are told of pairs (docs of TRL, November 2026); `MODEL` is the reader's to fill in. */
export function pairTrainers(sides: readonly HubSide[], folder: string): readonly TrainerLines[] {
  const held = sides.some(({ name }) => name === 'validation');
  return [
    {
      trainer: 'TRL',
      language: 'sh',
      lines: [
        `trl dpo --model_name_or_path MODEL --dataset_name ${quoted(folder)}${held ? ' --dataset_test_split validation --eval_strategy epoch' : ''}`,
      ],
    },
  ];
}
