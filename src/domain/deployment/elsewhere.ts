import { shellWord } from '../text/format.ts';

/** A tuned model's files in a folder of this machine. */
export interface WeightsFolder {
  readonly folder: string;
  /** The model that the job began with. */
  readonly base: string;
  /** Names of the files. */
  readonly files: readonly string[];
  /** Of an adapter; null where it is not known. */
  readonly rank: number | null;
}

/** Ranks that vLLM can be told of (`--max-lora-rank`), and the one it takes by itself: docs.vllm.ai, engine arguments. */
const VLLM_LARGEST = 512;
const VLLM_RANKS = [8, 16, 32, 64, 128, 256, 320, VLLM_LARGEST];
export const VLLM_RANK = 16;

/** The smallest rank that vLLM can be told of and that takes adapters of this one; its largest where none does. */
export const vllmRank = (rank: number): number => VLLM_RANKS.find((one) => one >= rank) ?? VLLM_LARGEST;

export interface ServedElsewhere {
  /** Commands that serve it; any of them does. */
  readonly commands: readonly string[];
  /** What cannot be done with it as it is; null for nothing. */
  readonly remark: string | null;
}

/** What serves a tuned model from its files: a whole model any server, an adapter one that also has its base. */
export function servedElsewhere({ folder, base, files, rank }: WeightsFolder): ServedElsewhere {
  const place = shellWord(folder);
  if (!files.includes('adapter_config.json'))
    return { commands: [`luthier engine --base ${place}`, `vllm serve ${place}`], remark: null };
  const most = VLLM_RANKS.find((one) => one >= (rank ?? VLLM_RANK)) ?? VLLM_RANK;
  const ranked = most > VLLM_RANK ? ` --max-lora-rank ${most}` : '';
  return {
    commands: [`vllm serve ${shellWord(base)} --enable-lora --lora-modules tuned=${place}${ranked}`],
    remark:
      'These are the files of an adapter: `luthier engine --base` takes whole models, so the adapter has to be merged into its base for it.',
  };
}
