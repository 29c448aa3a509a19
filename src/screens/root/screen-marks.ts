import { type AppState, latestOperation } from '../../app/core/state.ts';
import type { StatusKind } from '../../components/feedback/status.tsx';
import { problemRows, type RowCounts } from '../../domain/dataset/types.ts';
import type { ScreenId } from '../../domain/project/types.ts';
import { hasErrors } from '../../domain/template/problems.ts';
import type { TemplateFinding } from '../../domain/template/types.ts';
import type { JobStatus } from '../../domain/training/types.ts';

/** What the screen bar tells of the work of the current project. */
export interface MarkFacts {
  readonly findings: readonly TemplateFinding[];
  /** True while there is no teacher prompt: rows come by import then. */
  readonly templateUnused: boolean;
  readonly counts: RowCounts;
  readonly generating: 'running' | 'paused' | null;
  readonly evaluating: 'running' | 'paused' | null;
  readonly uploading: boolean;
  /** Of the newest job; null before the first. */
  readonly jobStatus: JobStatus | null;
  readonly turns: number;
  readonly answering: boolean;
  readonly evaluations: number;
  readonly modelsFailed: boolean;
}

const JOB_MARKS: Readonly<Record<JobStatus, StatusKind>> = {
  validating_files: 'running',
  queued: 'running',
  running: 'running',
  paused: 'paused',
  succeeded: 'done',
  failed: 'error',
  cancelled: 'cancelled',
  unknown: 'warn',
};

function templateMark({ findings, templateUnused }: MarkFacts): StatusKind {
  if (templateUnused) return 'idle';
  return hasErrors(findings) ? 'error' : 'done';
}

/** How the work of each screen stands; null where a screen has no work of its own. */
export function screenMarks(facts: MarkFacts): Readonly<Record<ScreenId, StatusKind | null>> {
  const { counts, generating, evaluating } = facts;
  const rows = counts.total === 0 ? 'idle' : 'done';
  return {
    home: null,
    template: templateMark(facts),
    generate: generating ?? rows,
    dataset: problemRows(counts) > 0 ? 'warn' : rows,
    train: facts.uploading ? 'running' : facts.jobStatus === null ? 'idle' : JOB_MARKS[facts.jobStatus],
    chat: facts.answering ? 'running' : facts.turns > 0 ? 'done' : 'idle',
    evaluate: evaluating ?? (facts.evaluations > 0 ? 'done' : 'idle'),
    settings: facts.modelsFailed ? 'error' : null,
  };
}

type MarkedKind = 'generate' | 'evaluate' | 'upload' | 'chat';

/** Whether the newest operation of this kind in the project runs or is paused; null when it does neither. */
export function liveStatus(state: AppState, kind: MarkedKind): 'running' | 'paused' | null {
  const operation = latestOperation(state, kind);
  if (operation === null || operation.endedAt !== null) return null;
  return operation.status === 'paused' ? 'paused' : 'running';
}
