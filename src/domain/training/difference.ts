import { weightsText } from '../provider/job-choices.ts';
import { methodName } from './job-settings.ts';
import type { Hyperparameters, JobChoices, JobRecord } from './types.ts';
import { WEIGHT_SETTING_NAMES, weightFacts, weightSettingTexts } from './weight-settings.ts';

/** One thing that two runs do not have in common. */
export interface RunDifference {
  readonly what: string;
  readonly first: string;
  readonly second: string;
}

/**
 * What was set, or trained on, differently in two runs, data first: what came of them is not in it. Hyperparameters
 * go by what the job runs with: one left to the provider reads `auto: 7` once the provider has chosen, and is the same
 * as a 7 that was set.
 */
export function differencesBetween(first: JobRecord, second: JobRecord): readonly RunDifference[] {
  return [
    ...dataDifferences(first, second),
    ...FACTS.flatMap(([what, of]) => differ(what, of(first), of(second))),
    ...HYPERPARAMETERS.flatMap(([what, key]) =>
      first.job.hyperparameters[key] === second.job.hyperparameters[key]
        ? []
        : [{ what, first: hyperparameter(first, key), second: hyperparameter(second, key) }],
    ),
  ];
}

const NONE = 'none';

const FACTS = [
  ['Provider', ({ providerId }: JobRecord) => providerId],
  ['Base model', ({ job }: JobRecord) => job.model],
  ['Method', ({ method }: JobRecord) => methodName(method)],
  ['Trains', (record: JobRecord) => weightsText(chosenOrTaken(record).weights) ?? 'auto'],
  ['Training type', (record: JobRecord) => chosenOrTaken(record).tier ?? 'auto'],
  ...WEIGHT_SETTING_NAMES.map((name) => {
    const { label } = weightFacts(name);
    const of = (record: JobRecord): string =>
      weightSettingTexts(chosenOrTaken(record).settings).find(([said]) => said === label)?.[1] ?? 'auto';
    return [label, of] as const;
  }),
  ['Suffix', ({ job }: JobRecord) => job.suffix || NONE],
  ['Seed', ({ job }: JobRecord) => (job.seed === null ? 'any' : String(job.seed))],
] as const;

/** As the provider says, or else as a person chose. */
const chosenOrTaken = ({ job, choices }: JobRecord): JobChoices => ({ ...choices, ...job.choices });

const HYPERPARAMETERS = [
  ['Epochs', 'nEpochs'],
  ['Batch size', 'batchSize'],
  ['Learning rate ×', 'learningRateMultiplier'],
  ['Learning rate', 'learningRate'],
  ['LoRA rank', 'loraRank'],
] as const;

function differ(what: string, first: string, second: string): readonly RunDifference[] {
  return first === second ? [] : [{ what, first, second }];
}

function dataDifferences(first: JobRecord, second: JobRecord): readonly RunDifference[] {
  const sides = [
    ['Training data', (record: JobRecord) => side(record, 'training')],
    ['Held-out data', (record: JobRecord) => side(record, 'validation')],
  ] as const;
  return [
    ...sides.flatMap(([what, of]) => differ(what, ...comparable(of(first), of(second)))),
    ...differ('Rows trained on', String(first.trainRows), String(second.trainRows)),
    ...differ('Rows held out', String(first.validationRows), String(second.validationRows)),
  ];
}

interface Side {
  readonly file: string | null;
  /** Undefined where the record is from before versions were kept. */
  readonly version: string | null | undefined;
}

function side({ job, data }: JobRecord, which: 'training' | 'validation'): Side {
  return which === 'training'
    ? { file: job.trainingFile, version: data?.training }
    : { file: job.validationFile, version: data?.validation };
}

/** By version where both have one; else by the file at the provider, which says less: two files may hold the same. */
function comparable(first: Side, second: Side): readonly [string, string] {
  const both = first.version !== undefined && second.version !== undefined;
  const name = ({ file, version }: Side): string => (both ? version : file) ?? NONE;
  return [name(first), name(second)];
}

function hyperparameter({ job, asked }: JobRecord, key: keyof Hyperparameters): string {
  const taken = job.hyperparameters[key] ?? 'auto';
  return asked?.[key] === 'auto' && taken !== 'auto' ? `auto: ${taken}` : String(taken);
}
