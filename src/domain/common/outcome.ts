/** Every error on screen says three things: what happened, what was saved, and what to press or type next. */
export interface Problem {
  readonly what: string;
  readonly saved: string;
  readonly next: string;
}

export type Outcome<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly problem: Problem };

export const ok = <T>(value: T): Outcome<T> => ({ ok: true, value });
export const failed = (problem: Problem): Outcome<never> => ({ ok: false, problem });
