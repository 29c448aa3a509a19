/** A source that cannot be read as a whole: what is wrong, and what to do about it. */
export class ImportError extends Error {
  readonly next: string;

  constructor(message: string, next: string) {
    super(message);
    this.name = 'ImportError';
    this.next = next;
  }
}
