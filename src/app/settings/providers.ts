import type { Outcome } from '../../domain/common/outcome.ts';
import { mendedBaseUrl } from '../../domain/provider/base-url.ts';
import { edited, hostOf, isReadableOnTheWay, needsNoKey, originOf, variableOf } from '../../domain/provider/keys.ts';
import { kindFacts } from '../../domain/provider/kinds.ts';
import { isBuiltIn } from '../../domain/provider/profiles.ts';
import type { KeySource, ProviderProfile } from '../../domain/provider/provider.ts';
import type { WorkbenchContext } from '../core/context.ts';
import { atProvider, type ModelReader } from './models.ts';

/** What is known of a provider's key, never the key. */
export interface KeyFacts {
  readonly source: KeySource;
  /** The environment variable it is looked for in; null for none. */
  readonly variable: string | null;
  /** Whether calls are made without one. */
  readonly optional: boolean;
  /** The host that it would go to over plain http, where others can read it, and to which nobody let it; null for none. */
  readonly readableAt: string | null;
}

export interface Saved {
  /** The base URL it is kept with, where that is another than was written. */
  readonly mended: string | null;
  /** The host its key was for, which is forgotten since calls go to another now; null where nothing is. */
  readonly keyWasFor: string | null;
}

export interface SettingsActions {
  /** `from`: what a new one was made from. */
  saveProfile(profile: ProviderProfile, from?: ProviderProfile): Saved;
  removeProfile(id: string): void;
  /** Kept in a 0600 file apart from the settings, for the host the profile has; null forgets it. */
  setKey(profileId: string, key: string | null): void;
  keyFacts(profileId: string): KeyFacts;
  /** From now on the key goes over plain http to the address the profile has. */
  allowPlainHttp(profileId: string): void;
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
  const profileOf = (id: string): ProviderProfile | undefined => profiles().find((profile) => profile.id === id);
  const env = environmentUrl === null ? {} : { OPENAI_BASE_URL: environmentUrl };

  function saveProfiles(next: readonly ProviderProfile[]): void {
    settings.saveProfiles(next);
    context.set({ profiles: settings.profiles() });
  }

  function refreshIfCurrent(profileId: string): void {
    if (context.project().providerId === profileId) models.refresh();
  }

  function use(profileId: string): void {
    const profile = profileOf(profileId);
    const { id, providerId } = context.project();
    if (profile === undefined || providerId === profileId) return;
    context.projectAutosave.change(id, (project) => atProvider(project, profile, jobs.list(id)));
    // Where no names of models are known beforehand, the server's own list decides.
    models.refresh(kindFacts(profile.kind).models === null);
    context.note(`${profile.name} is used for this project.`);
  }

  /** A dialect that a person chose is no earlier version's: the profile gets the mark of a later one. */
  const chosen = (profile: ProviderProfile): ProviderProfile =>
    profile.keyVariable === undefined ? { ...profile, keyVariable: variableOf(profile, env) } : profile;

  return {
    use,
    saveProfile(given, from) {
      const mended = given.kind === 'azure' || given.baseUrl === null ? null : mendedBaseUrl(given.baseUrl);
      const known = profileOf(given.id);
      const before = known ?? from;
      const addressed = mended === null ? given : { ...given, baseUrl: mended };
      const isChosen = before !== undefined && before.jobDialect !== given.jobDialect;
      const after = isChosen ? chosen(addressed) : addressed;
      const { profile, keyWasFor } =
        before === undefined ? { profile: after, keyWasFor: null } : edited(before, after, env);
      const hadKey = before?.keyVariable || (known !== undefined && secrets.source(known.id) === 'file');
      context.guard(KEPT, () => {
        const replaced = profiles().map((other) => (other.id === profile.id ? profile : other));
        saveProfiles(known === undefined ? [...profiles(), profile] : replaced);
        if (keyWasFor !== null && known !== undefined) secrets.set(known.id, null);
        context.reads.invalidate('keys');
        refreshIfCurrent(profile.id);
      });
      return { mended, keyWasFor: hadKey ? keyWasFor : null };
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
    keyFacts(profileId) {
      const profile = profileOf(profileId);
      const source = secrets.source(profileId);
      const origin = profile === undefined ? null : originOf(profile, env);
      const sent = source === 'file' || source === 'environment';
      const open = sent && origin !== null && isReadableOnTheWay(origin) && profile?.plainHttp !== origin;
      return {
        source,
        variable: secrets.variable(profileId),
        optional: profile !== undefined && needsNoKey(profile, env),
        readableAt: open && origin !== null ? hostOf(origin) : null,
      };
    },
    allowPlainHttp(profileId) {
      const profile = profileOf(profileId);
      if (profile === undefined) return;
      context.guard(KEPT, () => {
        const allowed = { ...profile, plainHttp: originOf(profile, env) };
        saveProfiles(profiles().map((other) => (other.id === profileId ? allowed : other)));
        context.reads.invalidate('keys');
        refreshIfCurrent(profileId);
      });
    },
    environmentUrl: () => environmentUrl,
    testConnection: (profileId) =>
      context.attempt(KEPT, async () => {
        const provider = await providers.connect(profileId);
        const listed = await provider.models.list();
        return `${provider.name} answers: ${listed.length} models.`;
      }),
  };
}
