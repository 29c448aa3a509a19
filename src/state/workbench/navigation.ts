import type { ScreenId } from '../../domain/project/types.ts';
import type { Core } from './core.ts';
import type { NavigationActions } from './types.ts';

export function createNavigation(core: Core): NavigationActions {
  const { desktop, registry } = core.deps;

  function go(screen: ScreenId): void {
    core.set({ screen });
    core.keeper.change(core.project().id, (project) => (project.screen === screen ? project : { ...project, screen }));
  }

  return {
    go,
    openRow(id) {
      core.set({ openRowId: id });
      go('dataset');
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
