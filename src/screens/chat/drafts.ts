import type { Workbench } from '../../state/workbench/types.ts';
import { type Drafts, NO_DRAFTS } from './reducer.ts';

/** One workbench, one window: what was half written there is found again after a visit to another screen. */
const kept = new WeakMap<Workbench, Map<string, Drafts>>();

export function draftsOf(workbench: Workbench, projectId: string): Drafts {
  return kept.get(workbench)?.get(projectId) ?? NO_DRAFTS;
}

export function keepDrafts(workbench: Workbench, projectId: string, drafts: Drafts): void {
  const byProject = kept.get(workbench) ?? new Map<string, Drafts>();
  byProject.set(projectId, drafts);
  kept.set(workbench, byProject);
}
