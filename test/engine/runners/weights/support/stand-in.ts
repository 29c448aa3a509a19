// Speaks the runner's side of docs/runner-protocol.md without Python and without weights, for what the engine makes of it.
// Strict: what the protocol does not have ends it. The base's folder says in a file `mode` how it is to behave.
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { createInterface } from 'node:readline';
import * as z from 'zod';
import { standInVllm } from './stand-in-vllm.ts';

const base = z.strictObject({ path: z.string(), id: z.string(), revision: z.string().nullable() });
const taskSchema = z.strictObject({
  base,
  method: z.enum(['supervised', 'dpo']),
  epochs: z.int(),
  batch_size: z.int(),
  learning_rate: z.number(),
  seed: z.int(),
  beta: z.number().optional(),
  lora: z
    .strictObject({
      r: z.int(),
      alpha: z.number(),
      dropout: z.number(),
      target_modules: z.union([z.array(z.string()), z.literal('all-linear')]),
    })
    .nullable(),
  max_length: z.int().nullable(),
  gradient_checkpointing: z.boolean(),
  precision: z.enum(['auto', 'bf16', 'fp32', 'fp16']),
  warmup_ratio: z.number(),
  device: z.literal('auto'),
  processes: z.int(),
  date: z.string(),
});

const say = (line: object): void => void process.stdout.write(`${JSON.stringify(line)}\n`);
const ready = { kind: 'ready', protocol: 1, device: 'cpu', device_name: 'stand-in', precision: 'fp32', versions: {} };
const lines = createInterface({ input: process.stdin });

type Task = z.output<typeof taskSchema>;

function writeModel(path: string, step: number, { base: { id, revision }, method, date, lora }: Task): void {
  mkdirSync(path, { recursive: true });
  const papers = { format: 1, base: { id, revision }, method, kind: 'adapter', step, epoch: 1 };
  writeFileSync(join(path, 'luthier.json'), JSON.stringify({ ...papers, template_options: {}, date }));
  if (lora !== null) writeFileSync(join(path, 'adapter_config.json'), JSON.stringify({ r: lora.r }));
  writeFileSync(join(path, 'adapter_model.safetensors'), `weights ${step}`);
}

function refuse(): never {
  const text = { message: "train.jsonl, line 3: the base's chat template does not take it.", fix: 'Shorten it.' };
  say({ kind: 'failed', code: 'template', ...text, details: { file: 'train', row: 3 } });
  process.exit(1);
}

