/** Failures of the server one after the other, none answered between, until no more calls are sent at once. */
const ROW = 5;
const FIRST_PAUSE_MS = 500;
const MOST_PAUSE_MS = 8000;
/** Probes that failed one after the other until the run is ended. */
const MOST_PROBES = 6;

/**
 * A circuit breaker (Nygard, "Release It!", 2007): after a row of failures nothing is sent for a pause, then one call tries the
 * server. Its answer lets all others go on; its failure doubles the pause.
 */
export class Breaker {
  private row = 0;
  private probes = 0;
  private openUntil: number | null = null;
  private probing = false;

  /** Whether the server is taken to be down. */
  get open(): boolean {
    return this.openUntil !== null;
  }

  /** Whether so many probes failed that the server will not answer soon. */
  get hopeless(): boolean {
    return this.probes >= MOST_PROBES;
  }

  /** Milliseconds until a call may be sent; infinite while a probe is under way. */
  waitMs(now: number): number {
    if (this.openUntil === null) return 0;
    return this.probing ? Number.POSITIVE_INFINITY : Math.max(0, this.openUntil - now);
  }

  /** A call is sent; true where it is the probe. */
  sent(): boolean {
    if (this.openUntil === null) return false;
    this.probing = true;
    return true;
  }

  /** A call that was the probe ended as neither: it was refused, or never sent. */
  released(probe: boolean): void {
    if (probe) this.probing = false;
  }

  answered(): void {
    this.row = 0;
    this.probes = 0;
    this.openUntil = null;
    this.probing = false;
  }

  failed(probe: boolean, now: number): void {
    this.row += 1;
    if (probe) {
      this.probing = false;
      this.probes += 1;
    } else if (this.openUntil !== null || this.row < ROW) return;
    this.openUntil = now + Math.min(MOST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** this.probes);
  }
}
