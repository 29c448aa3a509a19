import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { checkInstallRoom, planInstall } from '../../src/services/weights/plan.ts';
import { trainThere } from '../engine/offline/finished.ts';
import { chatLines } from '../engine/support/engine.ts';
import { luthier, records, startLuthier } from './support/cli.ts';
import { removeFolder, temporaryFolder } from './support/folder.ts';
import { PROBE, type StandIn, standInPython } from './support/stand-in-python.ts';

let folder = '';
let home = '';
beforeEach(() => {
  folder = temporaryFolder();
  home = join(folder, 'home');
});
afterEach(() => removeFolder(folder));

const tools = (): string => join(folder, 'tools');
const run = (args: readonly string[], env: Readonly<Record<string, string>> = {}) =>
  luthier(['runner', ...args], { home, env: { PATH: tools(), LUTHIER_PYTHON: '', ...env } });
const install = (...more: string[]) => run(['install', '--yes', '--cpu', ...more], { OPENAI_API_KEY: 'sk-secret' });
const parts = (): string[] => (existsSync(home) ? readdirSync(home).filter((name) => name.startsWith('runner')) : []);
const probeOf = (change: object): string => `${JSON.stringify({ ...PROBE, ...change })}\n`;
const missing = probeOf({ missing: [{ package: 'trl', wanted: '1.13.0', found: null }] });

