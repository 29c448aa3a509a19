import type { Launcher } from './requests.ts';

/** What the launch files of a script are made of. */
export interface LaunchFacts {
  readonly launcher: Launcher;
  readonly base: { readonly id: string; readonly revision: string | null };
  readonly method: string;
  readonly examples: number;
  readonly batchSize: number;
  readonly processes: number;
  readonly nodes: number;
}

/** The files that start the training, by name; those that end with `.sh` and `.sbatch` are programs. */
export function launchFiles(facts: LaunchFacts): Readonly<Record<string, string>> {
  return { 'run.sh': runScript(facts), 'README.md': readme(facts), ...MORE[facts.launcher](facts) };
}

const MORE: Readonly<Record<Launcher, (facts: LaunchFacts) => Readonly<Record<string, string>>>> = {
  torchrun: () => ({}),
  slurm: (facts) => ({ 'job.sbatch': slurmScript(facts) }),
  skypilot: (facts) => ({ 'sky.yaml': skyYaml(facts) }),
};

/** One start for all launchers: the trainer starts torchrun itself, and goes on from the last checkpoint. */
const runScript = ({ processes }: LaunchFacts): string => `#!/bin/sh
# Trains this folder's job, and goes on with it where it was stopped. On each machine, in this one folder that all of them see:
#   BASE=/models/base ./run.sh
#   NODES=2 NODE_RANK=0 MASTER_ADDRESS=host0 BASE=/models/base ./run.sh      (NODE_RANK=1 on the second)
# PYTHON: with requirements.txt installed.  PROCESSES: on each machine, one for each GPU.  INTERFACE: of the network.
set -eu
cd "$(dirname "$0")"
export PYTHONPATH="$PWD/trainer" PYTHONDONTWRITEBYTECODE=1 HF_HUB_OFFLINE=1 TQDM_DISABLE=1 TOKENIZERS_PARALLELISM=false
exec "\${PYTHON:-python3}" -P -m luthier_runner elsewhere "$PWD" --base "\${BASE:-$PWD/base}" \\
  --processes "\${PROCESSES:-${processes}}" --nodes "\${NODES:-1}" --node-rank "\${NODE_RANK:-0}" \\
  --master-address "\${MASTER_ADDRESS:-127.0.0.1}" --master-port "\${MASTER_PORT:-29500}" \${INTERFACE:+--interface "$INTERFACE"}
`;

/** `--signal` gives a step and a save two minutes before the time is up; requeued, the job goes on. */
const slurmScript = ({ nodes, processes }: LaunchFacts): string => `#!/bin/bash
#SBATCH --job-name=luthier
#SBATCH --nodes=${nodes}
#SBATCH --ntasks-per-node=1
#SBATCH --gpus-per-node=${processes}
#SBATCH --requeue
#SBATCH --signal=TERM@120
set -eu
cd "\${SLURM_SUBMIT_DIR:-.}"
MASTER_ADDRESS=$(scontrol show hostnames "$SLURM_JOB_NODELIST" | head -n 1)
MASTER_PORT=$((20000 + SLURM_JOB_ID % 20000))
export MASTER_ADDRESS MASTER_PORT PROCESSES=${processes}
srun --kill-on-bad-exit=1 sh -c 'NODES=$SLURM_NNODES NODE_RANK=$SLURM_NODEID exec ./run.sh'
`;

const skyYaml = ({ base, nodes, processes }: LaunchFacts): string => `name: luthier
# Several nodes need one folder that all of them see: mount a bucket or a volume over this one.
num_nodes: ${nodes}
resources:
  accelerators: A100:${processes}
workdir: .
setup: |
  pip install -r requirements.txt
${base.revision === null ? '' : `  [ -f base/config.json ] || ${download(base)}\n`}run: |
  NODES=$SKYPILOT_NUM_NODES NODE_RANK=$SKYPILOT_NODE_RANK PROCESSES=$SKYPILOT_NUM_GPUS_PER_NODE \\
    MASTER_ADDRESS=$(echo "$SKYPILOT_NODE_IPS" | head -n 1) ./run.sh
`;

const download = ({ id, revision }: LaunchFacts['base']): string =>
  `hf download ${id} --revision ${revision} --local-dir base`;

const START: Readonly<Record<Launcher, string>> = {
  torchrun: 'BASE=/path/to/base ./run.sh',
  slurm: 'BASE=/path/to/base sbatch job.sbatch',
  skypilot: 'sky launch -c luthier sky.yaml && rsync -Pavz luthier:sky_workdir/ .',
};

function readme({ launcher, base, method, examples, batchSize, processes, nodes }: LaunchFacts): string {
  const whole = base.revision === null ? 'Copy its folder there.' : `There: \`${download(base)}\``;
  const world = processes * nodes;
  return `# A training job, to run where Luthier is not

${base.id}, ${method}, ${examples} rows, ${batchSize} rows a step${world === 1 ? '' : `, shared by ${world} processes`}.

1. Copy this folder whole. Several machines need one folder that all of them see.
2. \`pip install -r requirements.txt\` (Python 3.11 or newer, Linux or macOS).
3. Have the base ${base.id}${base.revision === null ? '' : ` at commit ${base.revision}`}: in \`base/\` of this folder, or where BASE names it. ${whole}
4. \`${START[launcher]}\`: given again, it goes on from the last checkpoint.
5. Bring the folder back and give \`luthier runner import FOLDER\`: metrics, checkpoints and model become a job like any other.

task.json has the settings, \`train.jsonl\` the rows; rows a step must be a multiple of all processes. \`run/\` and \`lines.jsonl\` are what the run makes.
`;
}