function train(folder: string, resume: string | undefined): void {
  const task = taskSchema.parse(JSON.parse(readFileSync(join(folder, 'task.json'), 'utf8')));
  const mode = readFileSync(join(task.base.path, 'mode'), 'utf8');
  const lock = join(folder, 'held');
  if (existsSync(lock)) {
    rmSync(lock);
    const text = { message: 'Another training is at work.', fix: 'Try again when it has ended.' };
    say({ kind: 'failed', code: 'locked', ...text, details: { pid: 1 } });
    process.exit(1);
  }
  const rows = readFileSync(join(folder, 'train.jsonl'), 'utf8').trim().split('\n');
  const perEpoch = Math.ceil(rows.length / task.batch_size);
  const total = perEpoch * task.epochs;
  let step = resume === undefined ? 0 : Number(/\d+$/.exec(resume)?.[0]);
  say(ready);
  if (mode === 'refuses') refuse();
  if (mode === 'nan') {
    const text = { message: 'The loss became infinite.', fix: 'Lower learning_rate.' };
    say({ kind: 'failed', code: 'nan_loss', ...text, details: { step: 1 } });
    process.exit(1);
  }
  say({
    kind: 'plan',
    steps: total,
    steps_per_epoch: perEpoch,
    first_step: step + 1,
    learned_tokens: 40,
    trained_tokens: 90,
    too_long: mode === 'long' ? [{ file: 'train.jsonl', row: 3, tokens: 300, limit: 256 }] : [],
    parameters: 1000,
    trainable_parameters: 10,
    context_length: 256,
    surprise: true,
  });
  const before = resume === undefined ? null : readFileSync(join(resume, 'trainer_state.json'), 'utf8');
  const history: object[] = before === null ? [] : JSON.parse(before).log_history;
  const save = (model: boolean): string => {
    const path = join(folder, 'checkpoints', `step-${String(step).padStart(8, '0')}`);
    writeModel(path, step, task);
    writeFileSync(join(path, 'optimizer.pt'), 'state');
    writeFileSync(join(path, 'trainer_state.json'), JSON.stringify({ log_history: history }));
    writeFileSync(join(path, 'checkpoint.json'), JSON.stringify({ step, epoch: step / perEpoch, model }));
    say({ kind: 'checkpoint', path, step, epoch: step / perEpoch, model, trained_tokens: 1 });
    return path;
  };
  const note = (loss: number): void =>
    void history.push({ step, loss, grad_norm: 1, mean_token_accuracy: step / total });
  let stopping = false;
  const stop = (): void => {
    if (stopping) return;
    stopping = true;
    if (mode === 'deaf') return;
    // The step that was under way is finished, and nobody hears of it any more.
    step += 1;
    note(2 / step);
    say({ kind: 'stopped', step, path: save(false) });
    process.exit(0);
  };
  lines.on('line', (line) => {
    z.strictObject({ kind: z.literal('stop') }).parse(JSON.parse(line));
    stop();
  });
  lines.on('close', stop);
  /** False where it is not to go on. */
  const endEpoch = (accuracy: number): boolean => {
    if (existsSync(join(folder, 'validation.jsonl'))) {
      const figures = { loss: 3 / step, accuracy, tokens: 1, rows: 1, seconds: 0 };
      say({ kind: 'evaluation', step, epoch: step / perEpoch, ...figures });
    }
    save(true);
    const fresh = resume === undefined && step === perEpoch;
    if (mode === 'killed' && fresh) process.kill(process.pid, 'SIGKILL');
    return !(fresh && ['held', 'deaf', 'killed'].includes(mode));
  };
  const next = (): void => {
    if (stopping) return;
    if (mode === 'dies') process.kill(process.pid, 'SIGKILL');
    step += 1;
    const accuracy = step / total;
    note(2 / step);
    const memory = { used: 5, peak: 7, total: null };
    const rewards = task.method === 'dpo' ? { chosen: 1, rejected: -1, margin: 2 } : undefined;
    const figures = { learning_rate: task.learning_rate, gradient_norm: null, tokens_per_second: 9, seconds: 0.01 };
    say({ kind: 'step', step, epoch: step / perEpoch, loss: 2 / step, accuracy, ...figures, memory, rewards });
    if (step % perEpoch === 0 && !endEpoch(accuracy)) return;
    if (step < total) {
      setTimeout(next, 5);
      return;
    }
    writeModel(join(folder, 'model'), step, task);
    say({ kind: 'done', path: join(folder, 'model'), trained_tokens: 90, step, seconds: 1 });
    process.exit(0);
  };
  next();
}

/** Says what a training would take, in the words of the real one. */
function estimate(folder: string, words: readonly string[]): void {
  const { base, method, epochs } = taskSchema.parse(JSON.parse(readFileSync(join(folder, 'task.json'), 'utf8')));
  const mode = readFileSync(join(base.path, 'mode'), 'utf8');
  const [stepsWord, steps, rowsWord, shown] = words;
  if (stepsWord !== '--steps' || rowsWord !== '--rows') throw new Error(`${words.join(' ')} is not how it is asked.`);
  const finding = { code: 'today_in_template', severity: 'note', message: 'It prints the day.', fix: 'Set the date.' };
  const findings = mode === 'long' ? [finding] : [];
  const facts = { model_type: 'toy', architecture: 'Toy', parameters: 1000, target_modules: ['q_proj'] };
  say({ kind: 'base', ...facts, context_length: 256, vocabulary: 9, template: true, findings });
  if (mode === 'refuses') refuse();
  if (mode === 'dies') process.kill(process.pid, 'SIGKILL');
  previewRows(folder, method, Number(shown));
  const measured = Number(steps);
  const each = measured > 0 ? 0.5 : null;
  if (mode === 'held' && measured > 0) process.stdin.resume();
  else sayEstimate(mode === 'long', epochs * 2, measured, each);
}

