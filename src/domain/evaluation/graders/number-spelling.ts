/** Runs of digits of one script begin with its zero. */
function asciiDigit(digit: string): string {
  const code = digit.codePointAt(0) ?? 0;
  let zero = code;
  while (/\p{Nd}/u.test(String.fromCodePoint(zero - 1))) zero -= 1;
  return String((code - zero) % 10);
}

const LATEX_FRACTION = /\\[dt]?frac\s*(?:\{\s*(\d+)\s*\}|(\d))\s*(?:\{\s*(\d+)\s*\}|(\d))/g;
const ONE_CHARACTER_FRACTION = /[\u00bc-\u00be\u2150-\u215e]/g;

/** Every fraction as `1/2`, apart from a whole number before it. */
const withFractions = (text: string): string =>
  text
    .replaceAll(LATEX_FRACTION, (_, over, oneOver, under, oneUnder) => `\u0000${over ?? oneOver}/${under ?? oneUnder}`)
    .replaceAll(ONE_CHARACTER_FRACTION, (fraction) => `\u0000${fraction.normalize('NFKC')}`)
    .replaceAll(/(?<=\d)\u0000/g, ' ')
    .replaceAll('\u0000', '');

const RAISED = '\u2070\u00b9\u00b2\u00b3\u2074-\u2079';
const POWER = '\\^\\s?(?:\\{\\s*([-+\\u2212]?\\d{1,4})\\s*\\}|([-+\\u2212]?\\d{1,4}))';
const RAISED_TEN = new RegExp(`(?<![\\d.,\\p{L}])10(\\u207b?[${RAISED}]{1,4})`, 'gu');
const POWER_OF_TEN = new RegExp(`(?<![\\d.,\\p{L}])10\\s?${POWER}`, 'gu');
const POWER_OF_WHOLE = /(?<![\d.,\p{L}])(\d{1,6})\^(?:\{(\d{1,2})\}|(\d{1,2}))(?!\d)/gu;
const POWER_OF_OTHERS = new RegExp(`(?<=[\\p{L})}\\]])${POWER}`, 'gu');
const TIMES_TEN = /(?<![\d.,])(\d+(?:\.\d+)?)\s?(?:[\u00d7xX*\u00b7\u22c5]|\\times|\\cdot)\s?1(?=e[-+]?\d)/g;

const plainSign = (power: string): string => power.replace(/[\u2212\u207b]/, '-');

/** Every power of ten as an exponent (`1.5 \times 10^3` as `1.5e3`), other powers of whole numbers as what they come to. */
const withPowers = (text: string): string =>
  text
    .replaceAll(RAISED_TEN, (_, raised: string) => `1e${plainSign(raised).normalize('NFKC')}`)
    .replaceAll(POWER_OF_TEN, (_, braced, bare) => `1e${plainSign(braced ?? bare)}`)
    .replaceAll(TIMES_TEN, '$1')
    .replaceAll(POWER_OF_WHOLE, (_, base, braced, bare) => String(BigInt(base) ** BigInt(braced ?? bare)))
    // That of a unit or a variable is no number of its own.
    .replaceAll(POWER_OF_OTHERS, '');

/** LaTeX writes `1{,}234`, `1,\!234`, `1\,234` and `12\%`. */
const withoutLatex = (text: string): string =>
  text
    .replaceAll(/(?<=\d)\{,\}(?=\d)/g, ',')
    .replaceAll(/(?<=\d,)\\!(?=\d)/g, '')
    .replaceAll(/(?<=\d)\\[,;:](?=\d)/g, '\u2009')
    .replaceAll('\\%', '%');

const OTHER_SCRIPTS = /[^\u0000-\u024f\u2000-\u206f]/;

/** Digits of any script as those of ASCII, with the separators that stand between them. */
const withAsciiDigits = (text: string): string =>
  OTHER_SCRIPTS.test(text)
    ? text
        .replaceAll(/\p{Nd}/gu, asciiDigit)
        .replaceAll(/(?<=\d)[\uff0e\u066b](?=\d)/g, '.')
        .replaceAll(/(?<=\d)[\uff0c\u066c](?=\d{3}(?!\d))/g, ',')
        .replaceAll(/[\uff05\u066a]/g, '%')
    : text;

/** A text with its numbers spelt in plain signs, for their places to be found: `１２％` as `12%`, `10^3` as `1e3`. */
export const withPlainNumbers = (text: string): string =>
  withPowers(withFractions(withoutLatex(withAsciiDigits(text))));
