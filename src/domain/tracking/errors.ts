export type TrackingErrorKind =
  /** No key is known. */
  | 'no-key'
  /** The key is not taken (401), or may not do this (403). */
  | 'auth'
  /** No such entity, project, run or artifact, or none this key may see. */
  | 'not-found'
  | 'rate-limit'
  | 'server'
  | 'offline'
  /** The tracker does not take what was sent. */
  | 'rejected'
  /** What is on disk cannot be read. */
  | 'broken-log'
  /** A setting that makes no sense. */
  | 'settings';

/** Why something could not be tracked. The message never holds a key; what is on disk stays. */
export class TrackingError extends Error {
  readonly kind: TrackingErrorKind;
  /** What to do about it. */
  readonly next: string;

  constructor(kind: TrackingErrorKind, message: string, next: string) {
    super(message);
    this.name = 'TrackingError';
    this.kind = kind;
    this.next = next;
  }
}
