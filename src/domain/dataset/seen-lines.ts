/** Hexadecimal digits of an identity that a whole number holds. */
const DIGITS = 13;

/** How often each line of a file was there, by the first 52 bits of their identities: a million take some 16 MB, not 200. */
export class SeenLines {
  /** Identities as numbers above 0, each at the first free place from its own; 0 is free. */
  private slots = new Float64Array(1 << 12);
  private size = 0;
  /** Of those that were there more than once: how often. Most files have few. */
  private readonly repeats = new Map<number, number>();

  /** Counts one of this identity and gives how many were there before. */
  count(id: string): number {
    const number = 1 + Number.parseInt(id.slice(0, DIGITS), 16);
    const at = this.place(number);
    if (this.slots[at] === number) {
      const before = this.repeats.get(number) ?? 1;
      this.repeats.set(number, before + 1);
      return before;
    }
    this.slots[at] = number;
    this.size += 1;
    if (this.size * 4 > this.slots.length * 3) this.grow();
    return 0;
  }

  private place(number: number): number {
    const mask = this.slots.length - 1;
    let at = number & mask;
    for (let known = this.slots[at]; known !== 0 && known !== number; known = this.slots[at]) at = (at + 1) & mask;
    return at;
  }

  private grow(): void {
    const { slots } = this;
    this.slots = new Float64Array(slots.length * 2);
    for (const number of slots) if (number !== 0) this.slots[this.place(number)] = number;
  }
}