describe.skipIf(process.platform !== 'linux')('luthier runner install', () => {
  it('makes an environment, fills it from the CPU index by exact versions, asks it, and puts it in place', async () => {
    const standIn = standInPython(tools());
    const { code, stdout, stderr } = await install();
    expect([code, stdout]).toEqual([0, '✓ Installed. It computes on cpu.\n']);
    expect(stderr).toContain('about 300 MB to download');
    expect(stderr).toContain('Downloading torch');
    const [venv, pip, probe, ...more] = standIn.asked();
    expect(venv).toBe(`-m venv ${join(home, 'runner.draft')}`);
    expect(pip).toMatch(
      /^-m pip install --no-input --progress-bar off --extra-index-url https:\/\/download\.pytorch\.org\/whl\/cpu torch==[\d.]+\+cpu transformers==[\d.]+ trl==/,
    );
    // Each with no key: one that sees it writes so.
    expect([probe, more]).toEqual(['-P -m luthier_runner probe', []]);
    expect(parts()).toEqual(['runner']);
    expect((await run(['status'])).code).toBe(0);
    const again = await install();
    expect([again.code, again.stdout]).toEqual([0, expect.stringContaining('Nothing to do')]);
  });

  it('makes it by uv where Python has no venv module, and by pip all the same', async () => {
    const standIn = standInPython(tools(), { venv: false });
    expect((await install()).code).toBe(0);
    const [uv, pip] = standIn.asked();
    expect(uv).toBe(`uv venv --seed --python ${standIn.python} ${join(home, 'runner.draft')}`);
    expect(pip).toMatch(/^-m pip install /);
  });

  it('downloads nothing unless it is agreed to, and tells programs what it would', async () => {
    const standIn = standInPython(tools());
    const { code, stdout } = await run(['install', '--cpu', '--json']);
    expect([code, standIn.asked(), parts()]).toEqual([2, [], []]);
    expect(records(stdout)).toEqual([
      expect.objectContaining({ event: 'plan', build: 'cpu', download: 3e8, version: '3.12' }),
      expect.objectContaining({ event: 'error', what: expect.stringContaining('--yes agrees to it') }),
    ]);
  });

  it.each([
    [
      'disk',
      'ERROR: Could not install packages due to an OSError: [Errno 28] No space left on device',
      'the disk is full',
    ],
    [
      'network',
      'WARNING: Retrying after connection broken by NewConnectionError\nERROR: No matching distribution found for torch',
      'cannot be reached',
    ],
    ['version', 'ERROR: No matching distribution found for torch==2.13.0\n', 'No matching distribution'],
  ])('says why pip failed (%s), and leaves what was there before', async (_, says, words) => {
    standInPython(tools(), { pip: { says, code: 1 } });
    mkdirSync(join(home, 'runner'), { recursive: true });
    writeFileSync(join(home, 'runner', 'before'), '');
    const { code, stderr } = await install();
    expect(code).toBe(1);
    expect(stderr).toMatch(new RegExp(`^✗ .*${words}`, 'm'));
    expect([parts(), readdirSync(join(home, 'runner'))]).toEqual([['runner'], ['before']]);
    standInPython(tools());
    expect((await install()).code).toBe(0);
    expect([parts(), readdirSync(join(home, 'runner'))]).toEqual([['runner'], ['bin']]);
  });

  it('does not put in place what cannot run', async () => {
    standInPython(tools(), { probe: missing });
    const { code, stderr } = await install();
    expect([code, stderr, parts()]).toEqual([1, expect.stringContaining('trl 1.13.0 (none is there)'), []]);
  });

  it('stopped by Ctrl-C ends pip and all it started, and leaves nothing', async () => {
    standInPython(tools(), { pip: { says: 'Downloading torch', code: 0, hangs: true } });
    const surroundings = { home, env: { PATH: tools(), LUTHIER_PYTHON: '' } };
    const running = startLuthier(['runner', 'install', '--yes', '--cpu', '--json'], surroundings);
    await running.until(({ text }) => text === 'Downloading torch');
    expect(parts().toSorted()).toEqual(['runner.draft', 'runner.lock']);
    running.child.kill('SIGINT');
    const { code, stderr } = await running.finished;
    expect([code, parts()]).toEqual([130, []]);
    expect(stderr).toContain('uses what was downloaded');
  });

  it('says that the disk has too little room, and where the runner cannot run', () => {
    expect(() => checkInstallRoom({ room: Number.MAX_SAFE_INTEGER }, home)).toThrow(/ are free for .*takes up to/);
    checkInstallRoom({ room: 1 }, home);
    const wanted = { python: '3.11', pins: ['torch==2.13.0'] };
    expect(() => planInstall(wanted, { platform: 'win32', arch: 'x64', cpu: true })).toThrow(
      'runs on Linux and on Macs',
    );
    expect(() => planInstall(wanted, { platform: 'darwin', arch: 'x64', cpu: true })).toThrow('Apple silicon');
    expect(planInstall(wanted, { platform: 'darwin', arch: 'arm64', cpu: true })).toMatchObject({
      build: 'apple',
      words: ['torch==2.13.0'],
    });
  });

  it('puts back what an installation that was killed between two renames had set aside', async () => {
    standInPython(tools(), { pip: { says: 'ERROR: no', code: 1 } });
    mkdirSync(join(home, 'runner.old'), { recursive: true });
    expect((await install()).code).toBe(1);
    expect(parts()).toEqual(['runner']);
  });

  it('waits for nobody: a second one beside it is refused, and so is a removal', async () => {
    standInPython(tools());
    mkdirSync(home);
    writeFileSync(join(home, 'runner.lock'), String(process.pid));
    expect((await install()).stderr).toContain('is at work');
    expect((await run(['remove', '--yes'])).stderr).toContain('is at work');
    rmSync(join(home, 'runner.lock'));
    expect((await install()).code).toBe(0);
  });

  it('says which Pythons are too old, which one has no venv module, and that there is none', async () => {
    mkdirSync(tools());
    expect((await install()).stderr).toMatch(/There is no Python 3\.\d+ or newer\.\n.*LUTHIER_RUNNER_BASE_PYTHON/);
    const { python, uv } = standInPython(tools(), { version: [3, 9] });
    expect((await install()).stderr).toContain(`or newer: ${python} is 3.9.`);
    standInPython(tools(), { venv: false });
    rmSync(uv);
    expect((await install()).stderr).toMatch(/lacks its venv module.*\n.*apt install python3\.12-venv/);
    const other = await run(['install', '--yes'], { LUTHIER_RUNNER_BASE_PYTHON: '/no/such/python' });
    expect(other.stderr).toContain('/no/such/python, which is no Python');
  });
});

