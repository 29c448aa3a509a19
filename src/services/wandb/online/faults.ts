import { isRecord, parseJson } from '../../../domain/common/json.ts';
import { redactKeys, sanitizeLine } from '../../../domain/text/sanitize.ts';
import type { TrackingKeySource } from '../../../domain/tracking/settings.ts';
import { TrackingError, type TrackingErrorKind } from '../../../domain/tracking/types.ts';
import type { Subject, Target } from './target.ts';

const MOST_SAID = 300;
const KEPT = 'What is on disk stays.';

const KEY_FROM: Readonly<Record<TrackingKeySource, string>> = {
  environment: 'of WANDB_API_KEY',
  file: 'typed into Luthier',
  netrc: 'of the netrc file',
  none: 'that was given',
  unneeded: 'that was given',
};

/** The credentials as they are sent; as secret as the key. */
export const basicAuth = (key: string): string => Buffer.from(`api:${key}`).toString('base64');

/** A server's words, safe to show: one line, no key, at most 300 characters. */
export function saidSafely(text: string, key: string): string {
  return sanitizeLine(redactKeys(text, [key, basicAuth(key)]))
    .trim()
    .slice(0, MOST_SAID);
}

/** A fault whose words may be a server's, or of a log that is somebody else's: each is one line, safe to show. */
export const safeFault = (kind: TrackingErrorKind, message: string, next: string): TrackingError =>
  new TrackingError(kind, sanitizeLine(message), sanitizeLine(next));

/** An answer of W&B that is no success, in words. `said` is the server's. */
export function faultOf(status: number, said: string, subject: Subject, target: Target): TrackingError {
  const detail = said === '' ? '' : ` W&B said: ${said}`;
  switch (status) {
    case 401:
    case 403:
      return refused(status, detail, subject, target);
    case 404:
      return safeFault(
        'not-found',
        `W&B has no ${subject.place}, or none that this key may see.${detail}`,
        'Check the entity and the project (WANDB_ENTITY, WANDB_PROJECT or Settings), then do it again.',
      );
    case 429:
      return safeFault(
        'rate-limit',
        `W&B asks for a pause while ${subject.doing}.${detail}`,
        `Try again in some minutes. ${KEPT}`,
      );
    case 413:
      return safeFault(
        'rejected',
        `W&B finds something too large while ${subject.doing}.${detail}`,
        `${KEPT} The limit is W&B's.`,
      );
    default:
      return other(status, detail, subject, target);
  }
}

function other(status: number, detail: string, subject: Subject, { baseUrl }: Target): TrackingError {
  if (status >= 500 || status === 408) {
    const next = `Try again later: it goes on where it stopped. ${KEPT}`;
    return safeFault('server', `W&B answered ${status} while ${subject.doing}.${detail}`, next);
  }
  if (status >= 300 && status < 400) {
    const next = 'Set WANDB_BASE_URL to the address of the API itself.';
    return safeFault('rejected', `${hostOf(baseUrl)} answered ${status}: the API lies elsewhere.`, next);
  }
  const next = `${KEPT} Check the names in Settings, then do it again.`;
  return safeFault('rejected', `W&B refused (${status}) while ${subject.doing}.${detail}`, next);
}

function refused(status: number, detail: string, { doing, place }: Subject, target: Target): TrackingError {
  const key = `the key ${KEY_FROM[target.keySource]}`;
  const page = `${target.appUrl}/authorize`;
  return status === 401
    ? safeFault('auth', `W&B does not take ${key}.${detail}`, `Get a key at ${page}. ${KEPT}`)
    : safeFault(
        'auth',
        `W&B does not let ${key} work in ${place} (${doing}).${detail}`,
        `Check the entity, or get a key that may at ${page}. ${KEPT}`,
      );
}

/** The store behind a pre-signed address refused; no key is involved. */
export function storageFault(status: number, said: string, { doing }: Subject): TrackingError {
  const kind: TrackingErrorKind = status >= 500 || status === 408 ? 'server' : 'rejected';
  const detail = said === '' ? '' : ` It said: ${said}`;
  return safeFault(
    status === 429 ? 'rate-limit' : kind,
    `W&B's file store answered ${status} while ${doing}.${detail}`,
    `Try again: new addresses are requested. ${KEPT}`,
  );
}

export function unreachable(url: string, subject: Subject, silent: boolean): TrackingError {
  const what = silent ? 'does not answer' : 'cannot be reached';
  return safeFault(
    'offline',
    `${hostOf(url)} ${what} while ${subject.doing}.`,
    `Check the network, then try again: it goes on where it stopped. ${KEPT}`,
  );
}

const hostOf = (url: string): string => URL.parse(url)?.host ?? 'W&B';

/** `errors` in an answer of 200: what they mean can only be read out of their words. */
export function graphqlFault(messages: readonly string[], subject: Subject, target: Target): TrackingError {
  const said = saidSafely(messages.join('; '), target.key);
  return faultOf(statusIn(said), said, subject, target);
}

function statusIn(said: string): number {
  if (/not found|does not exist|could not find/i.test(said)) return 404;
  if (/permission|forbidden|denied|not authorized/i.test(said)) return 403;
  return /not logged in|unauthenticated|invalid api key/i.test(said) ? 401 : 400;
}

/** What an answer's body says went wrong; empty for what is none of W&B's usual forms. */
export function saidIn(body: string): string {
  const value = parseJson(body);
  if (!isRecord(value)) return '';
  if ('error' in value) return messageOf(value.error);
  return Array.isArray(value.errors) ? value.errors.map(messageOf).filter(Boolean).join('; ') : '';
}

function messageOf(value: unknown): string {
  if (typeof value === 'string') return value;
  return isRecord(value) && typeof value.message === 'string' ? value.message : '';
}
