export interface RefusalWords {
  readonly unit: 'calls' | 'tokens' | null;
  readonly limit: number | null;
  readonly periodMs: number | null;
}

const TOKENS = /\btokens?[ -]per\b|\b(?:on|of|for) tokens\b|\bTP[MDH]\b|\btoken (?:rate )?limit\b/i;
const CALLS =
  /\b(?:requests?|calls|queries)[ -]per\b|\b(?:on|of|for) requests\b|\bRP[SMDH]\b|\brequest (?:rate )?limit\b/i;
const LIMIT = /\blimit:?\s+([\d,]{1,18})\b/i;
const PERIODS: readonly (readonly [RegExp, number])[] = [
  [/\bper (?:min|minute)\b|\b[RT]PM\b/i, 60_000],
  [/\bper hour\b|\b[RT]PH\b/i, 3_600_000],
  [/\bper day\b|\bdaily\b|\b[RT]PD\b/i, 86_400_000],
  [/\bper sec(?:ond)?\b|\bRPS\b/i, 1000],
];

/** What the words of a refusal say of the limit, as OpenAI, Azure, Groq and vLLM's gateways write it: `on tokens per min (TPM): Limit 200000`. */
export function readRefusal(message: string): RefusalWords {
  const tokens = TOKENS.test(message);
  const calls = CALLS.test(message);
  const said = LIMIT.exec(message)?.[1]?.replaceAll(',', '');
  const limit = said === undefined ? Number.NaN : Number(said);
  return {
    unit: tokens === calls ? null : tokens ? 'tokens' : 'calls',
    limit: Number.isSafeInteger(limit) && limit > 0 ? limit : null,
    periodMs: PERIODS.find(([words]) => words.test(message))?.[1] ?? null,
  };
}
