import type { Evaluation, EvaluationItem } from '../../domain/evaluation/types.ts';
import { type BuyDeps, Buying } from '../buying/buy.ts';
import type { BuyingControls, WhenCapped } from '../buying/types.ts';
import { EndedEarly } from '../channel/ends.ts';
import type { EvaluateDetail, OperationHandle } from '../channel/types.ts';
import type { OperationDeps } from '../deps.ts';
import { compileGraders } from './grading.ts';
import { Questions } from './questions.ts';
import { judgeQuestions, judgeWork, predictionWork } from './work.ts';

export type EvaluateDeps = BuyDeps & Pick<OperationDeps, 'prices'>;
export type EvaluateHandle = OperationHandle<EvaluateDetail> & BuyingControls;

export interface EvaluateRequest {
  readonly evaluation: Evaluation;
  readonly items: readonly EvaluationItem[];
  /** What a run does at its cap: `wait` for a higher one (the default), or `end`. */
  readonly whenCapped?: WhenCapped;
}

/**
 * Asks every model what is not answered yet, then the judges, as one operation under one cap. Begun again it goes on:
 * answers that are there are kept, failed calls are made again.
 */
export function startEvaluate(deps: EvaluateDeps, { evaluation, items, whenCapped }: EvaluateRequest): EvaluateHandle {
  const { id: evaluationId, projectId, plan } = evaluation;
  const questions = new Questions(evaluation, items, deps.prices());
  const judged = judgeTotal(deps, questions);
  const buying = new Buying<EvaluateDetail>(deps, {
    targets: questions.targets,
    phases: [
      () => predictionWork(deps.rows, questions),
      () => {
        judged.settle();
        return judgeWork(deps.rows, questions);
      },
    ],
    total: () => questions.predictions + judged.total(),
    detailOf: (progress) => ({ kind: 'evaluate', evaluationId, ...progress }),
    noun: 'answers',
    concurrency: plan.concurrency,
    capUsd: plan.capUsd,
    whenCapped: whenCapped ?? 'wait',
  });
  const handle = deps.registry.start<EvaluateDetail>({
    projectId,
    title: `Evaluate ${evaluation.name}`,
    detail: buying.detail(),
    run: (context) => {
      const broken = compileGraders(plan.graders);
      if (!broken.ok) throw new EndedEarly('failed', broken.problem);
      return buying.run(context);
    },
  });
  return {
    ...handle,
    pause: () => buying.pause(),
    resume: () => buying.resume(),
    setCap: (usd) => buying.setCap(usd),
    setConcurrency: (setting) => buying.setConcurrency(setting),
  };
}

/** How much there is to judge: two questions an answer until the answers are there, then what they really take. */
function judgeTotal(deps: Pick<EvaluateDeps, 'rows'>, questions: Questions) {
  let known: number | null = null;
  return {
    total: () => known ?? questions.predictions * questions.judges.length * 2,
    settle() {
      known = 0;
      for (const _ of judgeQuestions(deps.rows, questions)) known += 1;
    },
  };
}
