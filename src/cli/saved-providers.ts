import { homedir } from 'node:os';
import { SHIPPED_PRICES } from '../domain/pricing/prices.ts';
import { luthierHome } from '../domain/project/settings.ts';
import { BUILT_IN_PROFILES } from '../domain/provider/profiles.ts';
import { refusingRecovery } from '../services/store/recovery.ts';
import { createSecrets, type Secrets } from '../services/store/secrets.ts';
import { openSettings, type Settings } from '../services/store/settings.ts';
import type { CommandContext } from './context.ts';

/** The providers of the settings, and their keys. */
export interface SavedProviders {
  readonly settings: Settings;
  readonly secrets: Secrets;
}

export async function openSaved({ env }: Pick<CommandContext, 'env'>): Promise<SavedProviders> {
  const home = luthierHome(env, homedir());
  const recovery = refusingRecovery;
  const { settings } = await openSettings({ home, profiles: BUILT_IN_PROFILES, prices: SHIPPED_PRICES, recovery });
  const profileOf = (id: string) => settings.profiles().find((profile) => profile.id === id) ?? null;
  return { settings, secrets: createSecrets({ home, env, profileOf, recovery }) };
}
