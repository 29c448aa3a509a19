import { isLoopback } from './http/guard.ts';

export interface BannerFacts {
  readonly url: string;
  /** Null when the person gave the key: it is theirs, and is not written again. */
  readonly generatedKey: string | null;
  readonly home: string;
  readonly models: readonly { readonly id: string; readonly tunable: boolean }[];
}

/** What a person reads who starts the engine by hand. */
export function banner({ url, generatedKey, home, models }: BannerFacts): string {
  const names = models.map(({ id, tunable }) => `${id}${tunable ? ' (can be tuned)' : ''}`).join(', ');
  return [
    'The practice engine of Luthier: a server on this machine that speaks the OpenAI API.',
    'Its models are small and made for practice. They are not OpenAI’s.',
    '',
    `  URL      ${url}`,
    `  API key  ${generatedKey ?? 'the one you gave'}`,
    `  Models   ${names}`,
    `  Home     ${home}`,
    '',
    'To point a client at it:',
    `  export OPENAI_BASE_URL=${url}`,
    `  export OPENAI_API_KEY=${generatedKey ?? '<your key>'}`,
    '',
    'Ctrl+C stops it. A training that is running then goes on when an engine starts again.',
    '',
  ].join('\n');
}

/** A plain warning when other machines can reach the engine; null when they cannot. */
export function exposureWarning(host: string): string | null {
  if (isLoopback(host)) return null;
  return (
    `Warning: listening on ${host}, so other machines on your network can reach this engine. The connection is not\n` +
    'encrypted; whoever has the API key can read your files and models. Leave --host out to keep it to this machine.\n'
  );
}
