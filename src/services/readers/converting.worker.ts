import { parentPort, workerData } from 'node:worker_threads';
import { Conversion, type ConvertedPart } from '../../domain/importing/conversion.ts';
import { ImportError } from '../../domain/importing/records.ts';
import { movedWith, packRows } from '../store/rows/packed-rows.ts';
import { FEWEST_PACKED, PACKED_ROWS } from '../store/rows/packs.ts';
import type { ConvertingData, ConvertingReply } from './converting.ts';
import { openFile } from './readers.ts';

/** Records of a part: eight packs, most often. Writing their rows takes some ten milliseconds. */
const RECORDS_AT_ONCE = 8 * PACKED_ROWS;

const port = parentPort;
if (port === null) throw new Error('Files are converted in a worker thread.');
const { path, format, encoding, delimiter, ...request }: ConvertingData = workerData;
const reply = (message: ConvertingReply): void => {
  const packed = message.kind === 'part' ? message.part.packed : null;
  port.postMessage(message, packed === null ? [] : movedWith(packed));
};

/** Rows too few for a pack at the end of a part stay as they are. */
function inPacks(part: ConvertedPart): ConvertedPart {
  const { length } = part.rows;
  const beyond = length % PACKED_ROWS;
  const end = beyond < FEWEST_PACKED ? length - beyond : length;
  return end === 0 ? part : { ...part, packed: packRows(part.rows.slice(0, end)), rows: part.rows.slice(end) };
}

/** Each message asks for one more part; none is made far ahead. */
async function* parts(): AsyncGenerator<ConvertedPart> {
  const conversion = new Conversion(request);
  const source = await openFile(path, { format, encoding, delimiter });
  let taken = 0;
  try {
    for await (const record of source.records()) {
      conversion.take(record);
      taken += 1;
      if (taken % RECORDS_AT_ONCE === 0) yield inPacks(conversion.part(source.share?.() ?? null));
    }
  } catch (error) {
    yield inPacks(conversion.part(null));
    throw error;
  }
  yield inPacks(conversion.part(1));
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
