const TARGET_EPOCHS = 3;
const MAX_DEFAULT_EPOCHS = 25;
const MIN_TARGET_EXAMPLES = 100;
const MAX_TARGET_EXAMPLES = 25_000;

/**
 * Epochs for `auto`: 3, but more where 3 would show the model fewer than 100 examples (25 at most), and fewer where
 * it would show more than 25,000 (1 at least). The OpenAI cookbook's rule ("Data preparation and analysis for chat
 * model fine-tuning"), which real jobs matched. No examples give the rule's limit, 25.
 */
export function defaultEpochs(examples: number): number {
  if (examples <= 0) return MAX_DEFAULT_EPOCHS;
  if (examples * TARGET_EPOCHS < MIN_TARGET_EXAMPLES) {
    return Math.min(MAX_DEFAULT_EPOCHS, Math.floor(MIN_TARGET_EXAMPLES / examples));
  }
  if (examples * TARGET_EPOCHS > MAX_TARGET_EXAMPLES) return Math.max(1, Math.floor(MAX_TARGET_EXAMPLES / examples));
  return TARGET_EPOCHS;
}

/** The epochs a job will run: the number that was set, or for `auto` the provider's own, or where it has none the default rule's. */
export function resolvedEpochs(epochs: number | 'auto', examples: number, usual: number | null = null): number {
  return epochs === 'auto' ? (usual ?? defaultEpochs(examples)) : epochs;
}
