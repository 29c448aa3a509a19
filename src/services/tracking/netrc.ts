import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * The netrc file, read as Python's `netrc` does, by which W&B's own client finds its keys: words between white space;
 * quotes and backslashes as a shell has them; `#` where a keyword could stand begins a comment; what a macro holds is
 * no word.
 */

export interface NetrcPlaces {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly homedir: string;
}

/** `NETRC`, or `.netrc` or `_netrc` in the home folder; null where there is none. */
function findNetrc({ env, homedir }: NetrcPlaces): string | null {
  const named = env.NETRC;
  if (named) {
    const path = named.replace(/^~(?=[/\\]|$)/, () => homedir);
    return existsSync(path) ? path : null;
  }
  return ['.netrc', '_netrc'].map((name) => join(homedir, name)).find((path) => existsSync(path)) ?? null;
}

/** The password for `host` (with its port, if the address has one), or that of `default`. Null when there is none. */
export function netrcPassword(places: NetrcPlaces, host: string): string | null {
  const path = findNetrc(places);
  if (path === null) return null;
  try {
    return passwordIn(readFileSync(path, 'utf8'), host);
  } catch {
    // What cannot be read holds no key; W&B's client goes on without it too.
    return null;
  }
}

/** Null also for a text that is no netrc. */
export function passwordIn(text: string, host: string): string | null {
  const words = createReader(text);
  const found = new Map<string, string>();
  let machine: string | null = null;
  for (let word = words.next(); word !== ''; word = words.next()) {
    switch (word.startsWith('#') ? '#' : word) {
      case '#':
        words.skipLine();
        break;
      case 'macdef':
        words.skipMacro();
        break;
      case 'machine':
      case 'default':
        machine = word === 'machine' ? words.next() : 'default';
        found.set(machine, '');
        break;
      case 'login':
      case 'user':
      case 'account':
        words.next();
        break;
      case 'password':
        if (machine === null) return null;
        found.set(machine, words.next());
        break;
      default:
        return null;
    }
  }
  return found.get(found.has(host) ? host : 'default') || null;
}

interface Reader {
  /** Empty at the end. */
  next(): string;
  /** The rest of the line the last word stands on; nothing where that word ended it. */
  skipLine(): void;
  /** Up to an empty line. */
  skipMacro(): void;
}

const SPACE = /\s/;

function createReader(text: string): Reader {
  let at = 0;
  const word = (): string => {
    while (at < text.length && SPACE.test(text.charAt(at))) at += 1;
    const quote = /["']/.test(text.charAt(at)) ? text.charAt(at) : null;
    if (quote !== null) at += 1;
    const ends = (letter: string): boolean => (quote === null ? SPACE.test(letter) : letter === quote);
    let read = '';
    for (; at < text.length && !ends(text.charAt(at)); at += 1) {
      if (text.charAt(at) === '\\') at += 1;
      read += text.charAt(at);
    }
    if (quote !== null) at += 1;
    return read;
  };
  const skipTo = (end: RegExp): void => {
    const match = end.exec(text.slice(at));
    at = match === null ? text.length : at + match.index + match[0].length;
  };
  return {
    next: word,
    skipLine: () => {
      if (text.charAt(at) !== '\n') skipTo(/\n/);
    },
    skipMacro: () => skipTo(/\n\r?\n/),
  };
}
