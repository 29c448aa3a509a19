/** Small enough that a batch takes the thread a few tens of milliseconds, so that a cancel is soon heard. */
const BATCH_CHARACTERS = 256 * 1024;
const BATCH_TEXTS = 2000;

/** The texts in order, in batches of at most 2,000 texts or about 256 kB; a longer text is a batch of its own. */
export function* batches(texts: Iterable<string>): Generator<readonly string[]> {
  let batch: string[] = [];
  let characters = 0;
  for (const text of texts) {
    if (batch.length > 0 && (batch.length === BATCH_TEXTS || characters + text.length > BATCH_CHARACTERS)) {
      yield batch;
      batch = [];
      characters = 0;
    }
    batch.push(text);
    characters += text.length;
  }
  if (batch.length > 0) yield batch;
}
