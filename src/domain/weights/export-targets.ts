/** What a tuned model can be taken away as. */
export const EXPORT_TARGETS = ['adapter', 'merged', 'ollama', 'vllm'] as const;
export type ExportTarget = (typeof EXPORT_TARGETS)[number];

/** As what a person may want it, each with who takes it. GGUF is made of a merged model, by llama.cpp's own converter. */
export const EXPORT_CHOICES = [
  { value: 'adapter', target: 'adapter', note: 'the LoRA weights alone: PEFT' },
  { value: 'merged', target: 'merged', note: 'a whole model: transformers, vLLM' },
  { value: 'ollama', target: 'ollama', note: 'a Modelfile: Ollama' },
  { value: 'vllm', target: 'vllm', note: 'the adapter and the line that serves it: vLLM' },
  { value: 'gguf', target: 'merged', note: 'a whole model and the line that makes GGUF of it: llama.cpp' },
] as const satisfies readonly { readonly value: string; readonly target: ExportTarget; readonly note: string }[];

/** A folder name for a model: `ft:org/base:luthier:suffix:tag` has characters that not every file system takes. */
export const exportFolderName = (model: string, target: string): string =>
  `${model.replace(/[^\w.-]+/g, '-').replace(/^-+|-+$/g, '')}-${target}`;
