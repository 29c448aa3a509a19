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
  /** On the clipboard, see `TerminalAccess.copy`; says so in a note that calls the text `what`. */
  copy(text: string, what: string): Promise<void>;
  /** Opens `text` in $EDITOR and gives back what was saved, or null when it was left unchanged. */
  editExternally(text: string, extension: string): Promise<string | null>;
  cancelOperation(id: string): void;
}

export function createNavigation(context: WorkbenchContext): NavigationActions {
  const { desktop, registry } = context.deps;

  function go(screen: ScreenId): void {
    context.set({ screen, openRowId: null });
    context.projectAutosave.change(context.project().id, (project) =>
      project.screen === screen ? project : { ...project, screen },
    );
  }

  return {
    go,
    openRow(id) {
      go('dataset');
      context.set({ openRowId: id });
    },
    note: (text) => context.note(text),
    problem: (problem) => context.problem(problem),
    dismiss: () => context.set({ notice: null }),
    async copy(text, what) {
      const copied = await context.attempt('Nothing was copied.', () => desktop.copy(text));
      if (!copied.ok) context.problem(copied.problem);
      else if (copied.value === 'desktop') context.note(`Copied ${what}.`);
      else context.note(`Copied ${what}, if the terminal lets programs copy.`);
    },
    async editExternally(text, extension) {
      const edited = await context.attempt('The text is as it was.', () => desktop.editExternally(text, extension));
      if (edited.ok) return edited.value;
      context.problem(edited.problem);
      return null;
    },
    cancelOperation: (id) => registry.cancel(id),
  };
}
