import type { CallLimits, PassedLimit } from '../../domain/provider/call-limits.ts';
import { SilenceFault } from './faults.ts';
import type { Wait } from './waits.ts';

export interface PatienceParts {
  /** Host and port. */
  readonly place: string;
  readonly limits: CallLimits;
  /** The first byte may come as late as the whole answer may: a model that does not stream thinks first. */
  readonly slowFirst: boolean;
  readonly wait: Wait;
  readonly over: (fault: SilenceFault) => void;
}

/** The clocks of one call: each sign of progress starts the silence anew, and the whole call has an end. */
export class Patience {
  private readonly parts: PatienceParts;
  private phase: Exclude<PassedLimit, 'whole'> = 'connect';
  private silence: NodeJS.Timeout | null = null;
  private whole: NodeJS.Timeout;
  /** The rest of a body may be sent after its answer came: a call that is over starts no clock again. */
  private ended = false;

  constructor(parts: PatienceParts) {
    this.parts = parts;
    this.whole = this.startWhole();
    this.listen();
  }

  /** The connection stands. */
  connected(): void {
    if (!this.ended && this.phase === 'connect') this.enter('first');
  }

  /** Something was handed to the connection. */
  sent(): void {
    if (this.ended) return;
    this.connected();
    this.parts.wait.heard();
    this.silence?.refresh();
  }

  /** All of a long body is sent: the answer has its whole time from here. */
  allSent(): void {
    if (this.ended) return;
    clearTimeout(this.whole);
    this.whole = this.startWhole();
    this.sent();
  }

  /** Something came that brings the answer on. */
  heard(): void {
    if (this.ended) return;
    this.parts.wait.heard();
    if (this.phase === 'between' && this.silence !== null) this.silence.refresh();
    else this.enter('between');
  }

  /** The reader does not keep up, which is not the server's silence. */
  hold(): void {
    if (this.silence !== null) clearTimeout(this.silence);
    this.silence = null;
  }

  end(): void {
    this.ended = true;
    this.hold();
    clearTimeout(this.whole);
    this.parts.wait.end();
  }

  private enter(phase: Exclude<PassedLimit, 'whole'>): void {
    this.phase = phase;
    this.hold();
    if (phase !== 'first' || !this.parts.slowFirst) this.listen();
  }

  private listen(): void {
    const { limits } = this.parts;
    const ms = this.phase === 'between' ? limits.betweenMs : limits.firstMs;
    const { phase } = this;
    this.silence = setTimeout(() => this.over(phase, ms), ms);
  }

  private startWhole(): NodeJS.Timeout {
    const { wholeMs } = this.parts.limits;
    return setTimeout(() => this.over('whole', wholeMs), wholeMs);
  }

  private over(limit: PassedLimit, ms: number): void {
    this.parts.over(new SilenceFault(this.parts.place, limit, ms));
  }
}
