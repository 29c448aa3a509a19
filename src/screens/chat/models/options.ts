import type { ModelInfo } from '../../../domain/provider/types.ts';
import type { Checkpoint, JobRecord } from '../../../domain/training/types.ts';
import { isPracticeModel } from './names.ts';

export interface ModelOption {
  readonly id: string;
  /** What it is and where it comes from, in words. */
  readonly note: string;
}

export interface ModelSources {
  /** The provider's own list. */
  readonly models: readonly ModelInfo[];
  /** Whether that list has been read. */
  readonly complete: boolean;
  /** Jobs of this project, newest first. */
  readonly jobs: readonly JobRecord[];
  readonly providerId: string;
  readonly checkpoints: (jobId: string) => readonly Checkpoint[];
  /** Asked now; they stay in the list even where the provider does not name them. */
  readonly chosen: readonly string[];
}

interface Found extends ModelOption {
  readonly rank: number;
}

function ofJobs({ jobs, providerId, checkpoints }: ModelSources): readonly Found[] {
  const own = jobs.filter((record) => record.providerId === providerId);
  const tuned = own.flatMap(({ job }): Found[] =>
    job.fineTunedModel === null ? [] : [{ id: job.fineTunedModel, note: `tuned from ${job.model}`, rank: 0 }],
  );
  const saved = own.flatMap(({ job }) =>
    checkpoints(job.id).map(({ model, step }): Found => ({ id: model, note: `checkpoint at step ${step}`, rank: 1 })),
  );
  return [...tuned, ...saved];
}

function noteOf(model: ModelInfo): string {
  const closing = model.shutdownDate === null ? [] : [`shuts down ${model.shutdownDate}`];
  return [model.tuned ? 'tuned' : 'base', ...closing].join(', ');
}

/** Models to choose from: tuned here, their checkpoints, other tuned ones, then the rest; each once. */
export function modelOptions(sources: ModelSources): readonly ModelOption[] {
  const listed = sources.models.map(
    (model): Found => ({
      id: model.id,
      note: noteOf(model),
      rank: model.tuned ? 2 : 3,
    }),
  );
  const asked = sources.chosen.map(
    (id): Found => ({ id, note: sources.complete ? 'not in the list of this provider' : 'asked now', rank: 4 }),
  );
  const seen = new Set<string>();
  return [...ofJobs(sources), ...listed, ...asked]
    .filter(({ id }) => !seen.has(id) && seen.add(id))
    .toSorted((a, b) => a.rank - b.rank)
    .map(({ id, note }) => ({ id, note: isPracticeModel(id) ? `practice engine, ${note}` : note }));
}

/** Options with every word of the query; a name that none of them is can be taken as typed. */
export function searchModels(options: readonly ModelOption[], query: string): readonly ModelOption[] {
  const typed = query.trim();
  const words = typed.toLowerCase().split(/\s+/).filter(Boolean);
  const found = options.filter(({ id, note }) => words.every((word) => `${id} ${note}`.toLowerCase().includes(word)));
  const known = options.some(({ id }) => id === typed);
  return typed === '' || known || /\s/.test(typed) ? found : [...found, { id: typed, note: 'as typed' }];
}

/** Adds or removes a model; null when three are chosen already. */
export function toggleModel(chosen: readonly string[], id: string, most: number): readonly string[] | null {
  if (chosen.includes(id)) return chosen.filter((other) => other !== id);
  return chosen.length >= most ? null : [...chosen, id];
}
