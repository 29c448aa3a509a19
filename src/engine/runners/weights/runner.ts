import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod';
import type { Server } from '../../../domain/weights/servers.ts';
import { type BaseModel, type ModelReference, ModelUnavailable, type Runner } from '../types.ts';
import { createAnswerer, type ServedModel } from './answerer.ts';
import { type BasePlaces, findBases, notWhole, type WeightsBase } from './bases.ts';
import { createEstimator } from './estimator.ts';
import type { RunnerPython } from './python.ts';
import { createTrainer } from './trainer.ts';
import { createVllmAnswerer } from './vllm/answerer.ts';

export interface WeightsSetup extends BasePlaces {
  /** Asked each time, since it may be installed while the engine runs. */
  python(): RunnerPython | null;
  /** What a person named. */
  readonly named: readonly WeightsBase[];
  /** Of one job. */
  readonly processes: number;
  /** Where what the runner says to people goes. */
  readonly logs: string;
  /** Asked at each answer, since it may be chosen while the engine runs. */
  serve(): Server;
  /** Says something to the person who runs the engine. */
  tell(words: string): void;
}

/** Folders are looked at again after so long: every request asks for the models there are. */
const FRESH_MS = 2000;

/** vLLM that nobody asks for so long is ended, as the runner frees its base. */
const IDLE_MS = 600_000;

/**
 * Real weights, trained and served in Python. With no Python of the runner's and no base named, there is nothing of it.
 * Jobs and answers share the device: a job takes its memory first, and answers, which have the higher priority, the time.
 */
export function createWeightsRunner(setup: WeightsSetup): Runner {
  const python = (): RunnerPython => {
    const found = setup.python();
    mkdirSync(setup.logs, { recursive: true, mode: 0o700 });
    if (found !== null) return found;
    const fix = 'Run luthier runner install, or set LUTHIER_PYTHON to a Python that has its packages.';
    throw new ModelUnavailable('no_runner', `The runner of real weights is not installed. ${fix}`);
  };
  const bases = remembered(FRESH_MS, () => findBases(setup.named, setup, { everything: setup.python() !== null }));
  const find = (id: string): WeightsBase | null => bases().find((base) => base.id === id) ?? null;
  let training = 0;
  const log = join(setup.logs, 'answers.log');
  const transformers = createAnswerer({
    python,
    log,
    memoryHolder: () =>
      training > 0 ? 'A job is training on the same device: pause it, or wait for its end.' : holder(),
  });
  const answerer = createVllmAnswerer({
    python,
    log,
    transformers,
    serve: setup.serve,
    training: () => training > 0,
    tell: setup.tell,
    idleMs: IDLE_MS,
  });
  const holder = (): string | null =>
    answerer.running()
      ? 'vLLM holds memory of the same device: luthier engine --serve transformers does without it.'
      : null;
  const work = { base: find, python, processes: setup.processes, makeRoom: answerer.release };
  const trainer = createTrainer(work);
  return {
    name: 'weights',
    models: async () => bases().map(modelOf),
    async open(reference) {
      python();
      const model = servedModel(reference, find(reference.base));
      return {
        generate: (prompt, options, signal) => answerer.generate(model, prompt, options, signal),
        async close() {
          if (model.adapter !== null) answerer.unload(model.adapter);
        },
      };
    },
    trainer: {
      ...trainer,
      async train(task, emit, signal) {
        training += 1;
        try {
          return await trainer.train(task, emit, signal);
        } finally {
          training -= 1;
        }
      },
    },
    estimate: createEstimator({ ...work, busy: () => training > 0 }),
    close: answerer.close,
  };
}

const modelOf = ({ id, createdAt, state, bytes }: WeightsBase): BaseModel => ({
  id,
  createdAt,
  state,
  bytes,
  methods: state === 'ready' ? ['supervised', 'dpo'] : [],
  practice: false,
});

const papers = z.object({ kind: z.enum(['adapter', 'full']) });

function servedModel({ base: id, path, revision }: ModelReference, base: WeightsBase | null): ServedModel {
  const kind = path === null ? 'base' : papers.parse(JSON.parse(readFileSync(join(path, 'luthier.json'), 'utf8'))).kind;
  if (path !== null && kind === 'full') return { base: { path, id, revision }, adapter: null };
  if (base?.path == null || base.state !== 'ready') {
    throw new ModelUnavailable('model_not_ready', notWhole(id));
  }
  return { base: { path: base.path, id, revision: base.revision }, adapter: path };
}

function remembered<T>(forMs: number, read: () => T): () => T {
  let last: { readonly at: number; readonly value: T } | null = null;
  return () => {
    if (last === null || Date.now() - last.at > forMs) last = { at: Date.now(), value: read() };
    return last.value;
  };
}
