import { hostname } from 'node:os';
import { join } from 'node:path';
import manifest from '../../../package.json' with { type: 'json' };
import { keysIn } from '../../domain/provider/keys.ts';
import type { TrackingSettings } from '../../domain/tracking/settings.ts';
import { trackerKeysOf } from '../../domain/tracking/trackers.ts';
import { resolveWandb } from '../../domain/wandb/settings.ts';
import type { OpenedTracker, TrackerOptions } from '../tracker-options.ts';
import { createCredentials } from './credentials.ts';
import { producerOf } from './offline/names.ts';
import { createWandb, type Wandb } from './wandb.ts';

/** Under which the key for W&B is kept among those of providers, none of which can have an id with this sign. */
const KEY_NAME = '@wandb';

export interface OpenedWandb extends OpenedTracker {
  readonly tracker: Wandb;
  /** Fetches a file of an artifact and says where it lies. Throws TrackingError. */
  artifactFile(path: string, options: { readonly signal?: AbortSignal }): Promise<string>;
}

/** W&B with the settings of this machine. */
export function openWandb(options: TrackerOptions): OpenedWandb {
  const { home, homedir, env, sleep, now, random, connection } = options;
  const settings = (): TrackingSettings => resolveWandb(options.choices(), env);
  const credentials = createCredentials({ env, homedir, typed: () => options.typedKey(KEY_NAME) });
  const tracker = createWandb({
    // As W&B has it, `wandb` within the folder that WANDB_DIR names.
    root: join(env.WANDB_DIR?.trim() || home, 'wandb'),
    cache: join(home, 'artifacts'),
    settings,
    credentials,
    secrets: () => [
      ...options.secrets(),
      ...[...keysIn(env), ...trackerKeysOf(env), env.HF_TOKEN].flatMap((key) => key?.trim() || []),
      ...credentials.known(settings().baseUrl),
    ],
    origin: { producer: producerOf(manifest.version), cliVersion: manifest.version, host: hostname() },
    deps: { sleep, now, random, connection },
  });
  return {
    tracker,
    keyName: () => KEY_NAME,
    keySource: () => credentials.source(settings().baseUrl),
    artifactFile: async (path, call) => (await tracker.artifact(path, call)).path,
  };
}
