import { parentPort, workerData } from 'node:worker_threads';
import { Conversion, type ConvertedPart } from '../../domain/importing/conversion.ts';
import { ImportError } from '../../domain/importing/records.ts';
import type { ConvertingData, ConvertingReply } from './converting.ts';
import { openFile } from './readers.ts';

/** Records of a part: writing their rows takes some ten milliseconds. */
const RECORDS_AT_ONCE = 200;

const port = parentPort;
if (port === null) throw new Error('Files are converted in a worker thread.');
const { path, format, encoding, delimiter, ...request }: ConvertingData = workerData;
const reply = (message: ConvertingReply): void => port.postMessage(message);

/** Each message asks for one more part; none is made far ahead. */
async function* parts(): AsyncGenerator<ConvertedPart> {
  const conversion = new Conversion(request);
  const source = await openFile(path, { format, encoding, delimiter });
  let taken = 0;
  try {
    for await (const record of source.records()) {
      conversion.take(record);
      taken += 1;
      if (taken % RECORDS_AT_ONCE === 0) yield conversion.part(source.share?.() ?? null);
    }
  } catch (error) {
    yield conversion.part(null);
    throw error;
  }
  yield conversion.part(1);
}

const made = parts();

async function answer(): Promise<ConvertingReply> {
  try {
    const next = await made.next();
    return next.done === true ? { kind: 'end' } : { kind: 'part', part: next.value };
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    return { kind: 'failed', message, next: error instanceof ImportError ? error.next : null };
  }
}

// One after the other: the end that follows a fault is not to be said before it.
let answered = Promise.resolve();
port.on('message', () => {
  answered = answered.then(answer).then(reply);
});
