import type { Outcome } from '../../domain/common/outcome.ts';
import { mendedBaseUrl } from '../../domain/provider/base-url.ts';
import { kindFacts } from '../../domain/provider/kinds.ts';
import { isBuiltIn } from '../../domain/provider/profiles.ts';
import type { KeySource, ProviderProfile } from '../../domain/provider/provider.ts';
import type { WorkbenchContext } from '../core/context.ts';
import { atProvider, type ModelReader } from './models.ts';

export interface SettingsActions {
  /** Gives the base URL it is kept with where that is another than was written; null where it is not. */
  saveProfile(profile: ProviderProfile): string | null;
  removeProfile(id: string): void;
  /** Kept in a 0600 file apart from the settings; null forgets it. */
  setKey(profileId: string, key: string | null): void;
  keySource(profileId: string): KeySource;
  /** `OPENAI_BASE_URL`; null when it is not set, or holds a password and so is not followed. */
  environmentUrl(): string | null;
  /** Says what the server said, or what failed and what to do. */
  testConnection(profileId: string): Promise<Outcome<string>>;
  use(profileId: string): void;
}

const EMBEDDED = 'embedded';
const KEPT = 'The settings are as they were.';

export function createSettingsActions(context: WorkbenchContext, models: ModelReader): SettingsActions {
  const { settings, secrets, providers, jobs, environmentUrl } = context.deps;
  const profiles = (): readonly ProviderProfile[] => context.store.getState().profiles;

  function saveProfiles(next: readonly ProviderProfile[]): void {
    settings.saveProfiles(next);
    context.set({ profiles: settings.profiles() });
  }

  function refreshIfCurrent(profileId: string): void {
    if (context.project().providerId === profileId) models.refresh();
  }

  function use(profileId: string): void {
    const profile = profiles().find(({ id }) => id === profileId);
    const { id, providerId } = context.project();
    if (profile === undefined || providerId === profileId) return;
    context.projectAutosave.change(id, (project) => atProvider(project, profile, jobs.list(id)));
    // Where no names of models are known beforehand, the server's own list decides.
    models.refresh(kindFacts(profile.kind).models === null);
    context.note(`${profile.name} is used for this project.`);
  }

  return {
    use,
    saveProfile(given) {
      const mended = given.kind === 'azure' || given.baseUrl === null ? null : mendedBaseUrl(given.baseUrl);
      const profile = mended === null ? given : { ...given, baseUrl: mended };
      context.guard(KEPT, () => {
        const known = profiles().some(({ id }) => id === profile.id);
        const replaced = profiles().map((other) => (other.id === profile.id ? profile : other));
        saveProfiles(known ? replaced : [...profiles(), profile]);
        refreshIfCurrent(profile.id);
      });
      return mended;
    },
    removeProfile(profileId) {
      if (isBuiltIn(profileId)) {
        context.note('This provider is always there; it cannot be removed.');
        return;
      }
      context.guard(KEPT, () => {
        if (context.project().providerId === profileId) use(EMBEDDED);
        secrets.set(profileId, null);
        context.reads.invalidate('keys');
        saveProfiles(profiles().filter(({ id }) => id !== profileId));
      });
    },
    setKey(profileId, key) {
      context.guard('The key was not saved.', () => {
        secrets.set(profileId, key);
        context.reads.invalidate('keys');
        refreshIfCurrent(profileId);
      });
    },
    keySource: (profileId) => secrets.source(profileId),
    environmentUrl: () => environmentUrl,
    testConnection: (profileId) =>
      context.attempt(KEPT, async () => {
        const provider = await providers.connect(profileId);
        const listed = await provider.models.list();
        return `${provider.name} answers: ${listed.length} models.`;
      }),
  };
}
