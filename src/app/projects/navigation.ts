import type { Problem } from '../../domain/common/outcome.ts';
import type { ScreenId } from '../../domain/project/types.ts';
import type { WorkbenchContext } from '../core/context.ts';

export interface NavigationActions {
  go(screen: ScreenId): void;
  /** Goes to Dataset with this row selected: see `AppState.openRowId`. */
  openRow(id: string): void;
  note(text: string): void;
  /** Shows what an Outcome says went wrong, until it is dismissed. */
  problem(problem: Problem): void;
  dismiss(): void;
  /** OSC 52; says so in a note. */
  copy(text: string, what: string): void;
  /** Opens `text` in $EDITOR and gives back what was saved, or null when it was left unchanged. */
  editExternally(text: string, extension: string): Promise<string | null>;
  cancelOperation(id: string): void;
}

export function createNavigation(core: WorkbenchContext): NavigationActions {
  const { desktop, registry } = core.deps;

  function go(screen: ScreenId): void {
    core.set({ screen, openRowId: null });
    core.projectAutosave.change(core.project().id, (project) =>
      project.screen === screen ? project : { ...project, screen },
    );
  }

  return {
    go,
    openRow(id) {
      go('dataset');
      core.set({ openRowId: id });
    },
    note: (text) => core.note(text),
    problem: (problem) => core.problem(problem),
    dismiss: () => core.set({ notice: null }),
    copy(text, what) {
      core.guard('Nothing was copied.', () => {
        desktop.copy(text);
        core.note(`Copied ${what}.`);
      });
    },
    async editExternally(text, extension) {
      const edited = await core.attempt('The text is as it was.', () => desktop.editExternally(text, extension));
      if (edited.ok) return edited.value;
      core.problem(edited.problem);
      return null;
    },
    cancelOperation: (id) => registry.cancel(id),
  };
}
