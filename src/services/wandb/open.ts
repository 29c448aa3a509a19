import { hostname } from 'node:os';
import { join } from 'node:path';
import manifest from '../../../package.json' with { type: 'json' };
import { keysIn } from '../../domain/provider/keys.ts';
import type { TrackingChoices, TrackingKeySource, TrackingSettings } from '../../domain/tracking/settings.ts';
import { resolveTracking } from '../../domain/wandb/settings.ts';
import type { TransportParts } from '../http/transport.ts';
import { createCredentials } from './credentials.ts';
import { producerOf } from './offline/names.ts';
import { createWandb, type Wandb } from './wandb.ts';

export interface TrackerOptions {
  /** The data folder; runs lie in `wandb` below it unless `WANDB_DIR` names another place. */
  readonly home: string;
  /** Of the person, for `.netrc`. */
  readonly homedir: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** What was chosen; read at each use. */
  readonly choices: () => TrackingChoices;
  /** The key typed into Luthier; null when there is none. */
  readonly typedKey: () => string | null;
  /** Keys that must not be written, whatever they stand in; those of the environment are known. */
  readonly secrets: () => readonly string[];
  readonly sleep: (ms: number, signal?: AbortSignal) => Promise<void>;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  /** In [0, 1). */
  readonly random: () => number;
  /** Limits of calls, and who is told of what is waited for. */
  readonly connection?: TransportParts | undefined;
}

export interface OpenedTracker {
  readonly tracker: Wandb;
  settings(): TrackingSettings;
  /** Does not throw. */
  keySource(): TrackingKeySource;
  /** Fetches a file of an artifact and says where it lies. Throws TrackingError. */
  artifactFile(path: string, options: { readonly signal?: AbortSignal }): Promise<string>;
}

/** W&B with the settings of this machine. */
export function openWandb(options: TrackerOptions): OpenedTracker {
  const { home, homedir, env, sleep, now, random, connection } = options;
  const settings = (): TrackingSettings => resolveTracking(options.choices(), env);
  const credentials = createCredentials({ env, homedir, typed: options.typedKey });
  const tracker = createWandb({
    // As W&B has it, `wandb` within the folder that WANDB_DIR names.
    root: join(env.WANDB_DIR?.trim() || home, 'wandb'),
    cache: join(home, 'artifacts'),
    settings,
    credentials,
    secrets: () => [
      ...options.secrets(),
      ...[...keysIn(env), env.HF_TOKEN].flatMap((key) => key?.trim() || []),
      ...credentials.known(settings().baseUrl),
    ],
    origin: { producer: producerOf(manifest.version), cliVersion: manifest.version, host: hostname() },
    deps: { sleep, now, random, connection },
  });
  return {
    tracker,
    settings,
    keySource: () => credentials.source(settings().baseUrl),
    artifactFile: async (path, call) => (await tracker.artifact(path, call)).path,
  };
}
