import { fuzzyFind } from '../../components/text/fuzzy.ts';
import { shortModel, trainedModels } from '../../components/text/model-name.ts';
import type { DeploymentRecord } from '../../domain/deployment/types.ts';
import { sameModel } from '../../domain/evaluation/statistics/paired.ts';
import { type Closings, withClosing } from '../../domain/pricing/closing.ts';
import { kindFacts } from '../../domain/provider/kinds.ts';
import type { ModelRef } from '../../domain/provider/models.ts';
import { isPracticeModel, PRACTICE_LABEL } from '../../domain/provider/models.ts';
import type { ProviderProfile } from '../../domain/provider/provider.ts';
import type { Checkpoint, JobRecord } from '../../domain/training/types.ts';

/** Columns of a name in a sentence. */
const SENTENCE_WIDTH = 26;

/** A model of a provider, to choose from. */
export interface ModelCandidate {
  readonly ref: ModelRef;
  /** What it is and where it comes from, in words. */
  readonly note: string;
}

/** `models`: the list of the current provider. */
export interface CandidateSources extends Closings {
  readonly providerId: string;
  /** Jobs of this project at whatever provider, newest first. */
  readonly jobs: readonly JobRecord[];
  readonly profiles: readonly ProviderProfile[];
  /** What is deployed, of whatever provider and project. */
  readonly deployments: readonly DeploymentRecord[];
  readonly checkpoints: (jobId: string) => readonly Checkpoint[];
  /** Marked already; they stay in the list. */
  readonly chosen: readonly ModelRef[];
}

export const modelRefKey = ({ providerId, model }: ModelRef): string => `${providerId}\n${model}`;

const providerName = (profiles: readonly ProviderProfile[], id: string): string =>
  profiles.find((profile) => profile.id === id)?.name ?? id;

/** The tuned model of a job and its checkpoints, by the provider that trained it. */
export function modelsOfJob(
  { job, providerId }: JobRecord,
  checkpoints: readonly Checkpoint[],
): readonly ModelCandidate[] {
  return trainedModels(job, checkpoints).map(({ model, step, note }) => ({
    ref: { providerId, model },
    note: step === null ? note : `${note} of ${job.suffix ?? job.id}`,
  }));
}

/** Models to choose from, each once: what the project trained, what that came from, then the provider's list. */
export function modelCandidates(sources: CandidateSources): readonly ModelCandidate[] {
  const { models, providerId, jobs, profiles, deployments, chosen } = sources;
  const deployed = deployments.flatMap(({ view, answered, order, providerId: at }) =>
    answered && view.model !== null
      ? [{ ref: { providerId: at, model: view.model }, note: `deployed ${order.tunedModel}` }]
      : [],
  );
  const trained = jobs.flatMap((record) =>
    modelsOfJob(record, sources.checkpoints(record.job.id)).map(({ ref, note }) => ({
      ref,
      note: withClosing(note, ref.model, sources, record.job.model),
    })),
  );
  const bases = jobs.map(({ job, providerId: at }) => ({
    ref: { providerId: at, model: job.model },
    note: 'base of a job here',
  }));
  const listed = models.map(({ id, tuned }) => ({
    ref: { providerId, model: id },
    note: withClosing(tuned ? 'tuned' : 'base', id, sources),
  }));
  const marked = chosen.map((ref) => ({ ref, note: 'as typed' }));
  const seen = new Set<string>();
  return [...deployed, ...trained, ...bases, ...listed, ...marked]
    .filter(({ ref }) => !seen.has(modelRefKey(ref)) && seen.add(modelRefKey(ref)))
    .map(({ ref, note }) => ({ ref, note: `${providerName(profiles, ref.providerId)}, ${note}` }));
}

/** Candidates that fit the query, best first; a name that none of them has can be a model of any provider. */
export function searchCandidates(
  all: readonly ModelCandidate[],
  query: string,
  profiles: readonly ProviderProfile[],
): readonly ModelCandidate[] {
  const typed = query.trim();
  const found = fuzzyFind(all, typed, ({ ref, note }) => [`${ref.model} ${note}`]);
  if (typed === '' || /\s/.test(typed)) return found;
  const others = profiles
    .filter(({ id }) => !all.some(({ ref }) => ref.providerId === id && ref.model === typed))
    .map(({ id, name }) => ({ ref: { providerId: id, model: typed }, note: `${name}, as typed` }));
  return [...found, ...others];
}

/** Marks or unmarks. What is marked first is the baseline. */
export const toggleRef = (chosen: readonly ModelRef[], ref: ModelRef): readonly ModelRef[] =>
  chosen.some((one) => sameModel(one, ref)) ? chosen.filter((one) => !sameModel(one, ref)) : [...chosen, ref];

/** The model's name, with its provider where the name alone is in the plan twice, and the engine's word. */
export function modelRefName(ref: ModelRef, among: readonly ModelRef[]): string {
  const twice = among.some((other) => other.model === ref.model && other.providerId !== ref.providerId);
  return twice ? `${ref.model} at ${ref.providerId}` : ref.model;
}

/** Names short enough to stand in a sentence; what distinguishes tuned models is kept. */
export const shortNames = (names: readonly string[], ellipsis: string): readonly string[] =>
  names.map((name) => shortModel(name, SENTENCE_WIDTH, ellipsis));

/** Said once where any of them is answered by the engine of this machine; empty otherwise. */
export function practiceText(models: readonly ModelRef[], profiles: readonly ProviderProfile[]): string {
  const free = new Set(profiles.filter(({ kind }) => kindFacts(kind).practice).map(({ id }) => id));
  const here = models.filter(({ providerId }) => free.has(providerId));
  if (here.length === 0) return '';
  return here.every(({ model }) => isPracticeModel(model))
    ? `Free: the ${PRACTICE_LABEL} answers.`
    : 'Free: the engine on this machine answers.';
}
