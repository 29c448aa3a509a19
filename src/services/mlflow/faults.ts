import { isRecord, parseJson } from '../../domain/common/json.ts';
import { redactKeys, sanitizeLine } from '../../domain/text/sanitize.ts';
import { TrackingError, type TrackingErrorKind } from '../../domain/tracking/types.ts';

const MOST_SAID = 300;
const KEPT = 'What is on disk stays.';

/** A server that is called, and what of it must not be shown. */
export interface CalledServer {
  /** Without a slash at the end. */
  readonly baseUrl: string;
  readonly secrets: readonly string[];
}

/** A fault that may pass: the same again may succeed, and of what was asked nobody knows whether it was done. */
export class PassingFault extends TrackingError {
  /** Of the header. */
  readonly retryAfter: string | null;

  constructor(fault: TrackingError, retryAfter: string | null) {
    super(fault.kind, fault.message, fault.next);
    this.retryAfter = retryAfter;
  }
}

/** MLflow's own word for what went wrong, `RESOURCE_DOES_NOT_EXIST`; empty where the answer is none of MLflow's. */
export function codeIn(body: string): string {
  const value = parseJson(body);
  return isRecord(value) && typeof value.error_code === 'string' ? value.error_code : '';
}

/** An answer that is no success, in words; `doing` says what was tried. */
export function faultOf(status: number, body: string, doing: string, server: CalledServer): TrackingError {
  const value = parseJson(body);
  const message = isRecord(value) && typeof value.message === 'string' ? value.message : '';
  const said = sanitizeLine(redactKeys(message, server.secrets)).trim().slice(0, MOST_SAID);
  const detail = said === '' ? '' : ` It said: ${said}`;
  const host = hostOf(server.baseUrl);
  const fault = (kind: TrackingErrorKind, what: string, next: string): TrackingError =>
    new TrackingError(kind, sanitizeLine(`${what}${detail}`), `${next} ${KEPT}`);
  if (status === 401)
    return fault(
      'auth',
      `${host} wants to know who you are, or does not take the key (401).`,
      'Set MLFLOW_TRACKING_TOKEN, or MLFLOW_TRACKING_USERNAME and MLFLOW_TRACKING_PASSWORD, or type the key in Settings.',
    );
  if (status === 403)
    return fault('auth', `${host} does not permit ${doing} (403).`, 'Use a key that may, or another experiment.');
  if (status >= 300 && status < 400)
    return fault('rejected', `${host} sends calls on to elsewhere (${status}).`, 'Set the address of the API itself.');
  if (status === 404 && codeIn(body) === '') return noApi(server);
  if (status === 404) return fault('not-found', `${host} does not have what is needed for ${doing}.`, 'Sync it again.');
  if (status === 429)
    return fault('rate-limit', `${host} asks for a pause while ${doing}.`, 'Try again in some minutes.');
  if (status >= 500 || status === 408)
    return fault(
      'server',
      `${host} answered ${status} while ${doing}.`,
      'Try again later: it goes on where it stopped.',
    );
  return fault('rejected', `${host} refused (${status}) while ${doing}.`, 'Correct what it names, then sync it again.');
}

/** A web page, or another program's answer, where MLflow's was to be. */
export const noApi = ({ baseUrl }: CalledServer): TrackingError =>
  new TrackingError(
    'rejected',
    `What answers at ${baseUrl} is no MLflow tracking server.`,
    `Check the address in Settings or MLFLOW_TRACKING_URI: a proxy or a login page may be in the way. ${KEPT}`,
  );

export function unreachable({ baseUrl }: CalledServer, doing: string, silent: boolean): TrackingError {
  const what = silent ? 'does not answer' : 'cannot be reached';
  return new TrackingError(
    'offline',
    `${hostOf(baseUrl)} ${what} while ${doing}.`,
    `Check that the server runs and its address in Settings or MLFLOW_TRACKING_URI, then try again. ${KEPT}`,
  );
}

const hostOf = (url: string): string => URL.parse(url)?.host ?? 'MLflow';
