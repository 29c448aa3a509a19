import type { PromptPairs } from '../../domain/dataset/preferences.ts';
import type { Row } from '../../domain/dataset/types.ts';
import type { Parts } from '../../domain/evaluation/statistics/parts.ts';
import type { Project } from '../../domain/project/types.ts';
import { datasetRun } from '../../domain/tracking/datasetRun.ts';
import type { TrackedRun } from '../../domain/tracking/types.ts';
import { EndedEarly } from '../channel/ends.ts';
import { inSlices } from '../channel/slices.ts';
import { splitLineParts, splitPairParts } from '../dataset/trainingFiles.ts';
import type { RowStore } from '../ports.ts';

export interface DatasetGathering {
  readonly signal?: AbortSignal | undefined;
  /** Every preference pair of the project, by prompt: what is trained on under DPO, and cannot be left out then. */
  readonly pairs?: ((project: Project) => Promise<readonly PromptPairs[]> | readonly PromptPairs[]) | undefined;
}

/** What a project would be trained on now, as a run: its rows, or under DPO its pairs. */
export async function gatherDataset(
  rows: Pick<RowStore, 'scan'>,
  project: Project,
  { signal, pairs }: DatasetGathering = {},
): Promise<TrackedRun> {
  const { training: plan, template } = project;
  let changedAt = 0;
  function* watched(): Generator<Row, void, undefined> {
    for (const row of rows.scan(project.id, {})) {
      changedAt = Math.max(changedAt, row.updatedAt);
      yield row;
    }
  }
  function* linesOfPairs(prompts: readonly PromptPairs[]): ReturnType<typeof splitPairParts> {
    for (const _ of watched()) yield;
    return yield* splitPairParts(prompts, plan);
  }
  const lines =
    plan.method === 'dpo' ? linesOfPairs(await pairsOf(project, pairs)) : splitLineParts(watched(), template, plan);
  function* whole(): Parts<TrackedRun> {
    const { training, validation } = yield* lines;
    if (training.length + validation.length === 0) throw nothing(project);
    return yield* datasetRun({ projectName: project.name, training, validation, changedAt });
  }
  return inSlices(whole(), signal);
}

async function pairsOf(project: Project, pairs: DatasetGathering['pairs']): Promise<readonly PromptPairs[]> {
  if (pairs === undefined) throw new Error(`${project.name} is trained on pairs, and nobody gave any.`);
  return pairs(project);
}

function nothing({ training }: Project): EndedEarly {
  const saved = 'Nothing was sent.';
  return new EndedEarly(
    'failed',
    training.method === 'dpo'
      ? {
          what: 'There is no pair to keep a version of.',
          saved,
          next: 'Accept an answer and reject another of the same prompt in Dataset (4), or vote blind in Evaluate.',
        }
      : {
          what: 'There is no row to keep a version of.',
          saved,
          next: 'Generate or import rows, or accept some, in Dataset (4).',
        },
  );
}
