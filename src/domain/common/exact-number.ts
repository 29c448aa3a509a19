import { WrittenNumber } from './json.ts';

/** A number to its last digit: `over` divided by `under`, which is above 0. Not reduced. */
export interface ExactNumber {
  readonly over: bigint;
  readonly under: bigint;
}

/** More digits, or a larger exponent, than anyone means: counting with them would take long. */
const MOST_DIGITS = 1_000;

/** Digits of an exponent; longer ones are not counted with. */
const LONGEST_POWER = 20;

const DECIMAL = /^([-+]?)(\d*)(?:\.(\d*))?(?:[eE]([-+]?\d+))?$/;

interface Decimal {
  readonly negative: boolean;
  /** Without zeros at either end; empty for 0. */
  readonly digits: string;
  /** Of ten, for the last of the digits. */
  readonly exponent: bigint;
}

function readDecimal(text: string): Decimal | null {
  const [, sign, whole = '', part = '', power = '0'] = DECIMAL.exec(text) ?? [];
  if (sign === undefined || whole + part === '' || power.length > LONGEST_POWER) return null;
  const all = (whole + part).replace(/^0+/, '');
  const digits = all.replace(/0+$/, '');
  const exponent = BigInt(power) - BigInt(part.length) + BigInt(all.length - digits.length);
  return { negative: sign === '-' && digits !== '', digits, exponent: digits === '' ? 0n : exponent };
}

/** `-12.50`, `.5`, `1e400` to its last digit; null for what is no decimal, or has more than a thousand digits. */
export function exactNumber(text: string): ExactNumber | null {
  const decimal = readDecimal(text);
  if (decimal === null) return null;
  const { negative, digits, exponent } = decimal;
  const size = exponent < 0n ? -exponent : exponent;
  if (digits.length > MOST_DIGITS || size > BigInt(MOST_DIGITS)) return null;
  const amount = BigInt(digits === '' ? '0' : digits);
  const signed = negative ? -amount : amount;
  return exponent < 0n ? { over: signed, under: 10n ** size } : { over: signed * 10n ** size, under: 1n };
}

export const compareExact = (one: ExactNumber, other: ExactNumber): number => {
  const difference = one.over * other.under - other.over * one.under;
  return difference === 0n ? 0 : difference < 0n ? -1 : 1;
};

export const timesExact = (one: ExactNumber, other: ExactNumber): ExactNumber => ({
  over: one.over * other.over,
  under: one.under * other.under,
});

export const plusExact = (one: ExactNumber, other: ExactNumber): ExactNumber => ({
  over: one.over * other.under + other.over * one.under,
  under: one.under * other.under,
});

export const negativeOf = ({ over, under }: ExactNumber): ExactNumber => ({ over: -over, under });

export const absoluteOf = ({ over, under }: ExactNumber): ExactNumber => ({ over: over < 0n ? -over : over, under });

/** Whether it is a whole number of times `divisor`, which is not 0. */
export const isMultiple = (one: ExactNumber, divisor: ExactNumber): boolean =>
  (one.over * divisor.under) % (divisor.over * one.under) === 0n;

export const isWhole = ({ over, under }: ExactNumber): boolean => over % under === 0n;

/** As near as a JavaScript number comes to it. */
export const approximately = ({ over, under }: ExactNumber): number => Number(over) / Number(under);

/** Whether its decimals end, as those of 1/3 do not. */
export const hasDecimals = (number: ExactNumber): boolean => decimalPlaces(reduced(number).under) !== null;

/** Longer than this it is written with an exponent. */
const LONGEST_TEXT = 30;

/** `0.31`, `1e400`; `1/3` where the decimals never end. */
export function exactText(number: ExactNumber): string {
  const { over, under } = reduced(number);
  const places = decimalPlaces(under);
  if (places === null) return `${over}/${under}`;
  const sign = over < 0n ? '-' : '';
  const digits = `${((over < 0n ? -over : over) * 10n ** BigInt(places)) / under}`.padStart(places + 1, '0');
  const whole = digits.slice(0, digits.length - places);
  const plain = `${sign}${whole}${places === 0 ? '' : `.${digits.slice(-places)}`}`;
  if (plain.length <= LONGEST_TEXT) return plain;
  const kept = digits.replace(/^0+/, '').replace(/0+$/, '');
  const exponent = digits.replace(/^0+/, '').length - 1 - places;
  return `${sign}${kept.slice(0, 1)}${kept.length > 1 ? `.${kept.slice(1)}` : ''}e${exponent}`;
}

/** How many decimals one of so many parts takes; null where they never end. Of a reduced number. */
function decimalPlaces(under: bigint): number | null {
  let [rest, twos, fives] = [under, 0, 0];
  for (; rest % 2n === 0n; twos += 1) rest /= 2n;
  for (; rest % 5n === 0n; fives += 1) rest /= 5n;
  return rest === 1n ? Math.max(twos, fives) : null;
}

function reduced({ over, under }: ExactNumber): ExactNumber {
  let [divisor, rest] = [under, over < 0n ? -over : over];
  while (rest !== 0n) [divisor, rest] = [rest, divisor % rest];
  return { over: over / divisor, under: under / divisor };
}

/** A number of a JSON text as it is written, which `parseExactJson` keeps; null for another value. */
export const digitsOf = (value: unknown): string | null =>
  value instanceof WrittenNumber ? value.source : typeof value === 'number' ? String(value) : null;

/** One text for each value of a number, to its last digit: that of 1.10 is that of 1.1, and not that of 1.1000000000000001. */
export function numberSpelling(text: string): string {
  const decimal = readDecimal(text);
  return decimal === null ? text : `${decimal.negative ? '-' : ''}${decimal.digits}e${decimal.exponent}`;
}

/** Whether two numbers of JSON have one value: 1.10 is 1.1, and 1e400 is not 1e401. */
export const sameNumber = (one: string, other: string): boolean => numberSpelling(one) === numberSpelling(other);
