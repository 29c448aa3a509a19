import type { FileMetaData, ParquetParsers, SchemaElement } from 'hyparquet';
import { parseExactJson, parseJson } from '../../domain/common/json.ts';
import type { CellFault } from '../../domain/importing/records.ts';
import { byteText, TextDecoding } from '../../domain/text/decoding.ts';

type Value = unknown;
type Convert = (value: Value) => Value;

/** A file that breaks off or contradicts itself. */
export class ParquetFault extends Error {}

const strict = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** Bytes as text where they are UTF-8; else as they are, for `cellFaults` to find. */
function textOf(bytes: Uint8Array): string | Uint8Array {
  try {
    return strict.decode(bytes);
  } catch {
    return bytes.slice();
  }
}

/** The cells of a converted row that hold bytes of no text, at any depth. */
export function cellFaults(row: Readonly<Record<string, Value>>): readonly CellFault[] {
  return Object.entries(row).flatMap(([column, value]) => {
    const bytes = bytesIn(value);
    return bytes === null ? [] : [{ column, what: describeBytes(bytes) }];
  });
}

function bytesIn(value: Value): Uint8Array | null {
  if (typeof value !== 'object' || value === null) return null;
  if (value instanceof Uint8Array) return value;
  if (ArrayBuffer.isView(value)) return null;
  for (const member of Array.isArray(value) ? value : Object.values(value)) {
    const bytes = bytesIn(member);
    if (bytes !== null) return bytes;
  }
  return null;
}

function describeBytes(bytes: Uint8Array): string {
  let where = '';
  const decoding = new TextDecoding({
    encoding: 'utf-8',
    onFault: ({ offset, byte }) => {
      where ||= ` (byte ${offset + 1} is ${byteText(byte)})`;
    },
  });
  decoding.push(bytes);
  decoding.end();
  return `${bytes.byteLength} bytes that are not UTF-8${where}`;
}

const DAY_MS = 86_400_000;
const dateText = (ms: number): string => new Date(ms).toISOString().slice(0, 10);

/** A time since the epoch as ISO 8601, with as many digits of a second as it has, at least three. */
function timestampText(units: bigint, digits: 3 | 6 | 9): string {
  const second = 10n ** BigInt(digits);
  const rest = ((units % second) + second) % second;
  const fraction = rest
    .toString()
    .padStart(digits, '0')
    .replace(/(?<=^\d{3}(?:\d{3})*)(?:000)+$/, '');
  const whole = new Date(Number((units - rest) / second) * 1_000).toISOString().slice(0, -'.000Z'.length);
  return `${whole}.${fraction}Z`;
}

/** What hyparquet calls for each value of such a column; its own parsers drop what a Date cannot hold. */
export const EXACT_PARSERS: Partial<ParquetParsers> = {
  stringFromBytes: (bytes: Uint8Array) => bytes && textOf(bytes),
  jsonFromBytes: (bytes: Uint8Array) => bytes && jsonOf(bytes),
  dateFromDays: (days: number) => (days == null ? days : dateText(days * DAY_MS)),
  timestampFromMilliseconds: (units: bigint) => (units == null ? units : timestampText(BigInt(units), 3)),
  timestampFromMicroseconds: (units: bigint) => (units == null ? units : timestampText(BigInt(units), 6)),
  timestampFromNanoseconds: (units: bigint) => (units == null ? units : timestampText(BigInt(units), 9)),
};

/** An unscaled decimal with its point: 12345 of scale 2 is `123.45`. */
function decimalText(value: Value, scale: number): Value {
  if (value instanceof Uint8Array) return decimalText(signed(value), scale);
  if (typeof value !== 'number' && typeof value !== 'bigint') return value;
  const unscaled = BigInt(value);
  const digits = (unscaled < 0n ? -unscaled : unscaled).toString().padStart(scale + 1, '0');
  const point = digits.length - scale;
  const text = scale > 0 ? `${digits.slice(0, point)}.${digits.slice(point)}` : digits;
  return unscaled < 0n ? `-${text}` : text;
}

/** A big-endian two's complement of any width. */
function signed(bytes: Uint8Array): bigint {
  const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
  return hex === '' ? 0n : BigInt.asIntN(bytes.length * 8, BigInt(`0x${hex}`));
}

/** The shortest decimal that is the same 32-bit float: 0.1, not 0.10000000149011612. */
function shortFloat(value: Value): Value {
  if (typeof value !== 'number' || !Number.isFinite(value)) return value;
  for (let digits = 1; digits <= 9; digits += 1) {
    const short = Number(value.toPrecision(digits));
    if (Math.fround(short) === value) return short;
  }
  return value;
}

const TIME_DIGITS = { MILLIS: 3, MICROS: 6, NANOS: 9 } as const;