function previewRows(folder: string, method: string, shown: number): void {
  const rows = readFileSync(join(folder, 'train.jsonl'), 'utf8').trim().split('\n');
  const sides = method === 'dpo' ? ['chosen', 'rejected'] : [undefined];
  for (const [index, row] of rows.slice(0, shown).entries()) {
    const { prompt, ...answers } = JSON.parse(row);
    for (const side of sides) {
      const text = `${answers[side ?? 'completion']}<end>`;
      const spans = [
        { text: prompt.at(-1).content, tokens: 3, learned: false },
        { text, tokens: 2, learned: true },
      ];
      say({ kind: 'row', file: 'train', row: index + 1, side, tokens: 5, learned: 2, too_long: false, spans });
    }
  }
}

function sayEstimate(long: boolean, steps: number, measured: number, each: number | null): never {
  const parts = { weights: 1, gradients: 1, optimizer: 1, activations: 1 };
  say({
    kind: 'estimate',
    device: 'cpu',
    device_name: 'stand-in',
    precision: 'fp32',
    memory: { needed: long ? 9e9 : 4e6, available: 8e9, fits: !long, parts },
    steps,
    seconds_per_step: each,
    seconds: each && each * steps,
    measured_steps: measured,
    trained_tokens: 90,
    learned_tokens: 40,
    too_long: long ? [{ file: 'train', row: 3, tokens: 300, limit: 256 }] : [],
  });
  say({ kind: 'done' });
  process.exit(0);
}

const generate = z.strictObject({
  kind: z.literal('generate'),
  id: z.string(),
  base,
  adapter: z.string().nullable(),
  messages: z.array(z.object({ role: z.string(), content: z.string() })),
  max_tokens: z.int().nullable(),
  temperature: z.number(),
  top_p: z.number(),
  seed: z.int(),
  n: z.int(),
  top_logprobs: z.int(),
  presence_penalty: z.number(),
  frequency_penalty: z.number(),
});
const request = z.discriminatedUnion('kind', [
  generate,
  z.strictObject({ kind: z.literal('cancel'), id: z.string(), index: z.int().optional() }),
  z.strictObject({ kind: z.literal('unload'), id: z.string(), adapter: z.string().nullable() }),
]);

/** Of one character, which is text with the second of them. */
const HALVES: Readonly<Record<number, readonly number[]>> = { 2: [0xf0, 0x9f], 3: [0x99, 0x82] };

