/** A seeded stream of numbers: the same seed gives the same stream on every machine. */
export interface Random {
  /** Uniform in [0, 1). */
  next(): number;
  /** Uniform integer in [0, n). */
  below(n: number): number;
}

/** Tommy Ettinger's mulberry32: 32 bits of state, plenty for shuffles and sampling, no use for secrets. */
export function random(seed: number): Random {
  let state = mix(seed >>> 0, 0x9e3779b9);
  const next = (): number => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
  return { next, below: (n) => Math.floor(next() * n) };
}

/** Joins a value into a 32-bit hash (the finaliser of MurmurHash3, Austin Appleby). */
export function mix(hash: number, value: number): number {
  let h = Math.imul(hash ^ Math.imul(value, 0xcc9e2d51), 0x1b873593);
  h ^= h >>> 16;
  h = Math.imul(h, 0x85ebca6b);
  h ^= h >>> 13;
  h = Math.imul(h, 0xc2b2ae35);
  return (h ^ (h >>> 16)) >>> 0;
}

/** FNV-1a over UTF-16 units. */
export function hashText(text: string): number {
  let h = 0x811c9dc5;
  for (let i = 0; i < text.length; i += 1) h = Math.imul(h ^ text.charCodeAt(i), 0x01000193);
  return h >>> 0;
}

/** Fisher-Yates. Returns a new array of 0..n-1 in random order. */
export function permutation(n: number, source: Random): Uint32Array {
  const order = new Uint32Array(n);
  for (let i = 0; i < n; i += 1) {
    const j = source.below(i + 1);
    order[i] = order[j] ?? 0;
    order[j] = i;
  }
  return order;
}
