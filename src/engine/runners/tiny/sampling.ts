/** One thing that may be said next. `id` is -1 for a word of the prompt that the vocabulary lacks. */
export interface Choice {
  readonly id: number;
  readonly text: string;
  readonly probability: number;
}

/**
 * Unlikelier than this share of the likeliest is never said (min-p sampling, Nguyen et al. 2024): the smoothing that
 * makes a loss finite would otherwise speak a wrong word in every other sentence.
 */
const FLOOR = 0.06;

/**
 * The distribution that is sampled, best first: cut by the floor, raised to 1/temperature, cut by nucleus
 * (Holtzman et al. 2020), and made to sum to one. Temperature 0 leaves the order alone and reports as at 1.
 */
export function shape(choices: readonly Choice[], temperature: number, topP: number): Choice[] {
  const sorted = choices
    .filter(({ probability }) => probability > 0)
    .sort((a, b) => b.probability - a.probability || order(a.text, b.text));
  const most = sorted[0]?.probability ?? 1;
  const heat = temperature === 0 ? 1 : temperature;
  const kept = sorted.filter(({ probability }) => probability >= most * FLOOR);
  const raised = normalise(
    kept.map((choice) => ({ ...choice, probability: (choice.probability / most) ** (1 / heat) })),
  );
  let sum = 0;
  const nucleus = raised.filter(({ probability }) => {
    const keep = sum < topP;
    sum += probability;
    return keep;
  });
  return normalise(nucleus);
}

/** `uniform` in [0, 1); at temperature 0 the first. */
export function draw(choices: readonly Choice[], temperature: number, uniform: number): Choice | undefined {
  if (temperature === 0) return choices[0];
  let left = uniform;
  for (const choice of choices) {
    left -= choice.probability;
    if (left < 0) return choice;
  }
  return choices.at(-1);
}

function normalise(choices: readonly Choice[]): Choice[] {
  const sum = choices.reduce((total, { probability }) => total + probability, 0);
  return choices.map((choice) => ({ ...choice, probability: choice.probability / sum }));
}

function order(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}
