/** Hexadecimal digits of an identity that a whole number holds. */
const DIGITS = 13;
/** A power of two: a part that grows is then a small share of all. */
const PARTS = 64;

/** How often each line of a file was there, by the first 52 bits of their identities: a million take some 11 MB, not 200. */
export class SeenLines {
  private readonly parts = Array.from({ length: PARTS }, () => new Numbers());
  /** Of those that were there more than once: how often. Most files have few. */
  private readonly repeats = new Map<number, number>();

  /** Counts one of this identity and gives how many were there before. */
  count(id: string): number {
    const number = 1 + Number.parseInt(id.slice(0, DIGITS), 16);
    if (this.parts[number & (PARTS - 1)]?.add(number) !== false) return 0;
    const before = this.repeats.get(number) ?? 1;
    this.repeats.set(number, before + 1);
    return before;
  }
}

/** What numbers that are near one another are multiplied by to be far apart: 2³² by the golden ratio. */
const SPREAD = 0x9e3779b1;

/** A set of numbers above 0. It grows by a third: one that doubles is half empty then, and holds three times as much while it does. */
class Numbers {
  /** Each at the first free place from its own; 0 is free. */
  private slots = new Float64Array(48);
  private size = 0;

  /** Whether it is new. */
  add(number: number): boolean {
    const at = this.place(number);
    if (this.slots[at] === number) return false;
    this.slots[at] = number;
    this.size += 1;
    if (this.size * 5 > this.slots.length * 4) this.grow();
    return true;
  }

  private place(number: number): number {
    const { length } = this.slots;
    let at = Math.floor(((Math.imul(number / PARTS, SPREAD) >>> 0) / 2 ** 32) * length);
    for (let known = this.slots[at]; known !== 0 && known !== number; known = this.slots[at])
      at = at + 1 === length ? 0 : at + 1;
    return at;
  }

  private grow(): void {
    const { slots } = this;
    this.slots = new Float64Array(Math.ceil((slots.length * 4) / 3));
    for (const number of slots) if (number !== 0) this.slots[this.place(number)] = number;
  }
}
