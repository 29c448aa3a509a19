import { existsSync } from 'node:fs';
import { needsNoKey } from '../domain/provider/keys.ts';
import { kindFacts } from '../domain/provider/kinds.ts';
import type { KeySource, ProviderProfile } from '../domain/provider/provider.ts';
import { FileError } from '../domain/text/file-faults.ts';
import { plural } from '../domain/text/format.ts';
import { resolveConnection } from './connect.ts';
import type { CommandContext } from './context.ts';
import type { HealthCheck } from './health.ts';
import { openSaved, type SavedProviders } from './place.ts';

/** Milliseconds a provider has to name its models; a person waits for all of them, one after the other. */
const PATIENCE_MS = 10_000;

/** A check for each provider of the settings but the engine, which is one of its own. None before there is a data folder. */
export function providerChecks(context: CommandContext, home: string): readonly HealthCheck[] {
  if (!existsSync(home)) return [];
  try {
    const saved = openSaved(context);
    return saved.settings.profiles().flatMap((profile) => {
      if (kindFacts(profile.kind).address.from === 'engine') return [];
      const source = saved.secrets.source(profile.id);
      return [{ name: `provider ${profile.name}`, look: () => lookAtProvider(context, saved, profile, source) }];
    });
  } catch {
    // Settings or keys that cannot be read are told by checks of their own.
    return [];
  }
}

async function lookAtProvider(
  context: CommandContext,
  { secrets }: SavedProviders,
  profile: ProviderProfile,
  source: KeySource,
): Promise<string> {
  const variable = secrets.variable(profile.id);
  if (source === 'none' && !needsNoKey(profile, context.env)) {
    const how = variable === null ? 'Settings (8), a, takes one' : `set ${variable}, or type one in Settings (8), a`;
    return `no key, so it was not asked; to use it, ${how}`;
  }
  const limit = AbortSignal.timeout(PATIENCE_MS);
  try {
    const connection = resolveConnection(context, { provider: profile.id });
    const signal = AbortSignal.any([context.signal, limit]);
    const provider = await connection.providers.connect(profile.id, { signal });
    const models = await provider.models.list({ signal });
    return `answers, ${plural(models.length, 'model')}; ${source === 'none' ? 'needs no key' : `key from the ${source === 'file' ? '0600 file' : 'environment'}`}`;
  } catch (error) {
    const said = error instanceof Error ? error.message : String(error);
    const what = limit.aborted ? `no answer within ${PATIENCE_MS / 1000} s.` : said;
    throw new FileError(what, `Look at its address and key: luthier providers test ${profile.id}.`);
  }
}
