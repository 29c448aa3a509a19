/**
 * Epochs a provider chooses when asked for `auto`, by the rule of OpenAI's cookbook ("Data preparation and analysis
 * for chat model fine-tuning"): three, but more for tiny files (up to 25, aiming at 100 examples in all) and fewer
 * for huge ones (at least 1, aiming at 25,000). `examples` is the number of training lines.
 */
export function defaultEpochs(examples: number): number {
  if (examples <= 0) return TARGET_EPOCHS;
  if (examples * TARGET_EPOCHS < MIN_EXAMPLES_SEEN)
    return Math.min(MAX_EPOCHS, Math.floor(MIN_EXAMPLES_SEEN / examples));
  if (examples * TARGET_EPOCHS > MAX_EXAMPLES_SEEN) return Math.max(1, Math.floor(MAX_EXAMPLES_SEEN / examples));
  return TARGET_EPOCHS;
}

const TARGET_EPOCHS = 3;
const MIN_EXAMPLES_SEEN = 100;
const MAX_EXAMPLES_SEEN = 25_000;
const MAX_EPOCHS = 25;
