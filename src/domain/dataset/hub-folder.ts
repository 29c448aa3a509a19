import * as z from 'zod';
import { parseJson } from '../common/json.ts';
import { byteSize, count, plural } from '../text/format.ts';

/** A side of a dataset as its folder holds it. */
export interface HubSide {
  readonly name: 'train' | 'validation';
  readonly rows: number;
  readonly bytes: number;
}

/** A conversation as columns hold it. */
export type TextMessages = readonly { readonly role: string; readonly content: string }[];

export interface FilledSide extends HubSide {
  /** JSONL, each with its end. */
  readonly lines: readonly string[];
  /** Those of rows that are texts alone. */
  readonly texts: readonly TextMessages[];
}

const textsOnly = z.strictObject({
  messages: z.array(z.strictObject({ role: z.string(), content: z.string() })).readonly(),
});

/** A side of chat lines, each with its end. */
export function sideOf(name: HubSide['name'], lines: readonly string[]): FilledSide {
  const texts = lines.flatMap((line) => {
    const read = textsOnly.safeParse(parseJson(line));
    return read.success ? [read.data.messages] : [];
  });
  return { name, rows: lines.length, bytes: byteLength(lines), lines, texts };
}

const encoder = new TextEncoder();
export const byteLength = (lines: readonly string[]): number =>
  lines.reduce((sum, line) => sum + encoder.encode(line).byteLength, 0);

/** A column of a table whose values are conversations. */
export interface ConversationColumn {
  readonly name: string;
  readonly rows: readonly TextMessages[];
}

/** The files of a folder by their paths in it: texts, and what becomes Parquet. */
export interface HubFolder {
  readonly dataset: HubDataset;
  readonly texts: readonly (readonly [path: string, text: string | readonly string[]])[];
  readonly tables: readonly (readonly [path: string, columns: readonly ConversationColumn[]])[];
}

export function hubFolder(name: string, license: string | null, sides: readonly FilledSide[]): HubFolder {
  const plain = sides.every(({ texts, rows }) => texts.length === rows);
  const dataset = { name, sides, plain, license };
  return {
    dataset,
    texts: [
      ['README.md', datasetCard(dataset)],
      ['dataset_info.json', datasetInfo(dataset)],
      ...sides.map((side) => [jsonlOf(side), side.lines] as const),
    ],
    tables: plain ? sides.map((side) => [parquetOf(side), [{ name: 'messages', rows: side.texts }]] as const) : [],
  };
}

export interface HubDataset {
  /** As people call it. */
  readonly name: string;
  readonly sides: readonly HubSide[];
  /** Whether rows are texts alone, so that Parquet holds them by columns; else the card names the JSONL files. */
  readonly plain: boolean;
  /** `cc-by-4.0`; null where the person named none. */
  readonly license: string | null;
}

export const jsonlOf = ({ name }: Pick<HubSide, 'name'>): string => `${name}.jsonl`;
export const parquetOf = ({ name }: Pick<HubSide, 'name'>): string => `data/${name}-00000-of-00001.parquet`;

/** Where a trainer finds it, and what is pasted there. `folder`: as the reader of it writes its path. */
export interface TrainerLines {
  readonly trainer: string;
  readonly language: 'sh' | 'yaml' | 'python';
  readonly lines: readonly string[];
}

/** What each trainer is told of the rows: docs of TRL, Axolotl, LLaMA-Factory and Unsloth of November 2026. `MODEL` is the reader's to fill in. */
export function trainerLines(
  { name, sides }: Pick<HubDataset, 'name' | 'sides'>,
  folder: string,
): readonly TrainerLines[] {
  const held = sides.some((side) => side.name === 'validation');
  const axolotl = (side: HubSide['name']): string[] => [
    `  - path: ${JSON.stringify(`${folder}/${side}.jsonl`)}`,
    '    ds_type: json',
    ...(side === 'validation' ? ['    split: train'] : []),
    '    type: chat_template',
    '    field_messages: messages',
  ];
  return [
    {
      trainer: 'TRL',
      language: 'sh',
      lines: [
        `trl sft --model_name_or_path MODEL --dataset_name ${quoted(folder)}${held ? ' --dataset_test_split validation --eval_strategy epoch' : ''}`,
      ],
    },
    {
      trainer: 'Axolotl',
      language: 'yaml',
      lines: ['datasets:', ...axolotl('train'), ...(held ? ['test_datasets:', ...axolotl('validation')] : [])],
    },
    {
      trainer: 'LLaMA-Factory',
      language: 'sh',
      lines: [
        `llamafactory-cli train --stage sft --do_train --model_name_or_path MODEL --dataset_dir ${quoted(folder)} --dataset ${entryName(name, 'train')}${held ? ` --eval_dataset ${entryName(name, 'validation')}` : ''} --output_dir OUT`,
      ],
    },
    {
      trainer: 'Unsloth',
      language: 'python',
      lines: [
        `dataset = load_dataset("json", data_files=${JSON.stringify(`${folder}/train.jsonl`)}, split="train")`,
        'dataset = dataset.map(lambda row: {"text": tokenizer.apply_chat_template(row["messages"], tokenize=False)})',
      ],
    },
  ];
}

