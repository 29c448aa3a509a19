import { join } from 'node:path';
import { resolveMlflow } from '../../domain/mlflow/settings.ts';
import { keysIn } from '../../domain/provider/keys.ts';
import { trackerKeysOf } from '../../domain/tracking/trackers.ts';
import type { OpenedTracker, TrackerOptions } from '../tracker-options.ts';
import { createMlflowCredentials } from './credentials.ts';
import { createMlflow } from './mlflow.ts';

/** MLflow with the settings of this machine. */
export function openMlflow(options: TrackerOptions): OpenedTracker {
  const { home, env, sleep, now, random, connection } = options;
  const settings = () => resolveMlflow(options.choices(), env);
  // By origin: a key that was typed in for one server goes to no other.
  const keyName = () => `@mlflow ${URL.parse(settings().baseUrl)?.origin ?? ''}`;
  const credentials = createMlflowCredentials({ env, typed: () => options.typedKey(keyName()) });
  const tracker = createMlflow({
    root: join(home, 'mlflow'),
    settings,
    credentials,
    secrets: () => [
      ...options.secrets(),
      ...[...keysIn(env), ...trackerKeysOf(env), env.HF_TOKEN].flatMap((key) => key?.trim() || []),
      ...credentials.known(),
    ],
    deps: { sleep, now, random, connection },
  });
  return { tracker, keySource: credentials.source, keyName };
}
