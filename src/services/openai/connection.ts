import { isBrokenConnection, isBrokenHttp, type ProviderErrorKind } from '../../domain/provider/provider.ts';
import { BodyFault, RedirectFault, SilenceFault } from '../http/faults.ts';
import { proxyAt } from '../proxy.ts';

/** What went wrong on the way, when no answer came. */
export interface ConnectionFault {
  readonly kind: Extract<ProviderErrorKind, 'network' | 'timeout'>;
  readonly message: string;
  readonly code: string | null;
}

const TIMEOUT_CODES = /^(ETIMEDOUT|ESOCKETTIMEDOUT|UND_ERR_(?:HEADERS|BODY|CONNECT)_TIMEOUT)$/;
const CERTIFICATE_CODES = /CERT|^(DEPTH_ZERO_SELF_SIGNED|UNABLE_TO_|ERR_TLS|ERR_SSL|EPROTO)/;

/** Looks through the causes of a failed call for the one the system gave. `place` is the host it was meant for. */
export function connectionFault(error: unknown, place: string): ConnectionFault {
  const chain = causes(error);
  const code = chain.map(codeOf).find((found) => found !== null) ?? null;
  const fault = (kind: ConnectionFault['kind'], message: string): ConnectionFault => ({ kind, message, code });
  const through = refusingProxy(chain);
  const known = code === null ? null : faultOfCode(code, through === null ? place : `the proxy ${through}`);
  if (known !== null) return { ...known, code };
  if (chain.some((cause) => /timed? ?out/i.test(cause.name + cause.message)))
    return fault('timeout', `${place} did not answer in time.`);
  return fault('network', `The connection to ${place} failed.`);
}

/** The proxy that did not take the connection; null where there is none, or it was the server. */
function refusingProxy(chain: readonly Error[]): string | null {
  for (const error of chain) {
    if (!('address' in error && 'port' in error)) continue;
    const { address, port } = error;
    if (typeof address === 'string' && typeof port === 'number') return proxyAt(process.env, { address, port });
  }
  return null;
}

/** True when the error is of the way there and not of an answer. */
export function isConnectionError(error: unknown): boolean {
  return causes(error).some(
    (cause) =>
      codeOf(cause) !== null ||
      /^(fetch failed|terminated|aborted|premature close|connection error\.?|request timed out\.?)$/i.test(
        cause.message,
      ),
  );
}

type FaultWords = Omit<ConnectionFault, 'code'>;

function faultOfCode(code: string, place: string): FaultWords | null {
  const network = (message: string): FaultWords => ({ kind: 'network', message });
  if (code === 'ECONNREFUSED') return network(`Nothing answers at ${place}: the connection was refused.`);
  if (code === 'ENOTFOUND' || code === 'EAI_AGAIN')
    return network(`The name of ${place} cannot be found (DNS). Is the network there, and the URL right?`);
  if (code === 'EHOSTUNREACH' || code === 'ENETUNREACH' || code === 'ENETDOWN')
    return network(`There is no way to ${place}: the network is unreachable.`);
  if (TIMEOUT_CODES.test(code)) return { kind: 'timeout', message: `${place} did not answer in time.` };
  if (code === 'EPROTO' || code.startsWith('ERR_SSL'))
    return network(`A secure connection to ${place} could not be made (${code}). Does it speak https, or only http?`);
  if (CERTIFICATE_CODES.test(code)) return network(`A secure connection to ${place} could not be made (${code}).`);
  if (isBrokenHttp(code)) return network(`${place} sent what is no HTTP (${code}) before its answer was complete.`);
  return isBrokenConnection(code) ? network(`The connection to ${place} broke off.`) : null;
}

/** What the transport itself says went wrong; null where it was something else. */
export function transportFault(error: unknown): SilenceFault | BodyFault | RedirectFault | null {
  for (const cause of causes(error)) {
    if (cause instanceof SilenceFault || cause instanceof BodyFault || cause instanceof RedirectFault) return cause;
  }
  return null;
}

/** An error, its causes, and the members of aggregates (both addresses of `localhost` refused, say), outermost first. */
function causes(error: unknown): readonly Error[] {
  const found: Error[] = [];
  const queue: unknown[] = [error];
  while (queue.length > 0 && found.length < 12) {
    const next = queue.shift();
    if (!(next instanceof Error)) continue;
    found.push(next);
    queue.push(next.cause);
    if (next instanceof AggregateError) queue.push(...next.errors);
  }
  return found;
}

function codeOf(error: Error): string | null {
  return 'code' in error && typeof error.code === 'string' && /^[A-Z][A-Z0-9_]+$/.test(error.code) ? error.code : null;
}
