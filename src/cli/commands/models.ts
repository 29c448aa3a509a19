import type { Provider } from '../../app/runtime/ports.ts';
import { closingOf, closingText } from '../../domain/pricing/closing.ts';
import { type PriceTable, priceOf } from '../../domain/pricing/prices.ts';
import { kindFacts } from '../../domain/provider/kinds.ts';
import { PRACTICE_BASE } from '../../domain/provider/models.ts';
import { EMBEDDED_PROFILE } from '../../domain/provider/profiles.ts';
import { type ModelInfo, ProviderError } from '../../domain/provider/provider.ts';
import { isoDay, tokenPrice } from '../../domain/text/format.ts';
import type { TuningJob } from '../../domain/training/types.ts';
import { resolveConnection } from '../connect.ts';
import { type CommandContext, EXIT, type ExitCode, type ModelsOptions, UsageError } from '../context.ts';
import { columns } from '../output/text-layout.ts';
import { exportTuned } from './export-model.ts';
import { pullModel, removeModel, showLocal } from './local-models.ts';

/** A model as a record has it. */
interface Listed {
  readonly id: string;
  readonly tuned: boolean;
  /** Whether a job can be made of it; null where nobody says. */
  readonly tunable: boolean | null;
  /** The job that made it, and what that started from; null for others. */
  readonly job: string | null;
  readonly base: string | null;
  /** US$ per million tokens; null where it is unknown. */
  readonly price: { readonly train: number | null; readonly input: number | null; readonly output: number | null };
  readonly shutdownDate: string | null;
  /** In words; empty where nobody says. */
  readonly closing: string;
}

type ModelsAction = 'list' | 'pull' | 'remove' | 'export';

/** `models [list|pull|remove|export] [name]`: what a provider has and what lies on this machine. */
export async function models(
  context: CommandContext,
  action: ModelsAction,
  name: string | undefined,
  options: ModelsOptions,
): Promise<ExitCode> {
  if (action !== 'export' && (options.to ?? options.out ?? options.base ?? options.force) !== undefined)
    throw new UsageError(`--to, --out, --base and --force are of models export, not of ${action}`);
  if (action === 'list') return await list(context, name, options);
  if (name === undefined) throw new UsageError(`models ${action} needs a model: luthier models ${action} NAME`);
  return await WORK[action](context, name, options);
}

const WORK = { pull: pullModel, remove: removeModel, export: exportTuned };

/** The embedded engine tunes what lies on this machine; no other provider does. */
async function list(context: CommandContext, folder: string | undefined, options: ModelsOptions): Promise<ExitCode> {
  const elsewhere = (options.provider ?? EMBEDDED_PROFILE.id) !== EMBEDDED_PROFILE.id || options.baseUrl !== undefined;
  if (options.local === true && elsewhere)
    throw new UsageError('--local asks no server: leave --provider and --base-url out');
  const code = options.local === true ? EXIT.done : await listProvider(context, options);
  if (elsewhere) return code;
  const shown = showLocal(context, { filter: options.filter ?? '', folders: folder === undefined ? [] : [folder] });
  if (options.local === true && shown === 0)
    context.output.line('No models on this machine: luthier models pull ORG/NAME');
  return code;
}

/** Models of a provider, the tuned ones with their job. */
async function listProvider(context: CommandContext, options: ModelsOptions): Promise<ExitCode> {
  const { output, signal } = context;
  const connection = resolveConnection(context, options);
  const { profile } = connection;
  const provider = await connection.providers.connect(profile.id, { signal });
  const [listed, jobs] = await Promise.all([provider.models.list({ signal }), jobsOf(provider, signal)]);
  const prices = connection.prices();
  const today = isoDay(Date.now());
  const practice = kindFacts(profile.kind).practice;
  const all = withTuned(listed, jobs).map((model) => facts(model, { listed, jobs, prices, today, practice }));
  const words = (options.filter ?? '').toLowerCase().split(/\s+/);
  const shown = all.filter((one) => words.every((word) => textOf(one).toLowerCase().includes(word)));
  for (const model of shown) output.record('model', { model });
  if (shown.length === 0) output.line(all.length === 0 ? 'No models.' : `None of ${all.length} models fits.`);
  else {
    const rows = shown.map((one) => [
      one.id,
      kindOf(one),
      priceWords(one.price.train),
      `${priceWords(one.price.input)} / ${priceWords(one.price.output)}`,
      [one.closing, one.job === null ? '' : `by ${one.job}`].filter((word) => word !== '').join(', '),
    ]);
    for (const line of columns([['model', '', 'train', 'in / out', ''], ...rows])) output.line(line);
    output.note(`US$ per 1M tokens, of the provider's list or of ${prices.date}; - where it is unknown.`);
  }
  return EXIT.done;
}

/** Statuses of servers that have no such call; what they answer without one is no reason to show no models. */
const NO_CALL: ReadonlySet<number> = new Set([400, 403, 404, 405, 410, 501]);

async function jobsOf(provider: Provider, signal: AbortSignal): Promise<readonly TuningJob[]> {
  try {
    return await provider.jobs.list({ signal });
  } catch (error) {
    if (error instanceof ProviderError && NO_CALL.has(error.detail.status ?? 0)) return [];
    throw error;
  }
}

/** With the tuned models that only their job names. */
function withTuned(listed: readonly ModelInfo[], jobs: readonly TuningJob[]): readonly ModelInfo[] {
  const known = new Set(listed.map(({ id }) => id));
  const made = jobs.flatMap(({ fineTunedModel: id }) => (id === null || known.has(id) ? [] : [id]));
  return [...listed, ...[...new Set(made)].map((id) => ({ id, ownedBy: '', shutdownDate: null, tuned: true }))];
}

interface Sources {
  readonly listed: readonly ModelInfo[];
  readonly jobs: readonly TuningJob[];
  readonly prices: PriceTable;
  readonly today: string;
  /** Whether it is the practice engine, which has one model to tune. */
  readonly practice: boolean;
}

function facts(model: ModelInfo, { listed, jobs, prices, today, practice }: Sources): Listed {
  const { id } = model;
  const job = jobs.find(({ fineTunedModel }) => fineTunedModel === id) ?? null;
  const base = job?.model ?? null;
  const tuned = model.tuned || job !== null;
  const known = priceOf(base ?? id, prices);
  const train = known?.train ?? null;
  const closing = closingOf(id, { models: listed, prices, base });
  return {
    ...{ id, tuned, base, job: job?.id ?? null },
    tunable: practice ? id === PRACTICE_BASE : tuned ? null : train === null ? null : true,
    price: {
      train,
      input: model.price?.input ?? (tuned ? known?.tunedInput : known?.input) ?? null,
      output: model.price?.output ?? (tuned ? known?.tunedOutput : known?.output) ?? null,
    },
    shutdownDate: closing?.date ?? null,
    closing: closingText(closing, today),
  };
}

const kindOf = ({ tuned, tunable }: Listed): string => (tuned ? 'tuned' : tunable === true ? 'tunable' : '');
const textOf = (one: Listed): string => [one.id, kindOf(one), one.closing, one.job ?? '', one.base ?? ''].join(' ');
const priceWords = (price: number | null): string => (price === null ? '-' : tokenPrice(price));
