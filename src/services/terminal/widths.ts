/** A terminal that can be asked where its cursor is. */
export interface AskedTerminal {
  readonly stdin: Pick<NodeJS.ReadStream, 'isRaw' | 'setRawMode' | 'on' | 'off' | 'resume' | 'pause'>;
  readonly stdout: { write(text: string): unknown };
}

/** Milliseconds to answer: over a slow line as well. A terminal that knows the question answers at once. */
const ANSWER_MS = 1_000;

const ASK_PLACE = '\u001b[6n';
const PLACE = /\u001b\[\d+;(\d+)R/g;

/**
 * Columns the terminal takes for each text, by where its cursor stands behind it (CPR of ECMA-48); null when it does not say.
 * The line it is on is erased afterwards.
 */
export async function measureWidths(
  { stdin, stdout }: AskedTerminal,
  texts: readonly string[],
): Promise<readonly number[] | null> {
  const { promise, resolve } = Promise.withResolvers<readonly number[] | null>();
  let received = '';
  const read = (chunk: Buffer | string): void => {
    received += String(chunk);
    const columns = Array.from(received.matchAll(PLACE), ([, column]) => Number(column) - 1);
    if (columns.length >= texts.length) resolve(columns);
  };
  const timer = setTimeout(() => resolve(null), ANSWER_MS);
  const wasRaw = stdin.isRaw;
  stdin.setRawMode(true);
  stdin.on('data', read);
  stdin.resume();
  stdout.write(texts.map((text) => `\r${text}${ASK_PLACE}`).join(''));
  try {
    return await promise;
  } finally {
    clearTimeout(timer);
    stdout.write('\r\u001b[2K');
    stdin.off('data', read);
    stdin.setRawMode(wasRaw);
    stdin.pause();
  }
}