describe('luthier runner status and remove', () => {
  const status = (env: Readonly<Record<string, string>>, ...more: string[]) => run(['status', ...more], env);
  const named = ({ python }: StandIn) => ({ LUTHIER_PYTHON: python });

  it('names versions, device and memory of the Python that is used', async () => {
    const standIn = standInPython(tools());
    const { code, stdout } = await status(named(standIn));
    expect(code).toBe(0);
    for (const words of [standIn.python, 'LUTHIER_PYTHON', 'torch 2.13.0+cpu', 'cpu (stand-in), 8.0 GB', '2 cores'])
      expect(stdout).toContain(words);
    const [record] = records((await status(named(standIn), '--json')).stdout);
    expect(record).toMatchObject({ event: 'runner', ready: true, problem: null, mend: null, named: true });
  });

  it('says what is missing and the line that mends it', async () => {
    const nothing = await status({});
    expect([nothing.code, nothing.stdout]).toEqual([
      1,
      expect.stringContaining('not installed.\n  luthier runner install\n'),
    ]);
    const lacking = standInPython(tools(), { probe: missing });
    const { code, stdout } = await status(named(lacking));
    expect(code).toBe(1);
    expect(stdout).toMatch(/✗ .*trl 1\.13\.0 \(none is there\)\.\n.*python3 -m pip install torch==.* trl==1\.13\.0/);
    const broken = standInPython(tools(), { probe: probeOf({ device: null, devices: [] }) });
    expect((await status(named(broken))).stdout).toContain('✗ PyTorch is there and cannot be loaded.');
    const silent = await status(named(standInPython(tools(), { probe: 'Segmentation fault\n' })));
    expect([silent.code, silent.stdout]).toEqual([1, expect.stringContaining('Segmentation fault')]);
    expect((await status({ LUTHIER_PYTHON: '/no/python' })).stdout).toMatch(/✗ \/no\/python could not be run.*ENOENT/);
  });

  it('removes the folder when it is agreed to, and only that', async () => {
    mkdirSync(join(home, 'runner'), { recursive: true });
    mkdirSync(join(home, 'engine'));
    expect((await run(['remove'])).code).toBe(2);
    expect(parts()).toEqual(['runner']);
    expect((await run(['remove', '--yes'])).stdout).toBe(`Removed ${join(home, 'runner')}.\n`);
    expect(readdirSync(home)).toEqual(['engine']);
    expect((await run(['remove', '--yes'])).stdout).toBe('The runner is not installed.\n');
  });

  it('writes a training file as a job that runs elsewhere, and makes a job of what it came to', async () => {
    const rows = join(folder, 'rows.jsonl');
    writeFileSync(rows, chatLines(10));
    const out = join(folder, 'away');
    const settings = ['--model', 'org/Toy', '--epochs', '2', '--batch-size', '4', '--rank', '8', '--seed', '7'];
    const written = await run(['script', rows, '--for', 'torchrun', '--out', out, ...settings, '--json']);
    expect([written.code, records(written.stdout)]).toEqual([
      0,
      [expect.objectContaining({ event: 'script', path: out, examples: 10, measured: false })],
    ]);
    expect(JSON.parse(readFileSync(join(out, 'task.json'), 'utf8'))).toMatchObject({
      seed: 7,
      lora: { r: 8 },
      epochs: 2,
    });
    const early = await run(['import', out]);
    expect([early.code, early.stderr]).toEqual([1, expect.stringContaining('was not run')]);
    trainThere(out);
    const imported = await run(['import', out]);
    expect([imported.code, imported.stdout]).toEqual([
      0,
      expect.stringMatching(/^✓ ftjob-\w+: 6 steps, 2 checkpoints, ft:org\/Toy:luthier::\w{8}$/m),
    ]);
    expect(imported.stderr).toContain('It answers once its base org/Toy is at hand: luthier models pull org/Toy');
    const odd = await run(['script', 'ftjob-1', '--for', 'slurm', '--out', out, '--rank', '8']);
    expect([odd.code, odd.stderr]).toEqual([2, expect.stringContaining('a job has its settings already')]);
    expect((await run(['import', out, '--rank', '8'])).stderr).toContain('--rank is not of runner import');
  });

  // Needs a Python with the runner's packages in LUTHIER_PYTHON.
  const python = process.env.LUTHIER_PYTHON ?? '';
  const has = (): boolean => {
    try {
      execFileSync(python, ['-c', 'import importlib.util as u, sys; sys.exit(u.find_spec("trl") is None)']);
      return true;
    } catch {
      return false;
    }
  };
  const why = python === '' ? 'LUTHIER_PYTHON names no Python' : has() ? null : `${python} lacks the runner’s packages`;
  it(why === null ? 'asks a real one' : `asks a real one (skipped: ${why})`, async ({ skip }) => {
    if (why !== null) skip(why);
    const { code, stdout } = await status({ LUTHIER_PYTHON: python });
    expect([code, stdout]).toEqual([0, expect.stringMatching(/torch 2[\s\S]*✓ Real weights can be trained/)]);
  }, 120_000);
});
