import { setMaxListeners } from 'node:events';
import type OpenAI from 'openai';
import { type ErrorContext, toProviderError } from './errors.ts';

/** An open client and what every service of it needs: where it speaks to, and calls that fail as ProviderError. */
export interface Session {
  readonly client: OpenAI;
  /** Host and port. */
  readonly place: string;
  context(signal: AbortSignal | undefined): ErrorContext;
  call<T>(signal: AbortSignal | undefined, work: () => Promise<T>): Promise<T>;
}

export interface CallOptions {
  readonly signal?: AbortSignal;
}

export function openSession(client: OpenAI, secrets: readonly string[]): Session {
  const place = new URL(client.baseURL).host;
  const context = (signal: AbortSignal | undefined): ErrorContext => ({ place, secrets, signal });
  return {
    client,
    place,
    context,
    async call(signal, work) {
      try {
        // One signal often ends a hundred calls; Node would warn of a leak, on the terminal, after ten.
        if (signal !== undefined) setMaxListeners(0, signal);
        signal?.throwIfAborted();
        return await work();
      } catch (error) {
        throw toProviderError(error, context(signal));
      }
    },
  };
}

/** The official client's request options, without a `signal: undefined` the compiler would object to. */
export function requestOptions(options: CallOptions | undefined): { signal?: AbortSignal } {
  return options?.signal === undefined ? {} : { signal: options.signal };
}
