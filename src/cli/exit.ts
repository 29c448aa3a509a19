/** What the shell is told: done; findings or a failure; a command line that makes no sense; stopped by Ctrl-C. */
export const EXIT = { done: 0, failure: 1, usage: 2, interrupted: 130 } as const;
export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

/** A command line that cannot be carried out as it stands. Ends the program with 2. */
export class UsageError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'UsageError';
  }
}

/** Something asked for did not happen, told in the three parts every error has. Ends the program with 1. */
export class CommandFailure extends Error {
  readonly saved: string;
  readonly next: string;

  constructor(what: string, saved = '', next = '') {
    super(what);
    this.name = 'CommandFailure';
    this.saved = saved;
    this.next = next;
  }
}
