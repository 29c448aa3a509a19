/** Waits of a run on its own state: whoever changes it calls `wake`. */
export class StateWaits {
  private waiters: (() => void)[] = [];

  /** Resolves once the state is as wanted; asked again after each change. */
  async until(reached: () => boolean): Promise<void> {
    while (!reached()) await new Promise<void>((resolve) => this.waiters.push(resolve));
  }

  wake(): void {
    const { waiters } = this;
    this.waiters = [];
    for (const resolve of waiters) resolve();
  }
}
