import { afterEach, expect } from 'vitest';
import { NO_CHOICES, type TrackingChoices } from '../../../../src/domain/tracking/settings.ts';
import { TrackingError } from '../../../../src/domain/tracking/types.ts';
import { openMlflow } from '../../../../src/services/mlflow/open.ts';
import type { OpenedTracker } from '../../../../src/services/tracker-options.ts';
import { temporaryHome } from '../../store/sample.ts';
import { quickly } from '../../wandb/support/sample.ts';
import type { StoredRun } from './mlflow-calls.ts';
import { type MlflowServer, startMlflow, TOKEN } from './mlflow-server.ts';

const open: MlflowServer[] = [];

/** After each test its servers are closed, and must have had nothing to complain of. */
export function expectNoFaults(): void {
  afterEach(() => {
    const servers = open.splice(0);
    for (const server of servers) server.close();
    expect(servers.flatMap(({ faults }) => faults)).toEqual([]);
  });
}

export async function serve(): Promise<MlflowServer> {
  const server = await startMlflow();
  open.push(server);
  return server;
}

interface Given {
  readonly home?: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly choices?: Partial<TrackingChoices>;
  readonly typedKey?: (name: string) => string | null;
  readonly waits?: number[];
}

/** MLflow as a tracker, at a server by its address in the environment. */
export function mlflowAt(server: MlflowServer | null, given: Given = {}): OpenedTracker {
  const { home = temporaryHome(), env = {}, choices = {}, typedKey = () => null, waits } = given;
  return openMlflow({
    home,
    homedir: '/nowhere',
    ...quickly(waits),
    env: { MLFLOW_TRACKING_TOKEN: TOKEN, ...(server && { MLFLOW_TRACKING_URI: server.url }), ...env },
    choices: () => ({ ...NO_CHOICES, ...choices }),
    typedKey,
    secrets: () => [],
  });
}

export function onlyRun({ store }: MlflowServer): StoredRun {
  const [run, ...others] = store.runs.values();
  expect(others).toEqual([]);
  if (run === undefined) throw new Error('There is no run.');
  return run;
}

export async function errorOf(work: Promise<unknown>): Promise<TrackingError> {
  const error = await work.catch((thrown: unknown) => thrown);
  if (!(error instanceof TrackingError)) throw new Error(`No TrackingError, but ${String(error)}.`);
  expect(`${error.message} ${error.next} ${error.stack}`).not.toContain(TOKEN);
  return error;
}
