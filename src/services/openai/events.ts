/** One event of a stream of server-sent events. */
export interface ServerEvent {
  /** Its name; empty where it has none. */
  readonly event: string;
  readonly data: string;
}

/**
 * The events of a stream, as the standard reads them (HTML, 9.2.6): comments, which are pings, are none. A last event that
 * nothing ends is given only when `isWhole` says so of its data.
 */
export async function* readEvents(
  pieces: AsyncIterable<Uint8Array>,
  isWhole: (data: string) => boolean,
): AsyncGenerator<ServerEvent, void, undefined> {
  let event = '';
  let data: string[] = [];
  for await (const line of readLines(pieces)) {
    if (line === '') {
      if (data.length > 0) yield { event, data: data.join('\n') };
      event = '';
      data = [];
      continue;
    }
    const colon = line.indexOf(':');
    const field = colon < 0 ? line : line.slice(0, colon);
    const value = colon < 0 ? '' : line.slice(colon + 1).replace(/^ /, '');
    if (field === 'event') event = value;
    if (field === 'data') data.push(value);
  }
  const last = data.join('\n');
  if (last !== '' && isWhole(last)) yield { event, data: last };
}

/** A body with the first characters of it that are no white space and no mark; empty where there are none. */
export async function begun(
  pieces: AsyncIterable<Buffer>,
): Promise<{ readonly first: string; readonly pieces: AsyncIterable<Buffer> }> {
  const iterator = pieces[Symbol.asyncIterator]();
  const read: Buffer[] = [];
  const decoder = new TextDecoder();
  let first = '';
  let ended = false;
  while (!ended && first.length < LONGEST_FIELD) {
    const next = await iterator.next();
    ended = next.done === true;
    if (next.done !== true) read.push(next.value);
    first = (first + decoder.decode(next.done === true ? undefined : next.value, { stream: !ended })).trimStart();
    if (/[:{[<]/.test(first.slice(0, LONGEST_FIELD))) break;
  }
  const rest = { [Symbol.asyncIterator]: () => iterator };
  return {
    first,
    pieces: (async function* () {
      yield* read;
      if (!ended) yield* rest;
    })(),
  };
}

/** Characters of the longest name of a field, with its colon: `event:`. */
const LONGEST_FIELD = 6;

/** Lines that end in CR, LF or both; each byte is looked at once, however long a line is. */
async function* readLines(pieces: AsyncIterable<Uint8Array>): AsyncGenerator<string, void, undefined> {
  const decoder = new TextDecoder();
  let parts: string[] = [];
  let afterReturn = false;
  for await (const piece of pieces) {
    let text = decoder.decode(piece, { stream: true });
    if (afterReturn && text.startsWith('\n')) text = text.slice(1);
    if (text !== '') afterReturn = text.endsWith('\r');
    const lines = text.split(/\r\n|\r|\n/);
    const last = lines.pop() ?? '';
    for (const line of lines) {
      yield parts.length === 0 ? line : [...parts, line].join('');
      parts = [];
    }
    if (last !== '') parts.push(last);
  }
  const rest = [...parts, decoder.decode()].join('');
  if (rest !== '') yield rest;
}
