import { deflateRawSync, inflateRawSync } from 'node:zlib';
import type { PointerBook } from './encoder.ts';
import { PromptStatistics } from './features.ts';
import { Gate, Trust } from './gate.ts';
import { LabelClassifier } from './label-classifier.ts';
import { LabelExpert } from './label-expert.ts';
import { LabelFeatures } from './label-features.ts';
import { LogLinear } from './log-linear.ts';
import { TinyModel } from './model.ts';
import { CountTable } from './ngram.ts';
import { Vocabulary } from './vocabulary.ts';

/** `LUTP`, then a version. */
const MAGIC = 0x5054554c;
const VERSION = 2;
/** Had neither labels nor sentences that begin anew, and is read as a model without them. */
const FIRST_VERSION = 1;

export interface Progress {
  readonly epoch: number;
  readonly step: number;
}

type Column = Uint32Array | Int32Array | Float32Array;

/** A model as bytes: a magic number, then deflated sections, each a length and its content; numbers are little-endian columns. */
export function serialise(model: TinyModel, { epoch, step }: Progress): Uint8Array {
  const { counts, spellings } = { counts: model.chain.table, spellings: model.spelling.table };
  const words = JSON.stringify([model.vocabulary.list(), ...bookLists(model.book)]);
  const touched = nonZero(model.logLinear.squares);
  const sections: Uint8Array[] = [
    new TextEncoder().encode(words),
    bytesOf(Uint32Array.of(epoch, step, model.statistics.rows)),
    bytesOf(model.gate.weights),
    bytesOf(Uint32Array.from(model.statistics.frequency.keys())),
    bytesOf(Uint32Array.from(model.statistics.frequency.values())),
    bytesOf(touched),
    bytesOf(Float32Array.from(touched, (index) => model.logLinear.weights[index] ?? 0)),
    bytesOf(Float32Array.from(touched, (index) => model.logLinear.squares[index] ?? 0)),
    bytesOf(Uint32Array.from(model.trust.gains.keys())),
    bytesOf(Float64Array.from([...model.trust.gains.values()].flatMap(({ gain, visits }) => [gain, visits]))),
    bytesOf(Float64Array.of(model.trust.overall)),
    ...tableSections(counts),
    ...tableSections(spellings),
    ...labelSections(model.labels),
  ];
  const body = deflateRawSync(framed(sections), { level: 1 });
  const bytes = new Uint8Array(8 + body.length);
  new DataView(bytes.buffer).setUint32(0, MAGIC, true);
  new DataView(bytes.buffer).setUint32(4, VERSION, true);
  bytes.set(body, 8);
  return bytes;
}

/** Throws when the bytes are not a model of this version. */
export function deserialise(bytes: Uint8Array): Progress & { readonly model: TinyModel } {
  const head = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const version = bytes.byteLength < 8 ? 0 : head.getUint32(4, true);
  if (bytes.byteLength < 8 || head.getUint32(0, true) !== MAGIC || !isReadable(version)) {
    throw new Error('These bytes are not a practice model that this version of Luthier can read.');
  }
  const sections = unframed(inflateRawSync(bytes.subarray(8)));
  const next = (): Uint8Array => sections.shift() ?? new Uint8Array(0);
  const [symbols = [], ...lists] = wordLists(new TextDecoder().decode(next()));
  const [epoch = 0, step = 0, rows = 0] = numbers(next(), Uint32Array);
  const gate = new Gate(numbers(next(), Float64Array));
  const hashes = numbers(next(), Uint32Array);
  const frequencies = numbers(next(), Uint32Array);
  const frequency = new Map<number, number>();
  for (const [i, hash] of hashes.entries()) frequency.set(hash, frequencies[i] ?? 0);
  const touched = numbers(next(), Uint32Array);
  const logLinear = new LogLinear();
  for (const column of [logLinear.weights, logLinear.squares]) {
    const values = numbers(next(), Float32Array);
    for (const [i, index] of touched.entries()) column[index] = values[i] ?? 0;
  }
  const trust = trustOf(
    numbers(next(), Uint32Array),
    numbers(next(), Float64Array),
    numbers(next(), Float64Array)[0] ?? 0,
  );
  const counts = tableOf(next);
  const spellings = tableOf(next);
  const labels = labelsOf(next);
  const model = new TinyModel({
    vocabulary: new Vocabulary(symbols),
    book: bookOf(version === FIRST_VERSION ? [...lists.slice(0, 4), [], ...lists.slice(4)] : lists),
    statistics: new PromptStatistics(frequency, rows),
    counts,
    spellings,
    logLinear,
    gate,
    trust,
    labels,
  });
  return { epoch, step, model };
}

function isReadable(version: number): boolean {
  return version === FIRST_VERSION || version === VERSION;
}

function labelSections(expert: LabelExpert | null): Uint8Array[] {
  if (expert === null) return [];
  const { labels, features, classifier, met, rows, fresh } = expert;
  const { regularisation, sharpness } = classifier.settings;
  return [
    new TextEncoder().encode(JSON.stringify([labels])),
    bytesOf(Float64Array.of(features.rows, classifier.classes, rows, fresh, regularisation, sharpness)),
    bytesOf(Uint32Array.from(features.frequency.keys())),
    bytesOf(Uint32Array.from(features.frequency.values())),
    bytesOf(classifier.weights),
    bytesOf(classifier.coefficients),
    met,
  ];
}