/** Says which model answers, then the prompt, then a half of a character and `on` without end; answers side by side. */
function answer({
  id,
  adapter,
  base: { path },
  messages,
  max_tokens: limit,
  n,
  top_logprobs: top,
}: z.output<typeof generate>) {
  const prompt = messages.at(-1)?.content ?? '';
  const tokens = prompt.split(' ').length;
  if (prompt === 'die') process.kill(process.pid, 'SIGKILL');
  if (tokens > 100) {
    const details = { tokens, context_length: 100 };
    return say({ kind: 'error', id, code: 'too_long', message: 'Too long.', fix: 'Shorten it.', details });
  }
  if (prompt === 'memory') {
    return say({ kind: 'error', id, code: 'out_of_memory', message: 'No memory.', fix: 'Free some.', details: {} });
  }
  say({ kind: 'prompt', id, tokens, max_tokens: 100 - tokens });
  const model =
    adapter === null ? basename(path) : `tuned ${readFileSync(join(adapter, 'adapter_model.safetensors'), 'utf8')}`;
  const text = [`${model}:`, ` ${prompt}`, '', '🙂'];
  const open = new Set(Array.from({ length: n }, (_, index) => index));
  running.set(id, open);
  const end = (index: number, reason: string): void => {
    open.delete(index);
    say({ kind: 'end', id, index, reason, tokens: 1 });
  };
  cancels.set(id, (index) =>
    [...open].filter((each) => index === undefined || each === index).map((each) => end(each, 'cancelled')),
  );
  const at = (place: number): void => {
    for (const index of open) {
      const said = text[place] ?? ' on';
      const bytes = HALVES[place] ?? [...Buffer.from(said)];
      const one = { token: place, text: said, bytes, logprob: -0.5 };
      say({ kind: 'token', id, index, ...one, top: [one, { ...one, text: 'other' }].slice(0, top) });
      const brief = prompt.startsWith('brief');
      if (place + 1 === limit) end(index, 'length');
      else if (brief && place === 3) end(index, 'stop');
    }
    if (open.size > 0) setTimeout(at, 2, place + 1);
  };
  at(0);
}

const running = new Map<string, Set<number>>();
const cancels = new Map<string, (index: number | undefined) => unknown>();

function serve(): void {
  say(ready);
  lines.on('line', (line) => {
    const asked = request.parse(JSON.parse(line));
    if (asked.kind === 'generate') answer(asked);
    else if (asked.kind === 'cancel') cancels.get(asked.id)?.(asked.index);
    else say({ kind: 'unloaded', id: asked.id, reason: 'asked' });
  });
  lines.on('close', () => process.exit(0));
}

const exportSchema = z.strictObject({
  base,
  adapter: z.string().nullable(),
  target: z.enum(['adapter', 'merged', 'ollama', 'vllm']),
  out: z.string(),
  name: z.string(),
  card: z.string().nullable(),
  system: z.string().nullable(),
  replace: z.boolean(),
});

/** Writes the card alone; has no adapters for Ollama, which says so. */
function exportModel(path: string): void {
  const { target, out, name, card, system, replace } = exportSchema.parse(JSON.parse(readFileSync(path, 'utf8')));
  if (existsSync(out) && !replace) throw new Error(`${out} is there.`);
  const error = {
    code: 'ollama_family',
    severity: 'error',
    message: 'Ollama takes no toy.',
    fix: 'Export it as merged.',
  };
  const findings = target === 'ollama' ? [error] : [];
  if (findings.length === 0) {
    rmSync(out, { recursive: true, force: true });
    mkdirSync(out);
    writeFileSync(join(out, 'README.md'), card ?? '');
    writeFileSync(join(out, 'system'), String(system));
  }
  const files = [{ name: 'README.md', size: 9 }];
  say({
    kind: 'exported',
    path: out,
    target,
    files,
    command: target === 'vllm' ? ['vllm', 'serve', name] : null,
    findings,
  });
  say({ kind: 'done' });
  process.exit(0);
}

const [safe, module, name, command, folder = '', resume, checkpoint] = process.argv.slice(2);
if (safe !== '-P' || module !== '-m' || name !== 'luthier_runner')
  throw new Error('This is not how the runner is started.');
if (process.env.HF_HUB_OFFLINE !== '1' || process.env.LUTHIER_ENGINE_KEY !== undefined)
  throw new Error('Not my environment.');
if (command === 'serve' && folder === '') serve();
else if (command === 'vllm') standInVllm(process.argv.slice(6));
else if (command === 'export' && resume === undefined) exportModel(folder);
else if (command === 'estimate') estimate(folder, process.argv.slice(7));
else if (command === 'train' && (resume === undefined || resume === '--resume')) {
  const known = checkpoint === undefined || readdirSync(join(folder, 'checkpoints')).includes(basename(checkpoint));
  if (!known) throw new Error('There is no such checkpoint.');
  train(folder, checkpoint);
} else throw new Error(`${command} is no command of the runner.`);
