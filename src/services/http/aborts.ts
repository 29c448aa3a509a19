type Abort = (reason: unknown) => void;

/**
 * Calls by the signal that ends them. A signal often ends a hundred, and looks through all its listeners for each that comes and goes:
 * here it has one.
 */
export class Aborts {
  private readonly bySignal = new WeakMap<AbortSignal, Set<Abort>>();

  /** Calls `abort` with the signal's reason when it is aborted. Gives what takes that back. */
  on(signal: AbortSignal, abort: Abort): () => void {
    const known = this.bySignal.get(signal);
    if (known !== undefined) {
      known.add(abort);
      return () => this.leave(signal, known, abort);
    }
    const all = new Set([abort]);
    this.bySignal.set(signal, all);
    signal.addEventListener('abort', this.fire, { once: true });
    return () => this.leave(signal, all, abort);
  }

  private readonly fire = ({ target }: Event): void => {
    if (!(target instanceof AbortSignal)) return;
    for (const abort of [...(this.bySignal.get(target) ?? [])]) abort(target.reason);
  };

  /** The listener goes with the last call: it would keep a signal that is made of others in memory. */
  private leave(signal: AbortSignal, all: Set<Abort>, abort: Abort): void {
    all.delete(abort);
    if (all.size > 0 || this.bySignal.get(signal) !== all) return;
    this.bySignal.delete(signal);
    signal.removeEventListener('abort', this.fire);
  }
}
