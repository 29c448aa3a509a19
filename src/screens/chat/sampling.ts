import type { Sampling } from '../../domain/chat/types.ts';

/** Sequences that the API takes at most. */
export const MOST_STOPS = 4;

const ESCAPES: Readonly<Record<string, string>> = { n: '\n', t: '\t', s: ' ', ',': ',', '\\': '\\' };

/** Stop sequences as they are typed, commas between them; `\n`, `\t`, `\s`, `\,` and `\\` stand for what they do elsewhere. */
export function readStops(text: string): readonly string[] {
  const parts = text.match(/(?:\\.|[^,\\]|\\$)+/gsu) ?? [];
  return parts
    .map((part) => part.trim().replace(/\\([nts,\\])/g, (_, sign: string) => ESCAPES[sign] ?? sign))
    .filter((part) => part !== '');
}

/** The text that `readStops` reads back. */
export function showStops(stops: readonly string[]): string {
  return stops
    .map((stop) =>
      stop
        .replace(/[\\,]/g, '\\$&')
        .replaceAll('\n', '\\n')
        .replaceAll('\t', '\\t')
        .replace(/^ +| +$/g, (spaces) => '\\s'.repeat(spaces.length)),
    )
    .join(', ');
}

type Change = { readonly [K in keyof Sampling]?: Sampling[K] | null };

/** The parameters with some of them changed; null takes one out, so that the provider's default holds. */
export function changeSampling(sampling: Sampling, change: Change): Sampling {
  const { temperature, topP, maxTokens, stop, seed } = { ...sampling, ...change };
  return {
    ...(temperature == null ? {} : { temperature }),
    ...(topP == null ? {} : { topP }),
    ...(maxTokens == null ? {} : { maxTokens }),
    ...(stop == null || stop.length === 0 ? {} : { stop }),
    ...(seed == null ? {} : { seed }),
  };
}

/** The parameters in few words, those that are set. */
export function samplingWords(sampling: Sampling, gap: string): string {
  const { temperature, topP, maxTokens, stop = [], seed } = sampling;
  return [
    temperature === undefined ? '' : `temperature ${temperature}`,
    topP === undefined ? '' : `top_p ${topP}`,
    maxTokens === undefined ? '' : `max ${maxTokens} tokens`,
    stop.length === 0 ? '' : `${stop.length} stop`,
    seed === undefined ? '' : `seed ${seed}`,
  ]
    .filter((part) => part !== '')
    .join(gap);
}
