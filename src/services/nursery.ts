import { getHeapSpaceStatistics, setFlagsFromString } from 'node:v8';

/** Bytes of V8's nursery, both of its halves. */
const nurseryBytes = (): number =>
  getHeapSpaceStatistics().find(({ space_name: name }) => name === 'new_space')?.space_size ?? 0;

const ENOUGH_BYTES = 16 * 2 ** 20;

/**
 * Lets V8 double its nursery until it has `enough` bytes, for a hundred calls at a time, or for pages of rows, and no further: it would go on to
 * 64 MB, most of them of no use (bench/near-rows.ts). In less, as commands have it (src/cli/main.ts), what calls leave outlives it and is
 * garbage among what stays: up to 10 MB at the peak, and twice the work of collecting (bench/evaluation.ts).
 */
export function growNursery(enough = ENOUGH_BYTES): void {
  const watch = new PerformanceObserver(() => {
    if (nurseryBytes() < enough) return;
    setFlagsFromString('--semi-space-growth-factor=1');
    watch.disconnect();
  });
  watch.observe({ type: 'gc' });
  setFlagsFromString('--semi-space-growth-factor=2');
}

/**
 * Keeps the nursery as large as it is: that of the app has 16 MB when its modules are read, and would have 32 after some frames and keys, which
 * is twice what they need (bench/million.ts).
 */
export function holdNursery(): void {
  setFlagsFromString('--semi-space-growth-factor=1');
}

/**
 * Lets garbage that outlives the nursery grow to half of what lives, and not to three times as much: of 350 MB that an app took while it
 * generated for two minutes, 35 lived (bench/soak.ts).
 */
export function boundGarbage(): void {
  setFlagsFromString('--heap-growing-percent=50');
}
