import type { Seqs } from './messages.ts';

const LEAST = 1_024;

/** Numbers of rows, as many as come: eight bytes each, and no more than twice that. */
export class SeqList {
  length = 0;
  private room: Seqs = new Float64Array(LEAST);

  add(seqs: ArrayLike<number>): void {
    const length = this.length + seqs.length;
    if (length > this.room.length) {
      const larger = new Float64Array(Math.max(length, 2 * this.room.length));
      larger.set(this.room.subarray(0, this.length));
      this.room = larger;
    }
    this.room.set(seqs, this.length);
    this.length = length;
  }

  /** All that were added, in an array of their own. */
  seqs(): Seqs {
    return this.room.slice(0, this.length);
  }
}
