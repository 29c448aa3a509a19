/**
 * The one source of chance in the pure code: xoshiro128** 1.1 (Blackman and Vigna, "Scrambled linear pseudorandom
 * number generators", ACM TOMS 47, 2021), its 128 bits of state filled by splitmix32 from the seed. The same seed
 * gives the same numbers on every machine. Not for secrets.
 */
export interface Random {
  /** A whole number from 0 to 2^32 - 1. */
  uint32(): number;
  /** A number from 0 up to but not 1, with 53 random bits. */
  next(): number;
}

/** `seed` is any finite number; its whole part modulo 2^64 counts. */
export function createRandom(seed: number): Random {
  const whole = BigInt.asUintN(64, BigInt(Math.trunc(Number.isFinite(seed) ? seed : 0)));
  const fill = splitmix32(Number(whole & 0xffffffffn) ^ Math.imul(Number(whole >> 32n), 0x9e3779b1));
  let [a, b, c, d] = [fill(), fill(), fill(), fill()];
  const uint32 = (): number => {
    const result = Math.imul(rotateLeft(Math.imul(b, 5), 7), 9) >>> 0;
    const shifted = b << 9;
    c ^= a;
    d ^= b;
    b ^= c;
    a ^= d;
    c ^= shifted;
    d = rotateLeft(d, 11);
    return result;
  };
  return { uint32, next: () => ((uint32() >>> 5) * 0x4000000 + (uint32() >>> 6)) / 0x20000000000000 };
}

function rotateLeft(x: number, by: number): number {
  return (x << by) | (x >>> (32 - by));
}

function splitmix32(seed: number): () => number {
  let state = seed | 0;
  return () => {
    state = (state + 0x9e3779b9) | 0;
    let mixed = state ^ (state >>> 16);
    mixed = Math.imul(mixed, 0x21f0aaad);
    mixed ^= mixed >>> 15;
    mixed = Math.imul(mixed, 0x735a2d97);
    return mixed ^ (mixed >>> 15);
  };
}

/** A whole number from 0 to `bound` - 1, each equally likely (rejection, no modulo bias). `bound` is 1 to 2^53. */
export function randomInt(random: Random, bound: number): number {
  if (bound > 0x100000000) return Number(randomBelow(random, BigInt(bound)));
  const limit = 0x100000000 - (0x100000000 % bound);
  for (;;) {
    const drawn = random.uint32();
    if (drawn < limit) return drawn % bound;
  }
}

/** As `randomInt`, for a bound of any size. */
export function randomBelow(random: Random, bound: bigint): bigint {
  const bits = bound.toString(2).length;
  for (;;) {
    let drawn = 0n;
    for (let have = 0; have < bits; have += 32) drawn = (drawn << 32n) | BigInt(random.uint32());
    const cut = BigInt.asUintN(bits, drawn);
    if (cut < bound) return cut;
  }
}

/** A new array with the items in random order, every order equally likely (Fisher and Yates, Durstenfeld's form). */
export function shuffle<T>(items: readonly T[], random: Random): T[] {
  const shuffled = [...items];
  for (let last = shuffled.length - 1; last > 0; last -= 1) {
    const other = randomInt(random, last + 1);
    const held = shuffled[last] as T;
    shuffled[last] = shuffled[other] as T;
    shuffled[other] = held;
  }
  return shuffled;
}

/** The numbers from 0 to `count` - 1 in random order, put in their places as they come (Fisher and Yates, inside out). */
export function permutation(count: number, random: Random): Uint32Array {
  const order = new Uint32Array(count);
  for (let next = 0; next < count; next += 1) {
    const place = randomInt(random, next + 1);
    order[next] = order[place] ?? 0;
    order[place] = next;
  }
  return order;
}
