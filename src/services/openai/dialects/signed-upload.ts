import { leadingJson } from '../../../domain/common/leading-json.ts';
import { ProviderError } from '../../../domain/provider/provider.ts';
import { fromAnswer } from '../errors.ts';
import { CountedBody, cannotRead, type UploadOptions, type UploadSource } from '../files.ts';
import type { Session } from '../session.ts';

/** Bytes of an answer of a storage, which says nothing that is needed. */
const MOST_BYTES = 1_000_000;
const TYPE = 'application/octet-stream';

/**
 * Puts a file at an address that a provider signed for it. The address is the permission: the key of the provider is not
 * sent there, and nothing else that tells who asks. Throws ProviderError.
 */
export async function putSigned(
  session: Session,
  address: string,
  source: UploadSource,
  options: UploadOptions,
): Promise<void> {
  const url = signedUrl(session, address);
  const body = new CountedBody(source, options.onSent);
  try {
    const answer = await session.http.whole({
      method: 'PUT',
      url: url.href,
      headers: { 'content-type': TYPE, 'content-length': String(source.bytes) },
      body: body.rest(),
      signal: options.signal,
      mostBytes: MOST_BYTES,
      redirects: 'none',
    });
    if (answer.status < 200 || answer.status >= 300)
      throw fromAnswer(
        { status: answer.status, header: answer.header, error: leadingJson(answer.text) ?? answer.text },
        { ...session.context(options.signal), place: url.host },
      );
  } catch (error) {
    throw body.readError === null ? error : cannotRead(source, body.readError);
  }
}

/** What lies at an address that a provider signed, as text. */
export async function getSigned(session: Session, address: string, signal: AbortSignal | undefined): Promise<string> {
  const url = signedUrl(session, address);
  const answer = await session.http.whole({
    method: 'GET',
    url: url.href,
    headers: {},
    signal,
    mostBytes: Number.POSITIVE_INFINITY,
    redirects: 'anywhere',
  });
  if (answer.status < 200 || answer.status >= 300)
    throw fromAnswer(
      { status: answer.status, header: answer.header, error: leadingJson(answer.text) ?? answer.text },
      { ...session.context(signal), place: url.host },
    );
  return answer.text;
}

function signedUrl({ baseUrl, place }: Session, address: string): URL {
  const url = URL.parse(address, baseUrl);
  const encrypted = baseUrl.startsWith('https:');
  if (url === null || (url.protocol !== 'https:' && (encrypted || url.protocol !== 'http:')))
    throw new ProviderError('invalid-request', `${place} named no address that a file can be sent to.`);
  return url;
}
