import type { BakeoffStore, EvaluationStore, VoteStore } from '../../../src/app/runtime/ports.ts';
import type { Bakeoff } from '../../../src/domain/bakeoff/types.ts';
import type { Evaluation, EvaluationItem, Vote } from '../../../src/domain/evaluation/types.ts';

export class MemoryEvaluations implements EvaluationStore {
  private readonly kept = new Map<string, { evaluation: Evaluation; items: readonly EvaluationItem[] }>();

  save(evaluation: Evaluation, items: readonly EvaluationItem[]): void {
    this.kept.set(evaluation.id, { evaluation, items });
  }

  get(id: string): Evaluation | null {
    return this.kept.get(id)?.evaluation ?? null;
  }

  list(projectId: string): readonly Evaluation[] {
    const all = Array.from(this.kept.values(), ({ evaluation }) => evaluation);
    return all.filter((evaluation) => evaluation.projectId === projectId).toReversed();
  }

  items(id: string): readonly EvaluationItem[] {
    return this.kept.get(id)?.items ?? [];
  }

  remove(id: string): void {
    this.kept.delete(id);
  }
}

export class MemoryVotes implements VoteStore {
  private readonly kept: { readonly evaluationId: string; readonly vote: Vote }[] = [];

  list(evaluationId: string): readonly Vote[] {
    return this.kept.filter((entry) => entry.evaluationId === evaluationId).map(({ vote }) => vote);
  }

  add(evaluationId: string, vote: Vote): void {
    this.kept.push({ evaluationId, vote });
  }

  removeNewest(evaluationId: string): boolean {
    const newest = this.kept.findLastIndex((entry) => entry.evaluationId === evaluationId);
    if (newest >= 0) this.kept.splice(newest, 1);
    return newest >= 0;
  }
}

export class MemoryBakeoffs implements BakeoffStore {
  private readonly kept = new Map<string, Bakeoff>();

  save(bakeoff: Bakeoff): void {
    this.kept.set(bakeoff.id, bakeoff);
  }

  get(id: string): Bakeoff | null {
    return this.kept.get(id) ?? null;
  }

  list(projectId: string | null): readonly Bakeoff[] {
    return [...this.kept.values()].filter((one) => projectId === null || one.projectId === projectId).toReversed();
  }
}
