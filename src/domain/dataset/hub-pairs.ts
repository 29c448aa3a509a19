import * as z from 'zod';
import { parseJson } from '../common/json.ts';
import { count, plural } from '../text/format.ts';
import {
  byteLength,
  entryName,
  factoryInfo,
  type HubDataset,
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
  /** JSONL of those whose two answers are one message each, as LLaMA-Factory wants them. */
  readonly factory: readonly string[];
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
  const factory = texts.flatMap(({ prompt, chosen, rejected }) =>
    chosen.length === 1 && rejected.length === 1
      ? [`${JSON.stringify({ messages: prompt, chosen: chosen[0], rejected: rejected[0] })}\n`]
      : [],
  );
  return { name, rows: lines.length, bytes: byteLength(lines), lines, texts, factory };
}

/** A file of its own beside that of all others: LLaMA-Factory takes an answer as a message, not as a list of one. */
const factoryFileOf = ({ name }: Pick<HubSide, 'name'>): string => `${name}.llama-factory.jsonl`;

const pairsInfo = (name: string, sides: readonly PairSide[]): string =>
  factoryInfo(
    sides.map((side) => [
      entryName(name, side.name),
      {
        file_name: factoryFileOf(side),
        ranking: true,
        columns: { messages: 'messages', chosen: 'chosen', rejected: 'rejected' },
      },
    ]),
  );

/** The files of a folder of pairs. */
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
    ...leftOutOfFactory(sides),
    ...pairTrainers(dataset, '.').flatMap(({ trainer, language, lines }) => [
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
    texts: [
      ['README.md', card],
      ['dataset_info.json', pairsInfo(name, sides)],
      ...sides.flatMap((side) => [[jsonlOf(side), side.lines] as const, [factoryFileOf(side), side.factory] as const]),
    ],
    tables: plain
      ? sides.map((side) => [
          parquetOf(side),
          [column(side, 'prompt'), column(side, 'chosen'), column(side, 'rejected')],
        ])
      : [],
  };
}

function leftOutOfFactory(sides: readonly PairSide[]): readonly string[] {
  const left = sides.reduce((sum, { rows, factory }) => sum + rows - factory.length, 0);
  if (left === 0) return [];
  const are = left === 1 ? 'is' : 'are';
  return [
    `${plural(left, 'pair')} ${are} more than texts, or more than one message, and not in LLaMA-Factory's files.`,
    '',
  ];
}

/** What trainers are told of pairs: docs of TRL, Axolotl, LLaMA-Factory and Unsloth of November 2026. `MODEL` is the reader's to fill in. */
export function pairTrainers(
  { name, sides }: Pick<HubDataset, 'name' | 'sides'>,
  folder: string,
): readonly TrainerLines[] {
  const held = sides.some((side) => side.name === 'validation');
  const file = (side: HubSide['name']): string => JSON.stringify(`${folder}/${side}.jsonl`);
  const axolotl = (side: HubSide['name']): string[] => [
    `  - path: ${file(side)}`,
    '    ds_type: json',
    '    split: train',
    '    type: chat_template.default',
    '    field_messages: prompt',
    '    field_chosen: chosen',
    '    field_rejected: rejected',
  ];
  return [
    {
      trainer: 'TRL',
      language: 'sh',
      lines: [
        `trl dpo --model_name_or_path MODEL --dataset_name ${quoted(folder)}${held ? ' --dataset_test_split validation --eval_strategy epoch' : ''}`,
      ],
    },
    {
      trainer: 'Axolotl',
      language: 'yaml',
      lines: [
        'rl: dpo',
        'datasets:',
        ...axolotl('train'),
        ...(held ? ['test_datasets:', ...axolotl('validation')] : []),
      ],
    },
    {
      trainer: 'LLaMA-Factory',
      language: 'sh',
      lines: [
        `llamafactory-cli train --stage dpo --do_train --model_name_or_path MODEL --dataset_dir ${quoted(folder)} --dataset ${entryName(name, 'train')}${held ? ` --eval_dataset ${entryName(name, 'validation')}` : ''} --output_dir OUT`,
      ],
    },
    {
      trainer: 'Unsloth',
      language: 'python',
      lines: [
        'from unsloth import PatchDPOTrainer',
        'PatchDPOTrainer()',
        'from datasets import load_dataset',
        'from trl import DPOConfig, DPOTrainer',
        `dataset = load_dataset("json", data_files=${file('train')}, split="train")`,
        'DPOTrainer(model=model, processing_class=tokenizer, train_dataset=dataset, args=DPOConfig(output_dir="OUT")).train()',
      ],
    },
  ];
}
