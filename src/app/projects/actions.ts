import type { ColumnMapping } from '../../domain/importing/records.ts';
import { duplicateProject, newProject } from '../../domain/project/project.ts';
import type { Project } from '../../domain/project/types.ts';
import { EXAMPLE_TEMPLATES, type ExampleName, NDA } from '../../domain/template/examples.ts';
import type { Template } from '../../domain/template/types.ts';
import type { WorkbenchContext } from '../core/context.ts';
import type { ConflictChoice } from '../core/project-autosave.ts';
import type { UndoStack } from '../core/undo.ts';
import type { ImportActions } from '../dataset/import-actions.ts';
import type { ModelReader } from '../settings/models.ts';

/** What screens can do. Nothing here throws: what goes wrong is an Outcome, or a problem in `AppState.notice`. */

export interface ProjectActions {
  /** A new project from an example or empty; becomes the current one. The rows of `nda` are imported into it. */
  create(name: string, from: ExampleName): void;
  open(id: string): void;
  rename(id: string, name: string): void;
  /** Copies template, plans and rows; becomes the current one. */
  duplicate(id: string): void;
  remove(id: string): void;
  /** Changes the current project; on disk within half a second and before the app ends. */
  update(change: (project: Project) => Project): void;
  /** Answers `AppState.templateConflict`. */
  settleConflict(choice: ConflictChoice): void;
  /** Of the current project: what is being written meets what another window saved. */
  clash(id: string, mine: Template): void;
}

const KEPT = 'The projects are as they were.';

/** How the columns of `examples/nda.csv` become messages. */
const NDA_MAPPING: ColumnMapping = {
  system: NDA.system,
  user: '{text}',
  assistant: '{answer}',
  label: 'answer',
  group: 'document',
};

export function createProjectActions(
  context: WorkbenchContext,
  models: ModelReader,
  undo: UndoStack,
  imports: Pick<ImportActions, 'start'>,
): ProjectActions {
  const { examplesFolder, projects, projectRows, newId, clock, rows, jobs, ledger, registry } = context.deps;

  function enter(project: Project): void {
    const before = context.project();
    context.projectAutosave.flush();
    projects.setCurrent(project.id);
    ledger.name(project.id, project.name);
    undo.clear();
    context.set({
      project,
      screen: project.screen,
      openRowId: null,
      counts: rows.counts(project.id, {}),
      jobs: jobs.list(project.id),
      spending: ledger.totals(project.id),
    });
    context.reads.invalidate('rows', 'jobs', 'evaluations', 'tracking', 'conversation');
    if (before.providerId !== project.providerId) models.refresh();
  }

  function create(name: string, from: ExampleName): Project {
    const template = EXAMPLE_TEMPLATES[from];
    const project = newProject({ id: newId(), now: clock.now(), name: name.trim() || template.name, template });
    context.projectAutosave.add(project);
    return project;
  }

  /** What still runs there is cancelled; its last rows are cleared away when it has ended. */
  function clearWhenIdle(projectId: string): void {
    const running = registry.list().filter((known) => known.projectId === projectId && known.endedAt === null);
    for (const { id } of running) registry.cancel(id);
    projectRows.clear(projectId);
    if (running.length === 0) return;
    const stop = registry.subscribe(() => {
      if (registry.list().some((known) => known.projectId === projectId && known.endedAt === null)) return;
      stop();
      context.guard(KEPT, () => projectRows.clear(projectId));
    });
  }

  async function importExample(): Promise<void> {
    const outcome = await imports.start({ kind: 'file', path: `${examplesFolder}/nda.csv` }, NDA_MAPPING);
    if (outcome.ok) context.note(outcome.value.summary);
    else context.problem(outcome.problem);
  }

  return {
    create: (name, from) =>
      context.guard(KEPT, () => {
        enter(create(name, from));
        if (from === 'nda') void importExample();
      }),
    open(id) {
      const project = context.projectAutosave.find(id);
      if (project === null) context.note('This project is gone.');
      else context.guard(KEPT, () => enter(project));
    },
    rename(id, name) {
      const trimmed = name.trim();
      if (trimmed === '') context.note('A project needs a name.');
      else context.projectAutosave.change(id, (project) => ({ ...project, name: trimmed }));
    },
    duplicate(id) {
      const source = context.projectAutosave.find(id);
      if (source === null) return;
      context.guard(KEPT, () => {
        const copy = duplicateProject(source, { id: newId(), now: clock.now(), name: `${source.name}, copy` });
        context.projectAutosave.add(copy);
        projectRows.copy(source.id, copy.id);
        enter(copy);
      });
    },
    remove(id) {
      context.guard(KEPT, () => {
        const wasCurrent = context.project().id === id;
        context.projectAutosave.drop(id);
        context.screenStates.drop(id);
        clearWhenIdle(id);
        if (wasCurrent) enter(projects.list().find((known) => known.id !== id) ?? create('', 'dnd'));
      });
    },
    clash: (id, mine) => context.projectAutosave.clash(id, mine),
    settleConflict: (choice) => context.guard(KEPT, () => context.projectAutosave.settleConflict(choice)),
    update: (change) => context.projectAutosave.change(context.project().id, change),
  };
}
