/** What a tuned model can be taken away as. */
export const EXPORT_TARGETS = ['adapter', 'merged', 'ollama', 'vllm'] as const;
export type ExportTarget = (typeof EXPORT_TARGETS)[number];
