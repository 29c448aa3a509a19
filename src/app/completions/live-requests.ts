import type { OperationHandle, OperationProgress } from '../runtime/operation.ts';
import type { RunControls } from './requests.ts';

export interface RunHandle<D extends OperationProgress> extends OperationHandle<D>, RunControls {
  /** Begins no more calls and ends, as cancelled, when the answers under way are on disk. */
  finish(): void;
}

/** The runs that have not ended, each under a key of its own, and one hand on all of those of the current project. */
export class LiveRequests<D extends OperationProgress> implements RunControls {
  private readonly handles = new Map<string, RunHandle<D>>();
  private readonly currentProjectId: () => string;

  constructor(currentProjectId: () => string) {
    this.currentProjectId = currentProjectId;
  }

  /** Keeps the handle until its run ends. A later one under the same key takes its place. */
  keep(key: string, handle: RunHandle<D>): void {
    this.handles.set(key, handle);
    void handle.finished.then(() => {
      if (this.handles.get(key) === handle) this.handles.delete(key);
    });
  }

  /** Whether a run of the current project goes on. */
  get any(): boolean {
    return this.ofProject().length > 0;
  }

  cancel(key: string): void {
    this.handles.get(key)?.cancel();
  }

  pause(): void {
    for (const handle of this.ofProject()) handle.pause();
  }

  resume(): void {
    for (const handle of this.ofProject()) handle.resume();
  }

  setCap(usd: number | null): void {
    for (const handle of this.ofProject()) handle.setCap(usd);
  }

  setConcurrency(setting: number | 'auto'): void {
    for (const handle of this.ofProject()) handle.setConcurrency(setting);
  }

  private ofProject(): readonly RunHandle<D>[] {
    return [...this.handles.values()].filter((handle) => {
      const { endedAt, projectId } = handle.snapshot();
      return endedAt === null && projectId === this.currentProjectId();
    });
  }
}
