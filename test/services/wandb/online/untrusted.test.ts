import { describe, expect, it } from 'vitest';
import { downloadArtifact } from '../../../../src/services/wandb/online/download.ts';
import { temporaryHome } from '../../store/sample.ts';
import {
  artifactOf,
  errorOf,
  expectNoFaults,
  quickly,
  sampleRun,
  serve,
  targetOf,
  uploadTo,
} from '../support/sample.ts';
import { trackedRun, wandbAt } from '../support/tracker.ts';
import { KEY, type WandbServer } from '../support/wandb-server.ts';

expectNoFaults();

const EVIL = '\u001b[2Jwi\u202eped\n';
const SAFE = 'wiped';

/** A text that a terminal can be shown; gives it as it is. */
function shown(text: string): string {
  expect(text).not.toMatch(/[\x00-\x1f\x7f-\x9f\u202e]/);
  return text;
}

const answer = (data: unknown) => ({ status: 200, body: JSON.stringify({ data }) });

async function refusedBy(server: WandbServer, address = 'nda'): Promise<string> {
  const options = { target: targetOf(server), cache: temporaryHome(), deps: quickly() };
  const { message, next } = await errorOf(downloadArtifact(`luthiers/OpenAI-Fine-Tune/${address}`, options));
  return `${shown(message)} ${shown(next)}`;
}

describe('what a server says', () => {
  it('of the state of an artifact is shown in one line, without a key', async () => {
    const [server, run] = [await serve(), sampleRun()];
    const artifact = { id: 'a', state: `${EVIL}${KEY}`, artifactSequence: null };
    server.fail({ route: 'CreateArtifact', ...answer({ createArtifact: { artifact } }) });
    expect(shown((await errorOf(uploadTo(server, run))).message)).toContain(`an artifact that is ${SAFE}`);
  });

  it('of the files of an artifact is shown in one line, and not at any length', async () => {
    const [server, { folder, log }] = [await serve(), sampleRun({ files: [] }, 1)];
    const artifact = artifactOf(folder, 'nda', 'dataset', { 'a.jsonl': '{}\n' }, ['latest']);
    await uploadTo(server, { folder, log: { ...log, artifacts: [artifact] } });
    const [served] = server.state.artifacts;
    if (served === undefined) throw new Error('There is no artifact.');
    const say = (contents: unknown): void => {
      served.manifest = JSON.stringify({ contents });
    };
    const entry = { digest: 'AAAA', size: 1 };
    say({ [`${EVIL}.jsonl`]: entry, [`${'long'.repeat(1000)}.jsonl`]: entry });
    const several = await refusedBy(server);
    expect(several).toContain(`${SAFE} .jsonl`);
    expect(several.length).toBeLessThan(600);
    say({ [`${EVIL}.jsonl`]: { ...entry, ref: `s3://b/${EVIL}?X-Signature=s` } });
    expect(await refusedBy(server)).toContain(`s3://b/${SAFE}`);
    say({ [`${EVIL}.jsonl`]: entry });
    expect(await refusedBy(server)).toContain('no address for');
  });

  it('of an account and of a run is shown as it reads', async () => {
    const server = await serve();
    const wandb = wandbAt(server);
    const teams = { edges: [{ node: { name: `team${EVIL}` } }] };
    server.fail({ route: 'Viewer', ...answer({ viewer: { username: `a${EVIL}`, entity: `b${EVIL}`, teams } }) });
    const safe = { username: `a${SAFE}`, entity: `b${SAFE}`, teams: [`team${SAFE}`] };
    expect(await wandb.account()).toEqual(safe);
    const summaryMetrics = JSON.stringify({ status: EVIL });
    server.fail({ route: 'RunResumeStatus', ...answer({ model: { bucket: { summaryMetrics } } }) });
    expect(await wandb.statusOf('x')).toEqual({ status: SAFE });
  });
});

describe('what a log of somebody else says', () => {
  it('of its files and artifacts is shown in one line', async () => {
    const [server, { folder, log }] = [await serve(), sampleRun({ files: [`../${EVIL}`] })];
    const { leftOut } = await uploadTo(server, { folder, log: { ...log, artifacts: [] } });
    expect(shown(leftOut.join())).toContain(SAFE);
    const [artifact] = log.artifacts;
    if (artifact === undefined) throw new Error('There is no artifact.');
    const [entry] = artifact.entries;
    if (entry === undefined) throw new Error('There is no entry.');
    const gone = { ...artifact, entries: [{ ...entry, path: EVIL, localPath: `/nowhere/${EVIL}` }] };
    const missing = await errorOf(uploadTo(server, { folder, log: { ...log, files: [], artifacts: [gone] } }));
    expect(shown(missing.message)).toContain(`${SAFE}  of the artifact`);
    const huge = { ...artifact, entries: [{ ...entry, path: EVIL, bytes: 3 * 2 ** 30 }] };
    shown((await errorOf(uploadTo(server, { folder, log: { ...log, artifacts: [huge] } }))).message);
  });

  it('of its name is shown in one line', async () => {
    const wandb = wandbAt(null);
    await wandb.write(trackedRun({ name: `x${EVIL}y` }));
    expect(shown(wandb.list()[0]?.name ?? '')).toBe(`x${SAFE} y`);
  });
});
