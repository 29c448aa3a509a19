/** What one scenario did to the program, and what came of it. */
export interface Verdict {
  readonly what: string;
  /** What was done to it, with its count: `100 kills`. */
  readonly done: string;
  /** Paid calls the server was asked, and of those the ones for which an answer had been asked before; null where nothing is paid. */
  readonly calls: { readonly asked: number; readonly again: number; readonly againAtMost: number } | null;
  /** Of what had been paid for or written, what is gone. */
  readonly lost: number;
  /** Bought though it was there. */
  readonly paidTwice: number;
  /** Promises that did not hold, in words; empty when all did. */
  readonly broken: readonly string[];
}

export interface Size {
  /** How often a scenario does its harm. */
  readonly times: number;
  readonly seed: number;
}

/** A scenario does its harm `times` times, the same for the same seed but for what the machine's own timing does. */
export type Scenario = (size: Size) => Promise<Verdict>;

/** Gathers broken promises, each in words of its own. */
export interface Promises {
  hold(held: boolean, broken: string): void;
  readonly broken: readonly string[];
}

export function promises(): Promises {
  const broken: string[] = [];
  return {
    broken,
    hold: (held, words) => {
      if (!held) broken.push(words);
    },
  };
}

export const TABLE_HEAD =
  '| what | done to it | calls | asked again | at most | lost | paid twice | |\n|---|---|---|---|---|---|---|---|';

export function tableRow({ what, done, calls, lost, paidTwice, broken }: Verdict): string {
  const figures = calls === null ? ['', '', ''] : [calls.asked, calls.again, calls.againAtMost];
  const cells = [what, done, ...figures, lost, paidTwice, broken.length === 0 ? 'held' : 'BROKEN'];
  return `| ${cells.join(' | ')} |`;
}
