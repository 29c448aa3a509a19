/** Milliseconds a thread at work may be silent: longer than the slowest honest step of one, far shorter than a person waits. */
export const SILENCE_LIMIT_MS = 60_000;

/** Calls `onSilence` when, while somebody waits, nothing was heard for `limitMs`. It keeps no process alive. */
export class Watchdog {
  private readonly limitMs: number;
  private readonly onSilence: () => void;
  private timer: NodeJS.Timeout | null = null;

  constructor(limitMs: number, onSilence: () => void) {
    this.limitMs = limitMs;
    this.onSilence = onSilence;
  }

  /** Somebody waits from now on. */
  watch(): void {
    this.timer ??= setTimeout(() => this.onSilence(), this.limitMs).unref();
  }

  /** A sign of life. */
  heard(): void {
    this.timer?.refresh();
  }

  /** Nobody waits any more. */
  rest(): void {
    if (this.timer !== null) clearTimeout(this.timer);
    this.timer = null;
  }
}
