import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { byteSize } from '../../domain/text/format.ts';
import { roomIn } from '../store/store-faults.ts';
import { RunnerFault } from './programs.ts';

/** What the runner's package wants, as its pyproject.toml says. */
export interface Requirements {
  /** The oldest Python, such as 3.11. */
  readonly python: string;
  /** Such as torch==2.13.0. */
  readonly pins: readonly string[];
}

/** Reads them; `packages` is the folder that holds `luthier_runner`. */
export function readRequirements(packages: string): Requirements {
  const text = readFileSync(join(packages, 'pyproject.toml'), 'utf8');
  const python = /^requires-python = ">=([\d.]+)"$/m.exec(text)?.[1];
  const list = /^dependencies = \[\n([^\]]*)\]$/m.exec(text)?.[1] ?? '';
  const pins = [...list.matchAll(/"([^"]+)"/g)].flatMap(([, pin]) => pin ?? []);
  if (python === undefined || pins.length === 0) throw new Error(`${packages}/pyproject.toml names no requirements.`);
  return { python, pins };
}

/** What can be computed on, hence which build of PyTorch is fetched. */
export type Build = 'nvidia' | 'cpu' | 'apple';

interface BuildFacts {
  readonly label: string;
  /** About, and unpacked beside it; the sizes of the wheels of torch 2.13.0. */
  readonly download: number;
  /** Free space that unpacking needs, pip's cache among it. */
  readonly room: number;
}

const GB = 1e9;
const BUILDS: Readonly<Record<Build, BuildFacts>> = {
  nvidia: { label: 'PyTorch for NVIDIA GPUs, CUDA among it', download: 3 * GB, room: 11 * GB },
  cpu: { label: 'PyTorch for the processor, from its CPU index', download: 0.3 * GB, room: 2 * GB },
  apple: { label: 'PyTorch for Apple silicon', download: 0.3 * GB, room: 2 * GB },
};
/** PyTorch's own index of builds without CUDA (pytorch.org/get-started/locally). */
const CPU_INDEX = 'https://download.pytorch.org/whl/cpu';
/** There where a driver of NVIDIA's is loaded: by itself, and under Windows' Linux. */
const DRIVERS = ['/proc/driver/nvidia/version', '/dev/nvidiactl', '/dev/dxg'];

export interface InstallPlan extends BuildFacts {
  readonly build: Build;
  /** The words after `pip install`. Indexes that pip is configured with are asked too. */
  readonly words: readonly string[];
}

/** What is installed on this machine. Throws RunnerFault where the runner cannot run. */
export function planInstall(
  { pins }: Requirements,
  { platform, arch, cpu }: { readonly platform: NodeJS.Platform; readonly arch: string; readonly cpu: boolean },
): InstallPlan {
  if (platform !== 'linux' && !(platform === 'darwin' && arch === 'arm64'))
    throw new RunnerFault(
      'The runner of real weights runs on Linux and on Macs with Apple silicon.',
      'Run the engine on such a machine and use it from here: docs/engine-elsewhere.md says how.',
    );
  if (platform === 'darwin') return { build: 'apple', ...BUILDS.apple, words: pins };
  if (!cpu && DRIVERS.some((path) => existsSync(path))) return { build: 'nvidia', ...BUILDS.nvidia, words: pins };
  // A build with a label counts as newer than one without; named, it cannot become three gigabytes of CUDA.
  const words = pins.map((pin) => (pin.startsWith('torch==') ? `${pin}+cpu` : pin));
  return { build: 'cpu', ...BUILDS.cpu, words: ['--extra-index-url', CPU_INDEX, ...words] };
}

/** Throws RunnerFault where the plan does not fit on the disk of `home`, or of the folder it will be made in. */
export function checkInstallRoom({ room }: Pick<InstallPlan, 'room'>, home: string): void {
  const there = existsSync(home) ? home : join(home, '..');
  const free = roomIn(there);
  if (free >= room) return;
  throw new RunnerFault(
    `${byteSize(free)} are free for ${home}, and unpacking takes up to ${byteSize(room)}.`,
    'Make room, or set LUTHIER_HOME to a folder on another disk.',
  );
}
