import type { ExportedModel, ExportWish, ModelExporter } from '../../../src/app/runtime/machine-ports.ts';
import { practiceJob, type StoredJob } from './render-train.tsx';

/** A job of real weights that has its model. */
export const realJob: StoredJob = {
  job: practiceJob({
    status: 'succeeded',
    model: 'org/tiny',
    fineTunedModel: 'ft:org/tiny:luthier:dnd:abcd1234',
    finishedAt: 1042,
    createdAt: 1000,
  }),
};

export const written: ExportedModel = {
  path: '/exports/tiny',
  written: true,
  files: [{ name: 'adapter_model.safetensors', size: 40_000_000 }],
  command: ['vllm', 'serve', '/models/tiny', '--enable-lora'],
  findings: [{ severity: 'note', message: 'The template has no system message.', fix: '' }],
  gguf: { command: ['python3', 'convert.py', '/exports/tiny'], found: false, where: 'https://example.org/llama' },
};

/** Writes nothing, remembers what it was asked, and gives the result when it is told to end. */
export function exporter(result: ExportedModel) {
  const asked: ExportWish[] = [];
  const ended = Promise.withResolvers<ExportedModel>();
  const exportModel: ModelExporter = (wish) => {
    asked.push(wish);
    return ended.promise;
  };
  return { asked, exportModel, end: () => ended.resolve(result) };
}
