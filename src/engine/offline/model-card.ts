import { count, tableCell } from '../../domain/text/format.ts';
import { VALIDATION_LOSSES } from '../../domain/training/loss-names.ts';
import type { TunedModel } from './tuned-model.ts';

/** A file that was trained on, as the card names it. */
export interface CardFile {
  readonly name: string;
  readonly id: string;
  readonly rows: number | null;
  /** Null where the file is no longer there. */
  readonly sha256: string | null;
}

export interface CardFacts {
  readonly tuned: TunedModel;
  readonly license: string | null;
  readonly training: CardFile | null;
  readonly validation: CardFile | null;
  /** Of the steps up to this model, oldest first, by the API's names. */
  readonly metrics: readonly Readonly<Record<string, unknown>>[];
  readonly library: 'peft' | 'transformers';
  /** What evaluations found, as Markdown; empty where there were none. */
  readonly evaluations: string;
}

/** The model card of a model that is taken away (huggingface.co/docs/hub/model-cards): what it was made of, and how it did. */
export function modelCard(facts: CardFacts): string {
  const { tuned, license, library } = facts;
  const { row, papers } = tuned;
  const { base, kind, method } = papers;
  const how = kind === 'adapter' ? 'LoRA' : 'full fine-tuning';
  const meta = [
    // A folder of one's own is no model of the Hub.
    ...(base.revision === null ? [] : [`base_model: ${yaml(base.id)}`]),
    `library_name: ${library}`,
    ...(license === null ? [] : [`license: ${yaml(license)}`]),
    'tags:',
    ...['luthier', kind === 'adapter' ? 'lora' : 'full', method === 'dpo' ? 'dpo' : 'sft'].map((tag) => `- ${tag}`),
  ];
  const origin = base.revision === null ? base.id : `${base.id} at commit ${base.revision}`;
  return [
    '---',
    ...meta,
    '---',
    '',
    `# ${row.id}`,
    '',
    `${base.id}, tuned by ${how}${method === 'dpo' ? ' on preference pairs (DPO)' : ''}. Exported by Luthier.`,
    '',
    ...section('Base', [['model', origin], ...(license === null ? [] : [['licence', license] as const])]),
    ...section('Data', dataRows(facts)),
    ...section('Training', trainingRows(tuned)),
    ...section('Figures of the training', evaluationRows(facts)),
    ...(facts.evaluations === '' ? [] : ['## Evaluation', '', facts.evaluations]),
  ].join('\n');
}

type Row = readonly [name: string, value: string];

function section(title: string, rows: readonly Row[]): readonly string[] {
  if (rows.length === 0) return [];
  return [
    `## ${title}`,
    '',
    '| | |',
    '|---|---|',
    ...rows.map(([name, value]) => `| ${tableCell(name)} | ${tableCell(value)} |`),
    '',
  ];
}
/** Names come from elsewhere: quoted, no word of theirs is YAML's own. */
const yaml = (text: string): string => JSON.stringify(text);

function dataRows({ training, validation }: CardFacts): readonly Row[] {
  const rows = ([name, file]: readonly [string, CardFile | null]): readonly Row[] => {
    if (file === null) return [];
    const size = file.rows === null ? '' : `, ${count(file.rows)} rows`;
    const hash = file.sha256 === null ? 'no longer there' : `SHA-256 ${file.sha256}`;
    return [[name, `${file.name} (${file.id})${size}, ${hash}`]];
  };
  return [...rows(['training', training]), ...rows(['validation', validation])];
}

function trainingRows({ row, papers, job }: TunedModel): readonly Row[] {
  const settings = Object.entries(job?.hyperparameters ?? {}).map(([name, value]): Row => {
    return [name, Array.isArray(value) ? value.join(', ') : String(value)];
  });
  const date = new Date(row.created_at * 1000).toISOString().slice(0, 10);
  return [
    ['job', row.job_id],
    ['date', date],
    ['step', `${papers.step} (epoch ${papers.epoch})`],
    ['method', papers.method],
    ...(job === null ? [] : [['seed', String(job.seed)] as const]),
    ...settings,
    ...(job?.trained_tokens == null ? [] : [['trained tokens', count(job.trained_tokens)] as const]),
  ];
}

/** The last figures there are of each kind. */
const FIGURES: Readonly<Record<string, string>> = {
  train_loss: 'training loss, last step',
  train_mean_token_accuracy: 'training token accuracy, last step',
  full_valid_loss: VALIDATION_LOSSES.fullValidLoss,
  full_valid_mean_token_accuracy: 'full validation token accuracy',
  valid_reward_margin: 'validation reward margin',
};

function evaluationRows({ metrics, tuned }: CardFacts): readonly Row[] {
  const reached = metrics.filter(({ step }) => typeof step === 'number' && step <= tuned.papers.step);
  return Object.entries(FIGURES).flatMap(([key, name]): readonly Row[] => {
    const value = reached.findLast((step) => typeof step[key] === 'number')?.[key];
    return typeof value === 'number' ? [[name, value.toPrecision(4)]] : [];
  });
}
