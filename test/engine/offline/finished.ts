import {
  appendFileSync,
  copyFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  readFileSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod';

const taskSchema = z.looseObject({
  base: z.object({ id: z.string(), revision: z.string().nullable(), path: z.null() }),
  method: z.enum(['supervised', 'dpo']),
  epochs: z.number(),
  batch_size: z.number(),
  date: z.string(),
});

/**
 * Does to a script's folder what `elsewhere` of the runner does (docs/runner-protocol.md), with weights that are a word: up to
 * a step, or to the end.
 */
export function trainThere(folder: string, until = Number.POSITIVE_INFINITY): void {
  const task = taskSchema.parse(JSON.parse(readFileSync(join(folder, 'task.json'), 'utf8')));
  const { base, method, date } = task;
  const run = join(folder, 'run');
  mkdirSync(join(run, 'checkpoints'), { recursive: true });
  writeFileSync(
    join(run, 'task.json'),
    JSON.stringify({ ...task, base: { ...base, path: '/there/base' }, processes: 2 }, null, 2),
  );
  for (const name of ['train.jsonl', 'validation.jsonl'])
    if (existsSync(join(folder, name))) copyFileSync(join(folder, name), join(run, name));
  const say = (line: object): void => appendFileSync(join(folder, 'lines.jsonl'), `${JSON.stringify(line)}\n`);
  const rows = readFileSync(join(folder, 'train.jsonl'), 'utf8').trim().split('\n').length;
  const perEpoch = Math.ceil(rows / task.batch_size);
  const steps = perEpoch * task.epochs;
  const sizes = { trained_tokens: 90, learned_tokens: 40, parameters: 1000, trainable_parameters: 10 };
  say({ kind: 'ready', protocol: 1, device: 'cuda', device_name: 'A100', precision: 'bf16', versions: {} });
  const tooLong = [{ file: 'train.jsonl', row: 2, tokens: 300, limit: 256 }];
  say({
    kind: 'plan',
    steps,
    steps_per_epoch: perEpoch,
    first_step: 1,
    ...sizes,
    too_long: tooLong,
    context_length: 256,
  });
  for (let step = 1; step <= Math.min(steps, until); step += 1) {
    const epoch = step / perEpoch;
    const figures = { learning_rate: 0.1, gradient_norm: 1, tokens_per_second: 9, seconds: 1 };
    say({ kind: 'step', step, epoch, loss: 2 / step, accuracy: 0.5, ...figures, memory: null });
    if (step % perEpoch !== 0) continue;
    if (existsSync(join(run, 'validation.jsonl')))
      say({ kind: 'evaluation', step, epoch, loss: 3 / step, accuracy: 0.25, tokens: 9, rows: 2, seconds: 1 });
    const path = join(run, 'checkpoints', `step-${String(step).padStart(8, '0')}`);
    mkdirSync(path, { recursive: true });
    const papers = { format: 1, base: { id: base.id, revision: base.revision }, method, kind: 'adapter', step, epoch };
    const files = {
      'luthier.json': JSON.stringify({ ...papers, template_options: {}, date }),
      'adapter_model.safetensors': `weights ${step}`,
      'adapter_config.json': '{}',
      'optimizer.pt': 'state',
      'trainer_state.json': '{"log_history":[]}',
    };
    for (const [name, text] of Object.entries(files)) writeFileSync(join(path, name), text);
    const bytes = Object.keys(files).map((name) => [name, statSync(join(path, name)).size]);
    writeFileSync(
      join(path, 'checkpoint.json'),
      JSON.stringify({ step, epoch, model: true, files: Object.fromEntries(bytes) }),
    );
    say({ kind: 'checkpoint', path: path.replace(folder, '/there'), step, epoch, model: true, trained_tokens: 45 });
    if (step < steps) continue;
    cpSync(path, join(run, 'model'), {
      recursive: true,
      filter: (from) => !/optimizer|state|checkpoint\.json/.test(from.slice(path.length)),
    });
    say({ kind: 'done', path: '/there/run/model', trained_tokens: 90, step, seconds: 9 });
  }
}
