import type { ModelRef } from '../provider/models.ts';
import { targetId, targetName } from './target.ts';
import type { BakeoffTarget } from './target-settings.ts';
import type { Bakeoff } from './types.ts';

/** A model that is held against the others: the base of some targets, or what one of them made of it. */
export interface Candidate {
  readonly model: ModelRef;
  /** As it is called where there is little room: `base 1+2`, `2 tuned`. */
  readonly short: string;
  /** As it is called in full. */
  readonly name: string;
  /** Id of the target that made it; null for a base. */
  readonly targetId: string | null;
  /** The place of its base among the candidates; null for a base. */
  readonly base: number | null;
  /** US$ its training took; 0 for a base, null when unknown. */
  readonly trainingUsd: number | null;
}

/** What became of a target's job, as far as its model is concerned. */
export interface TunedModel {
  /** The name it answers by; null while there is none. */
  readonly model: string | null;
  readonly trainingUsd: number | null;
}

const sameBase = (one: BakeoffTarget, other: BakeoffTarget): boolean =>
  one.providerId === other.providerId && one.model === other.model;

/** Every base once, each before the tuned models that can be asked. Targets count from 1. */
export function candidatesOf(
  { targets }: Pick<Bakeoff, 'targets'>,
  tunedOf: (target: BakeoffTarget) => TunedModel,
): readonly Candidate[] {
  const candidates: Candidate[] = [];
  for (const [place, target] of targets.entries()) {
    if (targets.findIndex((one) => sameBase(one, target)) !== place) continue;
    const { providerId, model } = target;
    const own = targets.flatMap((one, at) => (sameBase(one, target) ? [{ target: one, number: at + 1 }] : []));
    const base = candidates.length;
    candidates.push({
      model: { providerId, model },
      short: `base ${own.map(({ number }) => number).join('+')}`,
      name: `${providerId}:${model}, not tuned`,
      targetId: null,
      base: null,
      trainingUsd: 0,
    });
    for (const { target: one, number } of own) {
      const tuned = tunedOf(one);
      if (tuned.model === null) continue;
      candidates.push({
        model: { providerId, model: tuned.model },
        short: `${number} tuned`,
        name: `${targetName(one)}, tuned`,
        targetId: targetId(one),
        base,
        trainingUsd: tuned.trainingUsd,
      });
    }
  }
  return candidates;
}
