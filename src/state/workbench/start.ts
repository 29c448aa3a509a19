import { predictionsOf } from '../../domain/evaluation/identity.ts';
import { newProject } from '../../domain/project/project.ts';
import type { Project } from '../../domain/project/types.ts';
import { DND } from '../../domain/template/examples.ts';
import { type AppStore, createAppStore } from '../store.ts';
import type { AppState, Notice } from '../types.ts';
import { createWorkbench, type RunningWorkbench } from './create.ts';
import type { WorkbenchDeps } from './deps.ts';
import { summaryOf } from './keeper.ts';

export interface StartedWorkbench extends RunningWorkbench {
  readonly store: AppStore;
}

/**
 * Reads what is kept and puts store and workbench together; the very first start makes the D&D example. Nothing here
 * waits for a network: call `resume` when the first frame is drawn.
 */
export function startWorkbench(deps: WorkbenchDeps): StartedWorkbench {
  const store = createAppStore(initialState(deps));
  return { store, ...createWorkbench(deps, store) };
}

function initialState(deps: WorkbenchDeps): AppState {
  const { projects, settings, rows, jobs } = deps;
  const kept = projects.list();
  const project = kept.find(({ id }) => id === projects.current()) ?? kept[0] ?? firstProject(deps);
  const all = kept.length === 0 ? [project] : kept;
  return {
    screen: project.screen,
    project,
    projects: all.map(summaryOf),
    profiles: settings.profiles(),
    models: { status: 'loading', models: [] },
    operations: [],
    counts: rows.counts(project.id, {}),
    rowsVersion: 0,
    jobs: jobs.list(project.id),
    jobsVersion: 0,
    evaluationsVersion: 0,
    evaluationCosts: rows.counts(predictionsOf(project.id), {}),
    trackingVersion: 0,
    theme: settings.theme(),
    openRowId: null,
    // Last, for all that was read before may have found a corrupt file.
    notice: recoveryNotice(settings.recovered()),
  };
}

function firstProject({ projects, newId, clock }: WorkbenchDeps): Project {
  const project = newProject({ id: newId(), now: clock.now(), name: DND.name, template: DND });
  projects.save(project);
  projects.setCurrent(project.id);
  return project;
}

function recoveryNotice(recovered: readonly string[]): Notice | null {
  if (recovered.length === 0) return null;
  const saved = 'What could not be read is kept beside it, unchanged.';
  const next = 'Go on with the defaults, or mend the file and start again.';
  return { id: 0, kind: 'problem', problem: { what: recovered.join(' '), saved, next } };
}