/** A time of day, `13:05:07.000001`; the fraction only where there is one. */
function timeText(value: Value, digits: 3 | 6 | 9): Value {
  if (typeof value !== 'number' && typeof value !== 'bigint') return value;
  const stamp = timestampText(BigInt(value), digits).slice('1970-01-01T'.length, -1);
  return stamp.replace(/\.000$/, '');
}

/** Bytes that no one calls text are text where they may be. */
const plainBytes: Convert = (value) => (value instanceof Uint8Array ? textOf(value) : value);

/** JSON as a value, or as it stands where a value would lose digits of a number, or where it is none. */
function jsonOf(bytes: Uint8Array): Value {
  const text = textOf(bytes);
  if (typeof text !== 'string') return text;
  const value = parseJson(text);
  if (value === undefined) return text;
  return JSON.stringify(parseExactJson(text)) === JSON.stringify(value) ? value : text;
}

/** How a leaf's values are made exact after reading; null where they are. */
function leafConvert(element: SchemaElement): Convert | null {
  const { converted_type: converted, logical_type: logical, type } = element;
  if (converted === 'DECIMAL' || logical?.type === 'DECIMAL') {
    const scale = logical?.type === 'DECIMAL' ? logical.scale : (element.scale ?? 0);
    return (value) => decimalText(value, scale);
  }
  // A time on a clock of no zone: what the parser gives is right but for the zone.
  if (logical?.type === 'TIMESTAMP' && !logical.isAdjustedToUTC) {
    return (value) => (typeof value === 'string' ? value.replace(/Z$/, '') : value);
  }
  if (logical?.type === 'TIME') return (value) => timeText(value, TIME_DIGITS[logical.unit]);
  if (converted === 'TIME_MILLIS') return (value) => timeText(value, 3);
  if (converted === 'TIME_MICROS') return (value) => timeText(value, 6);
  if (type === 'BYTE_ARRAY' && converted === undefined && logical === undefined) return plainBytes;
  return type === 'FLOAT' ? shortFloat : null;
}

/**
 * The metadata to read a file by, with decimals as they are stored, and what makes its rows exact: decimals of any
 * width, 32-bit floats by their shortest form, times of day.
 */
export function exactReading(metadata: FileMetaData): {
  readonly metadata: FileMetaData;
  readonly convertRow: (row: Readonly<Record<string, Value>>) => Readonly<Record<string, Value>>;
} {
  const schema = metadata.schema.map((element) => {
    if (element.converted_type !== 'DECIMAL' && element.logical_type?.type !== 'DECIMAL') return element;
    const { converted_type: _, logical_type: __, ...plain } = element;
    return plain;
  });
  const root = treeOf(metadata.schema);
  const columns = root.children.flatMap((child) => {
    const convert = convertOf(child);
    return convert === null ? [] : [[child.element.name, convert] as const];
  });
  return {
    metadata: { ...metadata, schema },
    convertRow: (row) =>
      columns.length === 0
        ? row
        : { ...row, ...Object.fromEntries(columns.map(([name, convert]) => [name, convert(row[name])])) },
  };
}

interface SchemaTree {
  readonly element: SchemaElement;
  readonly children: readonly SchemaTree[];
}

function treeOf(schema: readonly SchemaElement[]): SchemaTree {
  let next = 0;
  const take = (): SchemaTree => {
    const element = schema[next];
    if (element === undefined) throw new ParquetFault('its schema is cut off or damaged');
    next += 1;
    const children = Array.from({ length: element.num_children ?? 0 }, take);
    return { element, children };
  };
  return take();
}

/** Lists give arrays of their elements, groups objects of their members; maps are objects of the values. */
function convertOf({ element, children }: SchemaTree): Convert | null {
  const own = children.length === 0 ? leafConvert(element) : groupConvert(element, children);
  if (own === null) return null;
  const convert: Convert = (value) => (Array.isArray(value) ? value.map(convert) : own(value));
  return convert;
}

function groupConvert(element: SchemaElement, children: readonly SchemaTree[]): Convert | null {
  const kind = element.converted_type ?? element.logical_type?.type;
  const [only] = children;
  if (kind === 'LIST' && only !== undefined) {
    const [item] = only.children;
    return convertOf(only.children.length === 1 && item !== undefined ? item : only);
  }
  const members = new Map(children.map((child) => [child.element.name, convertOf(child)]));
  const isMap = kind === 'MAP' || kind === 'MAP_KEY_VALUE';
  const ofMap = isMap && only?.children[1] !== undefined ? convertOf(only.children[1]) : null;
  if (ofMap === null && [...members.values()].every((convert) => convert === null)) return null;
  return (value) => {
    if (typeof value !== 'object' || value === null) return value;
    return Object.fromEntries(
      Object.entries(value).map(([name, member]) => [name, (ofMap ?? members.get(name))?.(member) ?? member]),
    );
  };
}
