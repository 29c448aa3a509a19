import type { Provider, Providers } from '../app/runtime/ports.ts';
import { createEngineLauncher } from '../services/engine/launcher.ts';
import { createProviders } from '../services/openai/connect.ts';
import { createRefusals } from '../services/store/refusals.ts';
import type { CommandContext, ConnectionOptions } from './context.ts';
import { type Place, resolvePlace } from './place.ts';

/** Where a command's calls go. Nothing is called, and no engine started, before `providers` connects. */
export interface Connection extends Place {
  readonly providers: Providers;
}

export function resolveConnection(context: CommandContext, options: ConnectionOptions): Connection {
  const place = resolvePlace(context, options);
  const { home, profile, keyOf, keysInUse } = place;
  return {
    ...place,
    providers: createProviders({
      keysInUse,
      profiles: () => [profile],
      keyOf,
      engine: createEngineLauncher({ home }),
      refusals: createRefusals(home),
      connection: context.connection,
    }),
  };
}

/** The provider itself, connected, for commands that make single calls. */
export async function openProvider(context: CommandContext, options: ConnectionOptions): Promise<Provider> {
  const { providers, profile } = resolveConnection(context, options);
  return providers.connect(profile.id, { signal: context.signal });
}
