import type { Option } from '../../../components/inputs/select.tsx';
import { baseByJobs, type Closing, closingOf, withClosing } from '../../../domain/pricing/closing.ts';
import { type PriceTable, priceOf } from '../../../domain/pricing/prices.ts';
import { isPracticeAt, kindFacts, type ProviderKind } from '../../../domain/provider/kinds.ts';
import { PRACTICE_LABEL, PRACTICE_TEACHER } from '../../../domain/provider/models.ts';
import type { EngineModel, ModelInfo } from '../../../domain/provider/provider.ts';
import { byteSize, tokenPrice } from '../../../domain/text/format.ts';
import type { JobRecord } from '../../../domain/training/types.ts';

/** Models that are no text models, by OpenAI's names; nobody tunes them on chats. */
const NON_TEXT_MODELS =
  /embedding|whisper|tts|dall-e|image|audio|realtime|moderation|transcribe|sora|search|computer-use|codex/i;

export interface ModelFacts {
  readonly models: readonly ModelInfo[];
  /** The model chosen now; it is always among the options. */
  readonly current: string;
  readonly prices: PriceTable;
  readonly kind: ProviderKind;
  /** Jobs of this project: they say what a tuned model was tuned from. */
  readonly jobs: readonly JobRecord[];
  /** YYYY-MM-DD. */
  readonly today: string;
}

/** When the chosen model ends; null when nobody says. */
export const closingOfChosen = ({ current, models, prices, jobs }: ModelFacts): Closing | null =>
  closingOf(current, { models, prices, base: baseByJobs(current, jobs) ?? null });

/** What there is to know before choosing a model: who trains it, what it costs, until when. */
export function modelNote(model: string, facts: ModelFacts): string {
  const listed = facts.models.find(({ id }) => id === model);
  if (listed?.engine?.practice === false && !listed.tuned) return weightsNote(listed.engine);
  if (listed?.engine?.practice === true || isPracticeAt(facts.kind, model))
    return `${PRACTICE_LABEL}, on this machine, free`;
  const train = priceOf(model, facts.prices)?.train ?? null;
  const price = train === null ? 'price unknown' : train === 0 ? 'free' : `${tokenPrice(train)} per 1M tokens`;
  const tuned = facts.models.some((one) => one.id === model && one.tuned) ? 'tuned already, trained on' : '';
  const note = tuned === '' ? price : `${tuned}, ${price}`;
  return withClosing(note, model, facts, baseByJobs(model, facts.jobs));
}

/** Of a base of real weights: how large it is, and what is missing before it can be trained. */
function weightsNote({ state, bytes }: EngineModel): string {
  const size = bytes === null ? '' : `, ${byteSize(bytes)}`;
  if (state === 'ready') return `real weights${size}, here`;
  return state === 'partial' ? `some files are missing${size}: download it again` : 'not downloaded';
}

/** Why a base cannot be trained now; null when nothing known speaks against it. */
export function baseProblem(model: string, models: readonly ModelInfo[]): string | null {
  const engine = models.find(({ id }) => id === model)?.engine;
  if (engine === undefined || engine.state === null || engine.state === 'ready') return null;
  return `${model} is ${engine.state === 'partial' ? 'not whole' : 'not downloaded'} on the machine of the engine`;
}

/** Models to train from: those with a training price first, then others, then those already tuned. */
export function modelOptions(facts: ModelFacts): readonly Option[] {
  const { models, current, prices, kind } = facts;
  const usable = models.filter(({ id, tuned }) => {
    if (kindFacts(kind).practice) return !tuned && id !== PRACTICE_TEACHER;
    return !NON_TEXT_MODELS.test(id);
  });
  const rank = ({ id, tuned }: ModelInfo): number => {
    if (tuned) return 2;
    return priceOf(id, prices)?.train == null ? 1 : 0;
  };
  const sorted = usable.toSorted((a, b) => rank(a) - rank(b) || a.id.localeCompare(b.id)).map(({ id }) => id);
  const ids = sorted.includes(current) || current === '' ? sorted : [current, ...sorted];
  return ids.map((id) => ({ value: id, label: id, note: modelNote(id, facts) }));
}
