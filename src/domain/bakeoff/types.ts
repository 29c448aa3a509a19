import type { EvaluationPlan } from '../evaluation/types.ts';
import type { BakeoffTarget } from './target-settings.ts';

/** One dataset to several targets at once, as it is kept: what is to be trained and measured. What became of it follows from jobs and answers. */
export interface Bakeoff {
  /** Of a file the id follows from the content; also the id of the evaluation it is measured by. */
  readonly id: string;
  readonly projectId: string;
  readonly name: string;
  /** Milliseconds since the epoch. */
  readonly createdAt: number;
  readonly targets: readonly BakeoffTarget[];
  /** The file it is trained on, whole path; null for the rows of a project. */
  readonly path: string | null;
  /** What is held out; null for the rows of a project. */
  readonly validationPath: string | null;
  /** What tells whether the rows are still those it was begun on, where the id does not. */
  readonly content?: string | undefined;
  /** Of subsets of the rows. */
  readonly seed: number;
  /** By how much a model may be below the best and still count as no worse, as a share; null where nobody set it. */
  readonly margin: number | null;
  /** US$ it may spend in all, training included; null: no cap. */
  readonly capUsd: number | null;
  /** Whether targets whose loss on held-out rows is clearly behind are cancelled. */
  readonly stopBehind: boolean;
  readonly graders: EvaluationPlan['graders'];
  readonly sampling: EvaluationPlan['sampling'];
  /** By the id of a target, why it was stopped early. */
  readonly stopped: Readonly<Record<string, string>>;
  /** By the id of a target, the name its tuned model answers by where that is another than its own. */
  readonly deployed: Readonly<Record<string, string>>;
}