export const quoted = (path: string): string =>
  /^[\w./~+-]+$/.test(path) ? path : `'${path.replaceAll("'", `'\\''`)}'`;

/** What LLaMA-Factory calls a side. */
export const entryName = (name: string, side: HubSide['name']): string =>
  `${
    name
      .toLowerCase()
      .replace(/[^a-z0-9]+/g, '_')
      .replace(/^_+|_+$/g, '') || 'dataset'
  }_${side}`;

/** `dataset_info.json` of LLaMA-Factory: where each side is, and that its rows are OpenAI's messages. */
export const datasetInfo = ({ name, sides }: Pick<HubDataset, 'name' | 'sides'>): string =>
  factoryInfo(
    sides.map((side) => [entryName(name, side.name), { file_name: jsonlOf(side), columns: { messages: 'messages' } }]),
  );

interface FactoryEntry {
  readonly file_name: string;
  /** Of preference pairs. */
  readonly ranking?: true;
  readonly columns: Readonly<Record<string, string>>;
}

/** A `dataset_info.json` (LLaMA-Factory, data/README.md): its `sharegpt` is any list of messages whose tags are named. */
export function factoryInfo(entries: readonly (readonly [name: string, entry: FactoryEntry])[]): string {
  const tags = {
    role_tag: 'role',
    content_tag: 'content',
    user_tag: 'user',
    assistant_tag: 'assistant',
    system_tag: 'system',
  };
  const described = entries.map(([name, entry]) => [name, { ...entry, formatting: 'sharegpt', tags }]);
  return `${JSON.stringify(Object.fromEntries(described), null, 2)}\n`;
}

/** Bounds of the Hub's `size_categories`. */
const SIZES = [
  [1_000, 'n<1K'],
  [10_000, '1K<n<10K'],
  [100_000, '10K<n<100K'],
  [1_000_000, '100K<n<1M'],
] as const;

const sizeOf = (rows: number): string => SIZES.find(([most]) => rows < most)?.[1] ?? '1M<n<10M';

/** The head of the Hub's card, which says which file is which split, and the title. */
export function headOfCard({ name, sides, plain, license }: HubDataset): readonly string[] {
  const rows = sides.reduce((sum, side) => sum + side.rows, 0);
  const files = sides.flatMap((side) => [
    `      - split: ${side.name}`,
    `        path: ${plain ? parquetOf(side) : jsonlOf(side)}`,
  ]);
  return [
    '---',
    `pretty_name: ${JSON.stringify(name)}`,
    ...(license === null ? [] : [`license: ${license}`]),
    'task_categories:',
    '  - text-generation',
    'size_categories:',
    `  - ${sizeOf(rows)}`,
    'configs:',
    '  - config_name: default',
    '    data_files:',
    ...files,
    '---',
    '',
    `# ${name.replaceAll(/\s+/g, ' ')}`,
    '',
  ];
}

/** README.md of the folder: the Hub's card, and what trainers are told. */
export function datasetCard(dataset: HubDataset): string {
  const { sides, plain } = dataset;
  const rows = sides.reduce((sum, side) => sum + side.rows, 0);
  return [
    ...headOfCard(dataset),
    `${plural(rows, 'conversation')}, each a list of \`messages\` with \`role\` and \`content\`; the last message of each is the answer to learn.`,
    '',
    '| split | rows | JSONL |',
    '|---|---:|---:|',
    ...sides.map((side) => `| ${side.name} | ${count(side.rows)} | ${byteSize(side.bytes)} |`),
    '',
    ...(plain
      ? []
      : ['Some rows hold more than texts (tools, images, names or weights), so they are JSONL alone.', '']),
    '```python',
    'from datasets import load_dataset',
    'dataset = load_dataset("FOLDER OR ORG/NAME")',
    '```',
    '',
    '## Train on it',
    '',
    'From beside this file; `MODEL` is the model to tune.',
    '',
    ...trainerLines(dataset, '.').flatMap(({ trainer, language, lines }) => [
      `### ${trainer}`,
      '',
      `\`\`\`${language}`,
      ...lines,
      '```',
      '',
    ]),
  ].join('\n');
}
