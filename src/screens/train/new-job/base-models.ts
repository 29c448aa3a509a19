import type { Option } from '../../../components/inputs/select.tsx';
import { type PriceTable, priceOf } from '../../../domain/pricing/prices.ts';
import { kindFacts, type ProviderKind } from '../../../domain/provider/kinds.ts';
import { isPracticeModel, PRACTICE_LABEL, PRACTICE_TEACHER } from '../../../domain/provider/models.ts';
import type { ModelInfo } from '../../../domain/provider/provider.ts';
import { tokenPrice } from '../../../domain/text/format.ts';

/** Models that are no text models, by OpenAI's names; nobody tunes them on chats. */
const NON_TEXT_MODELS =
  /embedding|whisper|tts|dall-e|image|audio|realtime|moderation|transcribe|sora|search|computer-use|codex/i;

export interface ModelFacts {
  readonly models: readonly ModelInfo[];
  /** The model chosen now; it is always among the options. */
  readonly current: string;
  readonly prices: PriceTable;
  readonly kind: ProviderKind;
  /** YYYY-MM-DD. */
  readonly today: string;
}

/** YYYY-MM-DD when the model closes or closed, by its server or by the price table; null when nobody says. */
export function closingDate(model: string, { models, prices }: Pick<ModelFacts, 'models' | 'prices'>): string | null {
  return models.find(({ id }) => id === model)?.shutdownDate ?? priceOf(model, prices)?.closes ?? null;
}

/** `closes 2027-01-14`, `closed 2026-10-23`; empty when nobody says. */
export function closingText(date: string | null, today: string): string {
  if (date === null) return '';
  return date <= today ? `closed ${date}` : `closes ${date}`;
}

/** What there is to know before choosing a model: who trains it, what it costs, until when. */
export function modelNote(model: string, facts: ModelFacts): string {
  if (kindFacts(facts.kind).practice && isPracticeModel(model)) return `${PRACTICE_LABEL}, on this machine, free`;
  const train = priceOf(model, facts.prices)?.train ?? null;
  const price = train === null ? 'price unknown' : train === 0 ? 'free' : `${tokenPrice(train)} per 1M tokens`;
  const tuned = facts.models.some((one) => one.id === model && one.tuned) ? 'tuned already, trained on' : '';
  return [tuned, price, closingText(closingDate(model, facts), facts.today)].filter((word) => word !== '').join(', ');
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
