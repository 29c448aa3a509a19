import type { Core } from './core.ts';
import type { ModelReader } from './models.ts';
import type { PreferenceActions } from './types.ts';

export function createPreferenceActions(core: Core, models: ModelReader): PreferenceActions {
  const { settings, documents, exportFolder } = core.deps;
  return {
    setTheme(theme) {
      core.set({ theme });
      core.guard('The theme is used until the app ends.', () => settings.setTheme(theme));
    },
    prices: () => settings.prices(),
    dataFolder: () => documents.dataFolder(),
    refreshModels: () => models.refresh(),
    exportFolder: () => exportFolder,
  };
}
