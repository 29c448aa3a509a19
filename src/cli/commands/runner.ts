import { byteSize } from '../../domain/text/format.ts';
import { type CommandContext, EXIT, type ExitCode, type RunnerOptions, UsageError } from '../context.ts';
import { columns } from '../output/text-layout.ts';
import { type RunnerSetup, type RunnerState, runnerSetup } from '../runner.ts';
import { bringBack, script } from './runner-jobs.ts';

type RunnerAction = 'status' | 'install' | 'remove' | 'script' | 'import';

/** Options that several actions have. */
const SHARED: readonly string[] = ['json', 'yes'];
const OWN: Readonly<Record<RunnerAction, (option: string) => boolean>> = {
  status: () => false,
  install: (option) => option === 'cpu',
  remove: () => false,
  script: (option) => option !== 'cpu',
  import: (option) => option === 'base',
};

/** `runner [status|install|remove|script|import]`: the Python that trains and serves real weights, and jobs that run elsewhere. */
export async function runner(
  context: CommandContext,
  action: RunnerAction,
  what: string | undefined,
  options: RunnerOptions,
): Promise<ExitCode> {
  const odd = Object.keys(options).find((option) => !SHARED.includes(option) && !OWN[action](option));
  if (odd !== undefined)
    throw new UsageError(
      `--${odd.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)} is not of runner ${action}`,
    );
  if (action === 'script' || action === 'import') {
    if (what === undefined)
      throw new UsageError(`runner ${action} needs ${action === 'script' ? 'a job or a training file' : 'a folder'}`);
    return action === 'script' ? await script(context, what, options) : await bringBack(context, what, options);
  }
  if (what !== undefined) throw new UsageError(`runner ${action} takes nothing: ${what}`);
  const setup = runnerSetup(context);
  if (action === 'install') return await install(context, setup, options);
  return action === 'remove' ? await remove(context, setup, options) : await status(context, setup);
}

async function status({ output }: CommandContext, setup: RunnerSetup): Promise<ExitCode> {
  const state = await setup.state('used');
  const { python, named, probe, problem, mend } = state;
  output.record('runner', { python, named, ready: problem === null, problem, mend: mend || null, probe });
  for (const line of columns(stateRows(state))) output.line(line);
  if (problem === null) {
    output.line('✓ Real weights can be trained and served.');
    return EXIT.done;
  }
  output.line(`✗ ${problem}`);
  output.line(`  ${mend}`);
  return EXIT.failure;
}

function stateRows({ python, named, probe }: RunnerState): string[][] {
  const rows = [['Python', `${python}${named ? ' (LUTHIER_PYTHON)' : ''}`]];
  if (probe === null) return rows;
  const versions = Object.entries(probe.versions).map(([name, version]) => `${name} ${version ?? '–'}`);
  const devices = probe.devices.map(
    ({ device, name, memory, precisions }) =>
      `${device}${name === null ? '' : ` (${name})`}, ${byteSize(memory)}, ${precisions.join(' ')}`,
  );
  return [
    ...rows,
    ['Versions', versions.slice(0, 4).join(', ')],
    ['', versions.slice(4).join(', ')],
    ...devices.map((text, place) => [place === 0 ? 'Devices' : '', text]),
    ['Memory', `${byteSize(probe.memory.total)}, ${probe.cores ?? '–'} cores`],
  ];
}

async function install(context: CommandContext, setup: RunnerSetup, { yes, cpu }: RunnerOptions): Promise<ExitCode> {
  const { output, ask } = context;
  const { problem, probe: there } = await setup.state('installed');
  if (problem === null) {
    output.record('runner-installed', { folder: setup.folder, probe: there });
    output.line(`Nothing to do: ${setup.folder} has all packages. For another build: luthier runner remove first.`);
    return EXIT.done;
  }
  const { plan, base, install: begin } = await setup.prepare(cpu === true);
  const { build, label, download, room } = plan;
  const how = base.uv === null ? 'venv and pip' : 'uv and pip';
  output.record('plan', { build, download, room, python: base.python, version: base.version, folder: setup.folder });
  output.note(`${label}: about ${byteSize(download)} to download.`);
  output.note(`Into ${setup.folder}, by ${how} of Python ${base.version} (${base.python}).`);
  if (yes !== true) {
    if (ask === null) throw new UsageError(`runner install downloads about ${byteSize(download)}: --yes agrees to it`);
    if (!(await ask('Install it?'))) {
      output.note('Nothing was installed.');
      return EXIT.failure;
    }
  }
  const probe = await interruptible(context, () =>
    begin((text) => {
      output.record('step', { text });
      if (output.redraws) output.progress({ label: 'install', fraction: null, text, fields: { text } });
      else output.note(text);
    }),
  );
  output.progress(null);
  if (probe === null) return EXIT.interrupted;
  output.record('runner-installed', { folder: setup.folder, probe });
  output.line(`✓ Installed. It computes on ${probe.device}.`);
  if (build === 'nvidia' && probe.device !== 'cuda')
    output.note(
      '! PyTorch does not find the GPU: the driver may be too old for its CUDA. nvidia-smi says which it is.',
    );
  if (context.env.LUTHIER_PYTHON?.trim())
    output.note('! LUTHIER_PYTHON names another Python, and goes before this one.');
  return EXIT.done;
}

/** Null where a person stopped it. */
async function interruptible<T>({ signal, output }: CommandContext, work: () => Promise<T>): Promise<T | null> {
  try {
    return await work();
  } catch (error) {
    if (!signal.aborted) throw error;
    output.progress(null);
    output.note('Stopped. What was there before is as it was; the same command again uses what was downloaded.');
    return null;
  }
}

async function remove({ output, ask }: CommandContext, setup: RunnerSetup, { yes }: RunnerOptions): Promise<ExitCode> {
  if (yes !== true) {
    if (ask === null) throw new UsageError(`runner remove deletes ${setup.folder}: --yes agrees to it`);
    if (!(await ask(`Delete ${setup.folder}? Models and jobs stay.`))) {
      output.note('Nothing was removed.');
      return EXIT.failure;
    }
  }
  const removed = setup.remove();
  output.record('runner-removed', { folder: setup.folder, removed });
  output.line(removed ? `Removed ${setup.folder}.` : 'The runner is not installed.');
  return EXIT.done;
}
