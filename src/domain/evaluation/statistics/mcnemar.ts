/**
 * Exact two-sided p of `b` against `c` when each is as likely: twice the smaller tail of Binomial(b + c, 1/2), at most
 * 1. On items that only one of two models got right this is McNemar's test in its exact conditional form (McNemar,
 * Psychometrika 12 (1947) 153-157; Fagerland, Lydersen and Laake, BMC Medical Research Methodology 13 (2013) 91); on
 * a person's preferences with ties left out it is the sign test. 1 when both are 0.
 */
export function mcnemar(b: number, c: number): number {
  const n = b + c;
  const fewer = Math.min(b, c);
  if (b === c) return 1;
  let term = Math.exp(logChoose(n, fewer) - n * Math.LN2);
  let tail = 0;
  for (let k = fewer; k >= 0 && term > 0; k -= 1) {
    tail += term;
    term *= k / (n - k + 1);
  }
  return Math.min(1, 2 * tail);
}

/** ln of n over k, as a sum: exact enough for any count of rows. */
function logChoose(n: number, k: number): number {
  let sum = 0;
  for (let i = 1; i <= k; i += 1) sum += Math.log((n - k + i) / i);
  return sum;
}
