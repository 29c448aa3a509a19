import type { Problem } from '../../domain/common/outcome.ts';
import { isSameProject, mergeProject } from '../../domain/project/merge.ts';
import { duplicateProject } from '../../domain/project/project.ts';
import type { Project } from '../../domain/project/types.ts';
import type { Template } from '../../domain/template/types.ts';
import { problemOf } from '../runtime/errors.ts';
import { coalesce } from '../runtime/pacing.ts';
import type { WorkbenchDeps } from './deps.ts';
import type { AppStore, ProjectSummary } from './state.ts';

/** A change is on disk within this. */
const SAVE_MS = 500;
/** What a key changed is drawn before it is saved: a file that is to survive a power cut keeps the thread for as long as a frame takes, and longer. */
const FIRST_MS = 60;

/** What becomes of a template that another window saved meanwhile: theirs is taken, ours, or ours as a project beside. */
export type ConflictChoice = 'theirs' | 'mine' | 'beside';

/** Keeps projects on disk while they are changed: often enough to lose nothing, seldom enough not to be felt. */
export interface ProjectAutosave {
  /** Changes a project, current or not; unknown ids are passed over. */
  change(id: string, change: (project: Project) => Project): void;
  /** A new project, on disk at once. */
  add(project: Project): void;
  /** Forgets a project; a late change of it does not bring it back. */
  drop(id: string): void;
  find(id: string): Project | null;
  /** Takes in what another window saved of the current project, where nothing here is unsaved; whether it did. */
  look(): boolean;
  /** A template that was being written here when another window's came in: asked about, neither is lost. */
  clash(id: string, mine: Template): void;
  /** Answers `AppState.templateConflict`. */
  settleConflict(choice: ConflictChoice): void;
  flush(): void;
  close(): void;
}

export const summaryOf = ({ id, name, updatedAt }: Project): ProjectSummary => ({ id, name, updatedAt });

type Deps = Pick<WorkbenchDeps, 'projects' | 'clock' | 'newId'>;

export function createProjectAutosave(
  deps: Deps,
  store: AppStore,
  report: (problem: Problem) => void,
): ProjectAutosave {
  const { projects, clock, newId } = deps;
  const unsaved = new Map<string, Project>();
  /** Each project as this window last saw it on disk. */
  const seen = new Map<string, Project>();
  const { project: first } = store.getState();
  seen.set(first.id, first);

  /** What goes to disk in place of what another window saved since: never over a template that was not seen here. */
  function reconciled(mine: Project): Project {
    const theirs = projects.get(mine.id);
    const before = seen.get(mine.id);
    const { templateConflict } = store.getState();
    if (theirs === null || before === undefined) return mine;
    if (templateConflict?.projectId === mine.id) return { ...mine, template: theirs.template };
    if (isSameProject(before, theirs)) return mine;
    const { project, conflict } = mergeProject(before, mine, theirs);
    if (!isSameProject(project, mine)) publish(project, mine);
    if (!conflict) return project;
    const { id: projectId, name, template } = mine;
    store.setState({ templateConflict: { projectId, name, mine: template, theirs: theirs.template } });
    return { ...project, template: theirs.template };
  }

  function save(): void {
    for (const project of [...unsaved.values()]) {
      try {
        const saved = reconciled(project);
        projects.save(saved);
        seen.set(saved.id, saved);
        unsaved.delete(project.id);
      } catch (error) {
        report(
          problemOf(error, 'The change is in this window but not on disk.', 'Free the disk, then change anything.'),
        );
      }
    }
  }
  const saving = coalesce(clock, SAVE_MS, save, FIRST_MS);

  function find(id: string): Project | null {
    const { project } = store.getState();
    if (project.id === id) return project;
    const known = unsaved.get(id);
    if (known !== undefined) return known;
    const found = projects.get(id);
    if (found !== null) seen.set(id, found);
    return found;
  }

  function publish(project: Project, before: Project | null): void {
    const state = store.getState();
    if (state.project.id === project.id) store.setState({ project });
    if (before?.name === project.name) return;
    const others = state.projects.filter(({ id }) => id !== project.id);
    store.setState({ projects: [summaryOf(project), ...others] });
  }

  function change(id: string, alter: (project: Project) => Project): void {
    const before = find(id);
    if (before === null) return;
    const changed = alter(before);
    if (changed === before) return;
    const project = { ...changed, id, updatedAt: clock.now() };
    unsaved.set(id, project);
    publish(project, before);
    saving.touch();
  }

  function look(): boolean {
    const { project: mine, templateConflict } = store.getState();
    const before = seen.get(mine.id);
    if (before === undefined || unsaved.has(mine.id) || templateConflict !== null) return false;
    const theirs = projects.get(mine.id);
    if (theirs === null || isSameProject(before, theirs)) return false;
    seen.set(mine.id, theirs);
    publish(mergeProject(before, mine, theirs).project, mine);
    return true;
  }

  function clash(id: string, mine: Template): void {
    const { project } = store.getState();
    if (project.id !== id) return;
    const { name, template: theirs } = project;
    store.setState({
      project: { ...project, template: mine },
      templateConflict: { projectId: id, name, mine, theirs },
    });
  }

  function add(project: Project): void {
    unsaved.set(project.id, project);
    save();
    publish(project, null);
  }

  function settleConflict(choice: ConflictChoice): void {
    const { templateConflict: conflict } = store.getState();
    if (conflict === null) return;
    const { projectId, theirs } = conflict;
    const source = find(projectId);
    // It may have been changed on since the question was put.
    const mine: Template = source !== null && source === store.getState().project ? source.template : conflict.mine;
    store.setState({ templateConflict: null });
    if (choice === 'beside' && source !== null) {
      const copy = duplicateProject(source, { id: newId(), now: clock.now(), name: `${source.name}, mine` });
      add({ ...copy, template: mine });
    }
    const newest = projects.get(projectId)?.template ?? theirs;
    change(projectId, (project) => ({ ...project, template: choice === 'mine' ? mine : newest }));
    save();
  }

  return {
    find,
    change,
    add,
    look,
    clash,
    settleConflict,
    drop(id) {
      unsaved.delete(id);
      projects.remove(id);
      store.setState({ projects: store.getState().projects.filter((known) => known.id !== id) });
    },
    flush: save,
    close() {
      save();
      // A question nobody answered loses neither template.
      settleConflict('beside');
      saving.close();
    },
  };
}