function labelsOf(next: () => Uint8Array): LabelExpert | null {
  const words = next();
  if (words.length === 0) return null;
  const [labels = []] = wordLists(new TextDecoder().decode(words));
  const [promptRows = 0, classes = 0, rows = 0, fresh = 0, regularisation = 1, sharpness = 1] = numbers(
    next(),
    Float64Array,
  );
  const hashes = numbers(next(), Uint32Array);
  const counts = numbers(next(), Uint32Array);
  const frequency = new Map(Array.from(hashes, (hash, i): [number, number] => [hash, counts[i] ?? 0]));
  const features = new LabelFeatures(frequency, promptRows);
  const weights = numbers(next(), Float32Array);
  const coefficients = numbers(next(), Float32Array);
  const classifier = new LabelClassifier(classes, { regularisation, sharpness }, weights, coefficients);
  return new LabelExpert(labels, features, classifier, Uint8Array.from(next()), rows, fresh);
}

function bookLists({ frame, accepted, pronouns, usual, restarts }: PointerBook): string[][] {
  const values = [...usual].map(([id, list]) => [id, ...list]);
  const families = [...pronouns.values()].map(String);
  return [[...frame], [...(accepted ?? [])], [...pronouns.keys()], families, restarts ? ['restarts'] : [], ...values];
}

function bookOf(lists: readonly string[][]): PointerBook {
  const [frame = [], accepted = [], names = [], families = [], restarts = [], ...values] = lists;
  return {
    frame: new Set(frame),
    accepted: new Set(accepted),
    pronouns: new Map(names.map((name, i) => [name, Number(families[i])])),
    restarts: restarts.length > 0,
    usual: new Map(values.map(([id = '', ...list]) => [id, list])),
  };
}

function trustOf(keys: Uint32Array, values: Float64Array, overall: number): Trust {
  const gains = new Map<number, { gain: number; visits: number }>();
  for (const [i, key] of keys.entries()) gains.set(key, { gain: values[2 * i] ?? 0, visits: values[2 * i + 1] ?? 0 });
  return new Trust(gains, overall);
}

function tableSections(table: CountTable): Uint8Array[] {
  return [
    bytesOf(table.contextKey.subarray(0, table.contexts)),
    bytesOf(table.total.subarray(0, table.contexts)),
    bytesOf(table.types.subarray(0, table.contexts)),
    bytesOf(table.entryContext.subarray(0, table.entries)),
    bytesOf(table.entrySymbol.subarray(0, table.entries)),
    bytesOf(table.entryCount.subarray(0, table.entries)),
  ];
}

function tableOf(next: () => Uint8Array): CountTable {
  const table = new CountTable();
  for (const key of numbers(next(), Uint32Array)) table.newContext(key);
  const totals = numbers(next(), Float32Array);
  const types = numbers(next(), Float32Array);
  const contexts = numbers(next(), Int32Array);
  const symbols = numbers(next(), Int32Array);
  const counts = numbers(next(), Float32Array);
  for (const [i, context] of contexts.entries()) table.newEntry(context, symbols[i] ?? 0, counts[i] ?? 0);
  table.total.set(totals);
  table.types.set(types);
  return table;
}

function nonZero(values: Float32Array): Uint32Array {
  const found = new Uint32Array(values.reduce((count, value) => (value === 0 ? count : count + 1), 0));
  let at = 0;
  for (let i = 0; i < values.length; i += 1) {
    if (values[i] === 0) continue;
    found[at] = i;
    at += 1;
  }
  return found;
}

function wordLists(json: string): string[][] {
  const parsed: unknown = JSON.parse(json);
  if (!Array.isArray(parsed)) throw new Error('The practice model has no vocabulary.');
  return parsed.map((list: unknown) => (Array.isArray(list) ? list.map(String) : []));
}

function bytesOf(column: Column | Float64Array): Uint8Array {
  return new Uint8Array(column.buffer, column.byteOffset, column.byteLength);
}

/** A copy, because a section may start at any byte and a typed array may not. */
function numbers<T>(bytes: Uint8Array, kind: new (buffer: ArrayBuffer) => T): T {
  return new kind(Uint8Array.from(bytes).buffer);
}

function framed(sections: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(sections.reduce((size, section) => size + 4 + section.length, 0));
  const view = new DataView(whole.buffer);
  let at = 0;
  for (const section of sections) {
    view.setUint32(at, section.length, true);
    whole.set(section, at + 4);
    at += 4 + section.length;
  }
  return whole;
}

function unframed(whole: Uint8Array): Uint8Array[] {
  const view = new DataView(whole.buffer, whole.byteOffset, whole.byteLength);
  const sections: Uint8Array[] = [];
  for (let at = 0; at + 4 <= whole.length; ) {
    const length = view.getUint32(at, true);
    sections.push(whole.subarray(at + 4, at + 4 + length));
    at += 4 + length;
  }
  return sections;
}
