import { parseJson } from './json.ts';

const MARK = '\uFEFF';

export const withoutMark = (text: string): string => (text.startsWith(MARK) ? text.slice(1) : text);

/**
 * The JSON value a text holds, or the object or list it begins with when something else follows: a server that writes
 * more than its answer has answered all the same. Undefined where there is none.
 */
export function leadingJson(text: string): unknown {
  const whole = parseJson(text);
  if (whole !== undefined) return whole;
  const end = endOfValue(text);
  return end === null ? undefined : parseJson(text.slice(0, end));
}

const [QUOTE, BACKSLASH] = ['"'.charCodeAt(0), '\\'.charCodeAt(0)];
const OPENS: ReadonlySet<number> = new Set([...'{['].map((sign) => sign.charCodeAt(0)));
const CLOSES: ReadonlySet<number> = new Set([...'}]'].map((sign) => sign.charCodeAt(0)));

/** Where the object or list that a text begins with ends; null when it begins with none, or it is cut. */
function endOfValue(text: string): number | null {
  const start = text.search(/\S/);
  if (start < 0 || !OPENS.has(text.charCodeAt(start))) return null;
  let depth = 0;
  let inText = false;
  for (let at = start; at < text.length; at += 1) {
    const sign = text.charCodeAt(at);
    if (inText && sign === BACKSLASH) at += 1;
    else if (sign === QUOTE) inText = !inText;
    else if (!inText && OPENS.has(sign)) depth += 1;
    else if (!inText && CLOSES.has(sign)) {
      depth -= 1;
      if (depth === 0) return at + 1;
    }
  }
  return null;
}
