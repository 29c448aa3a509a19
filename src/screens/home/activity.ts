import type { OperationKind, OperationSnapshot } from '../../app/runtime/operation.ts';
import { outcomeOf } from '../../components/dialogs/operations-drawer.tsx';
import { jobStatus, operationStatus, type StatusKind } from '../../components/feedback/status.tsx';
import { safeMiddle } from '../../components/text/line.tsx';
import { shortModel } from '../../components/text/model-name.ts';
import type { Evaluation } from '../../domain/evaluation/types.ts';
import { SPENDING_KINDS, type SpendingKind, type SpendingTotal, sumSpending } from '../../domain/pricing/spending.ts';
import type { ScreenId } from '../../domain/project/types.ts';
import { ageText, formatUsd, percent, plural } from '../../domain/text/format.ts';
import type { JobRecord } from '../../domain/training/types.ts';

/** What goes on, what costs, what was done; operations and deployments of every project, the rest of the current one. */
export interface ActivityFacts {
  /** Newest first. */
  readonly operations: readonly OperationSnapshot[];
  readonly deployed: readonly DeployedFacts[];
  readonly spending: readonly SpendingTotal[];
  /** Newest first. */
  readonly jobs: readonly JobRecord[];
  /** Newest first. */
  readonly evaluations: readonly Evaluation[];
  /** Milliseconds since the epoch. */
  readonly now: number;
}

export interface DeployedFacts {
  readonly name: string;
  readonly answers: boolean;
  /** `2.4 h, $9.60 so far`, `stopped` */
  readonly text: string;
}

export interface ActivityLine {
  /** Where more of it is shown; null where nowhere. */
  readonly screen: ScreenId | null;
  readonly label: string;
  readonly kind: StatusKind;
  readonly text: string;
  /** With ids and names in full, where `text` has them shortened. */
  readonly whole?: string;
}

const OPERATION_SCREENS = {
  generate: 'generate',
  collect: 'generate',
  evaluate: 'evaluate',
  upload: 'train',
  watch: 'train',
  chat: 'chat',
  'test-call': 'template',
  import: 'dataset',
  sync: 'train',
  deploy: 'train',
  download: 'train',
  install: 'settings',
  export: 'train',
} as const satisfies Record<OperationKind, ScreenId>;

/** Kinds that leave nothing behind by which they would be found again: they are told from this session. */
const TOLD_BY_OPERATION: ReadonlySet<OperationKind> = new Set([
  'generate',
  'collect',
  'import',
  'deploy',
  'download',
  'install',
  'export',
]);

function runningLine({ title, status, fraction, detail }: OperationSnapshot): ActivityLine {
  const { kind, word } = operationStatus(status);
  const far = fraction === null ? '' : ` · ${percent(fraction)}`;
  return { screen: OPERATION_SCREENS[detail.kind], label: word, kind, text: `${title}${far}` };
}

const deployedLine = ({ name, answers, text }: DeployedFacts): ActivityLine => ({
  screen: 'train',
  label: 'deployed',
  kind: answers ? 'ok' : 'warn',
  text: `${name} · ${text}`,
});

/** `$0.31: generated rows $0.20, training jobs $0.11, 3 calls of unknown price` */
function spentText(spending: readonly SpendingTotal[]): string {
  const { usd, unpriced } = sumSpending(spending);
  const kinds = (Object.keys(SPENDING_KINDS) as readonly SpendingKind[]).flatMap((kind) => {
    const own = sumSpending(spending.filter((total) => total.kind === kind)).usd;
    return own === 0 ? [] : [`${SPENDING_KINDS[kind]} ${formatUsd(own)}`];
  });
  const unknown = unpriced === 0 ? [] : [`${plural(unpriced, 'call')} of unknown price`];
  const parts = [...kinds, ...unknown].join(', ');
  return `${formatUsd(usd)} in this project${parts === '' ? '' : `: ${parts}`}`;
}

interface Dated {
  readonly at: number;
  readonly line: Omit<ActivityLine, 'label'>;
}

function ranLine(operation: OperationSnapshot): Dated {
  const outcome = outcomeOf(operation);
  const { kind } = operationStatus(operation.status);
  const text = `${operation.title}${outcome === '' ? '' : ` · ${outcome}`}`;
  return { at: operation.endedAt ?? 0, line: { screen: OPERATION_SCREENS[operation.detail.kind], kind, text } };
}

/** Columns for the ids of a job's line: both stand whole on a terminal of 80, or lose their middle. */
const JOB_COLUMNS = 16;
const MODEL_COLUMNS = 34;

function jobLine({ job }: JobRecord): Dated {
  const { kind, word } = jobStatus(job);
  const model = safeMiddle(shortModel(job.fineTunedModel ?? job.model, MODEL_COLUMNS, '…'), MODEL_COLUMNS);
  const text = `${safeMiddle(job.id, JOB_COLUMNS)} ${word} · ${model}`;
  const whole = `${job.id} ${word} · ${job.fineTunedModel ?? job.model}`;
  return { at: job.createdAt * 1_000, line: { screen: 'train', kind, text, whole } };
}

function evaluationLine({ createdAt, plan, items }: Evaluation): Dated {
  const text = `evaluation · ${plural(plan.models.length, 'model')} on ${plural(items, 'item')}`;
  return { at: createdAt, line: { screen: 'evaluate', kind: 'done', text } };
}

/** Runs that are listed at most. */
const MOST_RECENT = 8;

/** What runs, then what is deployed and billed, what was spent, and the newest runs. */
export function activityLines(facts: ActivityFacts): readonly ActivityLine[] {
  const { operations, deployed, spending, jobs, evaluations, now } = facts;
  const live = operations.filter(({ endedAt }) => endedAt === null);
  const ended = operations.filter(({ endedAt, detail }) => endedAt !== null && TOLD_BY_OPERATION.has(detail.kind));
  const recent = [...ended.map(ranLine), ...jobs.map(jobLine), ...evaluations.map(evaluationLine)]
    .toSorted((a, b) => b.at - a.at)
    .slice(0, MOST_RECENT)
    .map(({ at, line }): ActivityLine => ({ ...line, label: ageText(at, now) }));
  const spent: ActivityLine = { screen: null, label: 'spent', kind: 'ok', text: spentText(spending) };
  return [...live.map(runningLine), ...deployed.map(deployedLine), spent, ...recent];
}
