import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterEach, expect } from 'vitest';
import { TrackingError } from '../../../../src/domain/tracking/types.ts';
import { artifactDigest, clientId, type LoggedArtifact, type RunLog } from '../../../../src/domain/wandb/run-log.ts';
import { SYNC_FILE } from '../../../../src/services/wandb/online/state.ts';
import type { HttpDeps, Target } from '../../../../src/services/wandb/online/target.ts';
import { type UploadOptions, uploadRun } from '../../../../src/services/wandb/online/upload.ts';
import { temporaryHome } from '../../store/sample.ts';
import { KEY, startWandb, type WandbServer } from './wandb-server.ts';
import { md5Of } from './wandb-state.ts';

const open: WandbServer[] = [];

/** After each test its servers are closed, and must have had nothing to complain of. */
export function expectNoFaults(): void {
  afterEach(() => {
    const servers = open.splice(0);
    for (const server of servers) server.close();
    expect(servers.flatMap(({ faults }) => faults)).toEqual([]);
  });
}

export async function serve(): Promise<WandbServer> {
  const server = await startWandb();
  open.push(server);
  return server;
}

/** What a test provoked on purpose, taken from the faults. */
export function takeFaults({ state }: WandbServer): readonly string[] {
  return state.faults.splice(0);
}

/** Waits are kept and not waited for. */
export function quickly(waits: number[] = []): HttpDeps {
  return {
    now: () => Date.UTC(2026, 10, 26, 12),
    random: () => 0,
    sleep: async (ms, signal) => {
      signal?.throwIfAborted();
      waits.push(ms);
    },
  };
}

export const targetOf = ({ url }: WandbServer): Target => ({
  baseUrl: url,
  appUrl: 'https://app.example',
  key: KEY,
  keySource: 'environment',
});

const row = (step: number): string =>
  JSON.stringify({ train_loss: 1 / step, _step: step, _timestamp: 1_795_000_000 + step, _runtime: step });

/** A run as its log tells it, with the files it names, in a folder of its own. */
export interface SampleRun {
  readonly folder: string;
  readonly log: RunLog;
}

export function sampleRun(change: Partial<RunLog> = {}, rows = 5): SampleRun {
  const folder = temporaryHome();
  const log: RunLog = {
    run: {
      id: 'ftjob-1',
      entity: 'luthiers',
      project: 'OpenAI-Fine-Tune',
      displayName: 'ftjob-1',
      jobType: 'fine-tune',
      tags: ['openai/finetune'],
      host: 'here',
      startedAt: Date.UTC(2026, 10, 26, 10),
      config: { model: 'ada', hyperparameters: { n_epochs: 3 }, _wandb: { cli_version: '0.30.0' } },
    },
    history: Array.from({ length: rows }, (_, place) => row(place + 1)),
    events: [JSON.stringify({ 'system.cpu': 3, _timestamp: 1_795_000_000, _runtime: 1, _wandb: true })],
    output: ['2026-11-26T10:00:00.000000 step 1 of 5', '2026-11-26T10:00:01.000000 ¡done! 🎻'],
    summary: { status: 'succeeded', fine_tuned_model: 'ft:x' },
    files: [put(folder, 'files/media/table/t_5_abc.table.json', '{"columns":["a"],"data":[[1]]}').within],
    artifacts: [
      artifactOf(folder, 'model-metadata', 'model', { 'model_metadata.json': '{}' }, ['latest', 'ftjob-1']),
      {
        ...artifactOf(folder, 'train-file-1', 'training_files', { 'file-1.jsonl': '{"messages":[]}\n', 'dir/b': 'b' }, [
          'latest',
          'file-1',
        ]),
        useAfterCommit: true,
        metadata: '{"items":1}',
      },
    ],
    exitCode: 0,
    cut: null,
    ...change,
  };
  return { folder, log };
}

function put(folder: string, path: string, content: string): { readonly within: string; readonly localPath: string } {
  const localPath = join(folder, path);
  mkdirSync(dirname(localPath), { recursive: true });
  writeFileSync(localPath, content);
  return { within: path.replace('files/', ''), localPath };
}

export function artifactOf(
  folder: string,
  name: string,
  type: string,
  files: Readonly<Record<string, string>>,
  aliases: readonly string[],
): LoggedArtifact {
  const entries = Object.entries(files).map(([path, content]) => ({
    path,
    digest: md5Of(content),
    bytes: Buffer.byteLength(content),
    localPath: put(folder, `artifacts/${name}/${path}`, content).localPath,
  }));
  const digest = artifactDigest(entries);
  return {
    name,
    type,
    digest,
    description: '',
    metadata: '',
    aliases,
    useAfterCommit: false,
    entries,
    clientId: clientId('version', name, digest),
    sequenceClientId: clientId('sequence', name),
  };
}

export const uploadTo = (server: WandbServer, { folder, log }: SampleRun, change: Partial<UploadOptions> = {}) =>
  uploadRun(log, {
    target: targetOf(server),
    entity: null,
    folder,
    own: true,
    logPrint: 'print',
    deps: quickly(),
    ...change,
  });

export async function errorOf(work: Promise<unknown>): Promise<TrackingError> {
  const error = await work.catch((thrown: unknown) => thrown);
  if (!(error instanceof TrackingError)) throw new Error(`No TrackingError, but ${String(error)}.`);
  expect(`${error.message} ${error.next} ${error.stack}`).not.toContain(KEY);
  return error;
}

export const syncFileOf = ({ folder }: SampleRun): string => readFileSync(join(folder, SYNC_FILE), 'utf8');

export const routesOf = ({ state }: WandbServer, from = 0): readonly string[] =>
  state.asked.slice(from).map(({ route }) => route);
