import { homedir } from 'node:os';
import { problemOf } from '../app/runtime/errors.ts';
import type { OperationSnapshot, SyncProgress } from '../app/runtime/operation.ts';
import type { Tracker } from '../app/runtime/tracking-ports.ts';
import { gatherJob, jobToTrack } from '../app/tracking/gather.ts';
import { automaticUpload, hasEnded, requestedUpload, type Upload, unsentCause } from '../app/tracking/policy.ts';
import { type GatherContext, startSync } from '../app/tracking/sync.ts';
import { SHIPPED_PRICES } from '../domain/pricing/prices.ts';
import { BUILT_IN_PROFILES } from '../domain/provider/profiles.ts';
import { byteSize } from '../domain/text/format.ts';
import type { TrackingKeySource, TrackingSettings } from '../domain/tracking/settings.ts';
import type { TrackerKind } from '../domain/tracking/trackers.ts';
import type { TrackedRun } from '../domain/tracking/types.ts';
import type { JobRecord } from '../domain/training/types.ts';
import { runId } from '../domain/wandb/names.ts';
import { createClock } from '../services/clock.ts';
import { createSecrets } from '../services/store/secrets.ts';
import { openSettings } from '../services/store/settings.ts';
import { openTrackers } from '../services/trackers.ts';
import type { CommandServices } from './command-services.ts';
import type { Connection } from './connect.ts';
import type { CommandContext } from './context.ts';
import { follow } from './follow.ts';
import type { Progress } from './output/output.ts';

export interface Tracking {
  readonly tracker: Tracker;
  readonly settings: TrackingSettings;
  readonly keySource: TrackingKeySource;
  /** Whether a run that is requested is sent, or stays on this machine. */
  readonly upload: Upload;
  /** Why it stays. */
  readonly whyNotSent: string;
  /** Fetches a file of an artifact and says where it lies. Throws TrackingError. */
  artifactFile(path: string, options: { readonly signal?: AbortSignal }): Promise<string>;
  /** Of a project of the app; null for the commands' own. */
  projectName(id: string): string | null;
}

export interface TrackingOverrides {
  /** Instead of the chosen one. */
  readonly tracker?: TrackerKind;
  readonly project?: string;
  readonly entity?: string;
}

/** The tracker with the choices of the settings, the environment and the command line, the later before the earlier. */
export function openTracking(
  { env, connection }: Pick<CommandContext, 'env' | 'connection'>,
  { home, recovery }: Pick<Connection, 'home' | 'recovery'>,
  { tracker: kind, project, entity }: TrackingOverrides = {},
): Tracking {
  const opened = openSettings({ home, profiles: BUILT_IN_PROFILES, prices: SHIPPED_PRICES, recovery });
  const secrets = createSecrets({ home, env, profileOf: () => null, recovery });
  const named = {
    ...(kind && { LUTHIER_TRACKER: kind }),
    ...(project && { WANDB_PROJECT: project, MLFLOW_EXPERIMENT_NAME: project }),
    ...(entity && { WANDB_ENTITY: entity }),
  };
  const { sleep, now } = createClock();
  const tracker = openTrackers({
    home,
    homedir: homedir(),
    sleep,
    now,
    connection,
    random: Math.random,
    env: { ...env, ...named },
    choices: () => opened.tracking.read(),
    typedKey: secrets.keyOf,
    secrets: () => [
      ...opened.settings.profiles().flatMap(({ id }) => secrets.keyOf(id) ?? []),
      ...secrets.ofTrackers(),
    ],
  });
  const settings = tracker.settings();
  const keySource = tracker.keySource();
  return {
    tracker: tracker.tracker,
    artifactFile: tracker.artifactFile,
    settings,
    keySource,
    projectName: (id) => opened.projects.list().find((project) => project.id === id)?.name ?? null,
    upload: requestedUpload(settings, () => keySource),
    whyNotSent: UNSENT[unsentCause(settings)],
  };
}

const UNSENT: Readonly<Record<ReturnType<typeof unsentCause>, string>> = {
  offline: 'WANDB_MODE is offline: `wandb sync` sends the folders, or run it again without.',
  'no-key': 'No W&B key is known: set WANDB_API_KEY and run it again, or `wandb sync` the folders.',
};

interface Wanted {
  readonly runId: string;
  readonly title: string;
  readonly overwrite?: boolean;
}

/** Writes a run, sends it where it is to be sent, and says how that ended; whether it went well. */
export async function trackRun(
  context: CommandContext,
  { deps }: CommandServices,
  { tracker, upload }: Pick<Tracking, 'tracker' | 'upload'>,
  gather: ((gathering: GatherContext) => Promise<TrackedRun> | TrackedRun) | null,
  wanted: Wanted,
): Promise<boolean> {
  const { output } = context;
  const handle = startSync(
    { registry: deps.registry, tracker },
    { ...wanted, projectId: 'cli', gather, upload, asked: true },
  );
  const end = await follow(context, deps.registry, handle, syncProgress);
  const { status, receipt, problem } = end;
  output.record('tracked', { run: wanted.runId, status, ...tracker.state(wanted.runId), problem });
  if (problem !== null) {
    output.note(`✗ ${wanted.runId}: ${problem.what}`);
    output.note(`  ${problem.saved} ${problem.next}`);
  } else if (receipt !== null) output.line(`✓ ${wanted.runId}: ${receipt.summary}`);
  return status === 'succeeded';
}

/**
 * What a command leaves behind for the tracker besides its own work: the run on this machine, and there in online mode. A fault
 * of it is printed and is no failure of the command.
 */
export async function trackAlong(
  context: CommandContext,
  connection: Connection,
  services: CommandServices,
  runId: string,
  gather: (gathering: GatherContext, tracking: Tracking) => Promise<TrackedRun> | TrackedRun,
): Promise<void> {
  try {
    const tracking = openTracking(context, connection);
    const { settings, keySource } = tracking;
    const upload = automaticUpload(settings, () => keySource);
    if (upload === null || context.signal.aborted) return;
    const gathered = (gathering: GatherContext) => gather(gathering, tracking);
    const wanted = { runId, title: `Track ${runId}` };
    await trackRun(context, services, { tracker: tracking.tracker, upload }, gathered, wanted);
  } catch (error) {
    const { what } = problemOf(error, '');
    context.output.record('tracked', { run: runId, status: 'failed', problem: { what } });
    context.output.note(`! Not tracked: ${what}`);
  }
}

/** A job that has ended is tracked; one that is left running waits for `luthier track sync`. */
export async function trackJob(
  context: CommandContext,
  connection: Connection,
  services: CommandServices,
  record: JobRecord | null,
  projectName: string | null,
): Promise<void> {
  if (record === null || !hasEnded(record.job)) return;
  await trackAlong(context, connection, services, runId(record.job.id), (gathering, { settings }) =>
    gatherJob(services.deps, jobToTrack(record, { projectName, log: settings.log }), gathering),
  );
}

function syncProgress({ detail, fraction }: OperationSnapshot<SyncProgress>): Progress {
  const size = detail.totalBytes === 0 ? '' : `  ${byteSize(detail.sentBytes)} of ${byteSize(detail.totalBytes)}`;
  return { label: 'sync', fraction, text: `${detail.doing}${size}`, fields: { ...detail } };
}
