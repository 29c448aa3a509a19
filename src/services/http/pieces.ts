import type { IncomingMessage } from 'node:http';

/** So much may wait to be read before the server is held back. */
const WAITING_BYTES = 1_000_000;

export interface PiecesParts {
  /** Bytes came, before they are read. */
  readonly heard: () => void;
  /** The reader does not keep up; false once it does again. */
  readonly held: (held: boolean) => void;
  /** The end, whichever; also when the reader has left. */
  readonly over: () => void;
}

/**
 * The bytes of an answer, in the order in which they came, then its end or what broke it off. A plain stream of Node drops
 * what waits to be read when the connection breaks, and with it the end of many an answer.
 */
export class Pieces implements AsyncIterable<Buffer> {
  private readonly response: IncomingMessage;
  private readonly parts: PiecesParts;
  private readonly waiting: Buffer[] = [];
  private waitingBytes = 0;
  private end: { readonly fault: unknown } | null = null;
  private wake: (() => void) | null = null;

  constructor(response: IncomingMessage, parts: PiecesParts) {
    this.response = response;
    this.parts = parts;
    response.on('data', (piece: Buffer) => this.push(piece));
    response.on('end', () => this.finish(null));
    response.on('error', (error) => this.finish(error));
  }

  /** No more comes, for this reason; what came is still read. */
  finish(fault: unknown): void {
    if (this.end !== null) return;
    // What came in one piece with the fault is not told of any more.
    for (let rest = this.response.read(); rest !== null; rest = this.response.read()) this.push(rest);
    this.end = { fault: this.response.complete ? null : fault };
    this.parts.over();
    this.wake?.();
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Buffer, void, undefined> {
    try {
      for (;;) {
        const piece = this.waiting.shift();
        if (piece !== undefined) {
          this.taken(piece.byteLength);
          yield piece;
          continue;
        }
        if (this.end !== null) {
          if (this.end.fault !== null) throw this.end.fault;
          return;
        }
        await new Promise<void>((resolve) => {
          this.wake = resolve;
        });
      }
    } finally {
      this.leave();
    }
  }

  /** Nothing more is wanted. */
  readonly leave = (): void => {
    this.finish(null);
    this.response.destroy();
  };

  private push(piece: Buffer): void {
    if (this.end !== null) return;
    this.waiting.push(piece);
    this.waitingBytes += piece.byteLength;
    this.parts.heard();
    if (this.waitingBytes > WAITING_BYTES) {
      this.response.pause();
      this.parts.held(true);
    }
    this.wake?.();
  }

  private taken(bytes: number): void {
    this.waitingBytes -= bytes;
    if (!this.response.isPaused() || this.waitingBytes > WAITING_BYTES / 2 || this.end !== null) return;
    this.parts.held(false);
    this.response.resume();
  }
}
