import { type Interval, wilson, Z95 } from './intervals.ts';

/** Answers of two models to the same items, counted by what became of them. */
export interface PairedCounts {
  readonly bothRight: number;
  readonly onlyFirst: number;
  readonly onlySecond: number;
  readonly bothWrong: number;
}

/**
 * Interval of the accuracy of the first model less that of the second, on the same items: method 10 of Newcombe, "Improved confidence
 * intervals for the difference between binomial proportions based on paired data", Statistics in Medicine 17 (1998)
 * 2635-2650. Wilson's intervals of both shares, squared and added, less what the pairs have in common. It stays within -1 and 1.
 * Of nothing it says nothing. `z`: 1.96 for 95%.
 */
export function pairedDifference(counts: PairedCounts, z: number = Z95): Interval & { readonly difference: number } {
  const { bothRight: a, onlyFirst: b, onlySecond: c, bothWrong: d } = counts;
  const n = a + b + c + d;
  if (n === 0) return { difference: 0, low: -1, high: 1 };
  const [first, second] = [(a + b) / n, (a + c) / n];
  const difference = (b - c) / n;
  const [one, other] = [wilson(a + b, n, z), wilson(a + c, n, z)];
  const phi = correlation(a, b, c, d);
  const reach = (up: number, down: number): number =>
    Math.sqrt(Math.max(0, up * up - 2 * phi * up * down + down * down));
  return {
    difference,
    low: Math.max(-1, difference - reach(first - one.low, other.high - second)),
    high: Math.min(1, difference + reach(one.high - first, second - other.low)),
  };
}

/** Phi of the four counts, moved towards 0 by half an item where it is above it (Newcombe's correction). */
function correlation(a: number, b: number, c: number, d: number): number {
  const scale = Math.sqrt((a + b) * (c + d) * (a + c) * (b + d));
  if (scale === 0) return 0;
  const apart = a * d - b * c;
  const corrected = apart > 0 ? Math.max(0, apart - (a + b + c + d) / 2) : apart;
  return corrected / scale;
}

/**
 * The quantile of the standard normal distribution: Acklam's rational approximation, relative error below 1.2e-9. `p` is above 0 and
 * below 1.
 */
export function normalQuantile(p: number): number {
  if (p < TAIL) return tail(Math.sqrt(-2 * Math.log(p)));
  if (p > 1 - TAIL) return -tail(Math.sqrt(-2 * Math.log1p(-p)));
  const q = p - 0.5;
  const r = q * q;
  return (polynomial(A, r) * q) / (polynomial(B, r) * r + 1);
}

const TAIL = 0.02425;
const A = [
  -39.69683028665376, 220.9460984245205, -275.9285104469687, 138.357751867269, -30.66479806614716, 2.506628277459239,
];
const B = [-54.47609879822406, 161.5858368580409, -155.6989798598866, 66.80131188771972, -13.28068155288572];
const C = [
  -0.007784894002430293, -0.3223964580411365, -2.400758277161838, -2.549732539343734, 4.374664141464968,
  2.938163982698783,
];
const D = [0.007784695709041462, 0.3224671290700398, 2.445134137142996, 3.754408661907416];

const polynomial = (coefficients: readonly number[], x: number): number =>
  coefficients.reduce((sum, coefficient) => sum * x + coefficient, 0);

const tail = (q: number): number => polynomial(C, q) / (polynomial(D, q) * q + 1);
