import type { Problem } from '../../domain/common/outcome.ts';
import type { Project } from '../../domain/project/types.ts';
import { problemOf } from '../runtime/errors.ts';
import { coalesce } from '../runtime/pacing.ts';
import type { WorkbenchDeps } from './deps.ts';
import type { AppStore, ProjectSummary } from './state.ts';

/** A change is on disk within this. */
const SAVE_MS = 500;

/** Keeps projects on disk while they are changed: often enough to lose nothing, seldom enough not to be felt. */
export interface ProjectAutosave {
  /** Changes a project, current or not; unknown ids are passed over. */
  change(id: string, change: (project: Project) => Project): void;
  /** A new project, on disk at once. */
  add(project: Project): void;
  /** Forgets a project; a late change of it does not bring it back. */
  drop(id: string): void;
  find(id: string): Project | null;
  flush(): void;
  close(): void;
}

export const summaryOf = ({ id, name, updatedAt }: Project): ProjectSummary => ({ id, name, updatedAt });

type Deps = Pick<WorkbenchDeps, 'projects' | 'clock'>;

export function createProjectAutosave(
  deps: Deps,
  store: AppStore,
  report: (problem: Problem) => void,
): ProjectAutosave {
  const { projects, clock } = deps;
  const unsaved = new Map<string, Project>();

  function save(): void {
    for (const project of [...unsaved.values()]) {
      try {
        projects.save(project);
        unsaved.delete(project.id);
      } catch (error) {
        report(
          problemOf(error, 'The change is in this window but not on disk.', 'Free the disk, then change anything.'),
        );
      }
    }
  }
  const saving = coalesce(clock, SAVE_MS, save);

  function find(id: string): Project | null {
    const { project } = store.getState();
    if (project.id === id) return project;
    return unsaved.get(id) ?? projects.list().find((known) => known.id === id) ?? null;
  }

  function publish(project: Project, before: Project | null): void {
    const state = store.getState();
    if (state.project.id === project.id) store.setState({ project });
    if (before?.name === project.name) return;
    const others = state.projects.filter(({ id }) => id !== project.id);
    store.setState({ projects: [summaryOf(project), ...others] });
  }

  return {
    find,
    change(id, change) {
      const before = find(id);
      if (before === null) return;
      const changed = change(before);
      if (changed === before) return;
      const project = { ...changed, id, updatedAt: clock.now() };
      unsaved.set(id, project);
      publish(project, before);
      saving.touch();
    },
    add(project) {
      unsaved.set(project.id, project);
      save();
      publish(project, null);
    },
    drop(id) {
      unsaved.delete(id);
      projects.remove(id);
      store.setState({ projects: store.getState().projects.filter((known) => known.id !== id) });
    },
    flush: save,
    close() {
      save();
      saving.close();
    },
  };
}
