import type { Seqs } from './messages.ts';

/** Rows that have a text: a byte for each number that a row can have, whatever the hits. */
export class HitSet {
  size = 0;
  private isHit = new Uint8Array();

  /** Makes room for rows up to a number. */
  grow(last: number): void {
    if (last < this.isHit.length) return;
    const larger = new Uint8Array(last + 1);
    larger.set(this.isHit);
    this.isHit = larger;
  }

  /** Takes all out; the room stays. */
  clear(): void {
    this.isHit.fill(0);
    this.size = 0;
  }

  /** Adds rows with room: those of a page from a number on, by a byte each that is not 0 for a hit. */
  add(from: number, page: Uint8Array): void {
    // Rows that came since there was room made are left to the next look.
    const end = Math.min(page.length, this.isHit.length - from);
    for (let at = 0; at < end; at += 1) {
      if (page[at] === 0 || this.isHit[from + at] === 1) continue;
      this.isHit[from + at] = 1;
      this.size += 1;
    }
  }

  has(seq: number): boolean {
    return this.isHit[seq] === 1;
  }

  /** The highest number that there is room for. */
  get last(): number {
    return this.isHit.length - 1;
  }

  /** The numbers, in their order. */
  seqs(): Seqs {
    const seqs = new Uint32Array(this.size);
    let seq = -1;
    for (let n = 0; n < seqs.length; n += 1) {
      seq = this.isHit.indexOf(1, seq + 1);
      seqs[n] = seq;
    }
    return seqs;
  }
}
