/** The file of the tokenizer's thread: the one beside this file, in the bundle and in the source. */
export const THREAD_FILE = new URL(
  import.meta.url.endsWith('.ts') ? './tokenizer.worker.ts' : './tokenizer.js',
  import.meta.url,
);
