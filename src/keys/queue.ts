import type { Press } from './normalise.ts';

/**
 * Keys one at a time. One chunk from the terminal may hold many (`:quit` and Enter), and what the first one opens must be
 * on screen before the next is heard. The first key of a burst is heard at once, each other one after a turn of the
 * event loop, when React has committed what the last one did.
 */
export class KeyQueue {
  readonly #hear: (press: Press) => readonly Press[];
  readonly #nextTurn: (then: () => void) => void;
  #waiting: Press[] = [];
  #settling = false;

  /** `hear` acts on a press and gives back what is left of it. */
  constructor(hear: (press: Press) => readonly Press[], nextTurn: (then: () => void) => void) {
    this.#hear = hear;
    this.#nextTurn = nextTurn;
  }

  push(presses: readonly Press[]): void {
    this.#waiting.push(...presses);
    if (!this.#settling) this.#step();
  }

  #step(): void {
    const press = this.#waiting.shift();
    if (press === undefined) {
      this.#settling = false;
      return;
    }
    this.#settling = true;
    this.#nextTurn(() => this.#step());
    this.#waiting.unshift(...this.#hear(press));
  }
}
