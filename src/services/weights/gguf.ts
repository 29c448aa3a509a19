import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { type Env, onPath } from './programs.ts';

/** How a folder becomes a GGUF file: by llama.cpp's own converters, which change with its format. */
export interface GgufWay {
  readonly command: readonly string[];
  /** Whether the converter is here. */
  readonly found: boolean;
}

const SCRIPTS = { merged: 'convert_hf_to_gguf.py', adapter: 'convert_lora_to_gguf.py' } as const;
/** Where the converters are had (llama.cpp's README). */
export const LLAMA_CPP = 'https://github.com/ggml-org/llama.cpp';

/** `kind`: a whole model, or an adapter beside its base. Looks in LLAMA_CPP, the folder of a checkout, and along PATH. */
export function ggufWay(
  kind: keyof typeof SCRIPTS,
  { folder, base, out }: { readonly folder: string; readonly base: string; readonly out: string },
  env: Env,
): GgufWay {
  const script = SCRIPTS[kind];
  const checkout = env.LLAMA_CPP?.trim();
  const there = checkout && existsSync(join(checkout, script)) ? join(checkout, script) : onPath(script, env);
  const words = kind === 'merged' ? [folder] : ['--base', base, folder];
  return { command: ['python3', there ?? script, ...words, '--outfile', out], found: there !== null };
}
