/** What the language and its checks throw: for the one who mends the program, not for the one who uses it. */
const FAULTS: ReadonlySet<string> = new Set([
  'TypeError',
  'RangeError',
  'ReferenceError',
  'SyntaxError',
  'EvalError',
  'AssertionError',
  'ZodError',
  '$ZodError',
]);

/** Whether an error is a fault of the program, with no words for a person in it. */
export const isUnexpected = (error: unknown): error is Error => error instanceof Error && FAULTS.has(error.name);

/** `Luthier met an error it did not expect (TypeError).` */
export const unexpectedText = (error: Error): string => `Luthier met an error it did not expect (${error.name}).`;
