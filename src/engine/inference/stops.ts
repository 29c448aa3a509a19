import type { GeneratedToken } from '../runners/types.ts';

export interface StopFilter {
  /** Tokens that can be given out now; those that may yet turn out to begin a stop string are held back. */
  push(token: GeneratedToken): readonly GeneratedToken[];
  /** What was held back, once nothing more comes. */
  rest(): readonly GeneratedToken[];
  readonly stopped: boolean;
}

/**
 * Ends a text before the stop string that is complete first, wherever token borders fall: of two that overlap a model
 * that writes on would never finish the other. The token it cuts is shortened.
 */
export function createStopFilter(stops: readonly string[]): StopFilter {
  let held: GeneratedToken[] = [];
  let stopped = false;
  const release = (length: number): GeneratedToken[] => {
    const out: GeneratedToken[] = [];
    let used = 0;
    for (const token of held) {
      if (used + token.text.length > length) break;
      used += token.text.length;
      out.push(token);
    }
    held = held.slice(out.length);
    return out;
  };
  return {
    push(token) {
      if (stopped) return [];
      held.push(token);
      const text = held.map((each) => each.text).join('');
      const at = firstStop(text, stops);
      if (at >= 0) {
        stopped = true;
        const whole = release(at);
        const left = at - whole.reduce((sum, each) => sum + each.text.length, 0);
        const cut = held[0];
        held = [];
        return cut && left > 0 ? [...whole, { ...cut, text: cut.text.slice(0, left) }] : whole;
      }
      return release(text.length - possibleStart(text, stops));
    },
    rest() {
      const out = stopped ? [] : held;
      held = [];
      return out;
    },
    get stopped() {
      return stopped;
    },
  };
}

/** Where the stop string that ends first begins, of several the longest; -1 when there is none. */
function firstStop(text: string, stops: readonly string[]): number {
  const found = stops.map((stop) => ({ at: text.indexOf(stop), length: stop.length })).filter(({ at }) => at >= 0);
  const [first] = found.toSorted((a, b) => a.at + a.length - b.at - b.length || a.at - b.at);
  return first?.at ?? -1;
}

/** Length of the longest end of `text` that some stop string begins with. */
function possibleStart(text: string, stops: readonly string[]): number {
  let longest = 0;
  for (const stop of stops) {
    for (let length = Math.min(stop.length - 1, text.length); length > longest; length -= 1) {
      if (text.endsWith(stop.slice(0, length))) longest = length;
    }
  }
  return longest;
}
