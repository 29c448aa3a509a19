/** What a tuned model can be taken away as. */
export const EXPORT_TARGETS = ['adapter', 'merged', 'ollama', 'vllm'] as const;
export type ExportTarget = (typeof EXPORT_TARGETS)[number];

/** A folder name for a model: `ft:org/base:luthier:suffix:tag` has characters that not every file system takes. */
export const exportFolderName = (model: string, target: string): string =>
  `${model.replace(/[^\w.-]+/g, '-').replace(/^-+|-+$/g, '')}-${target}`;
