/** What of the Hub is asked for, as its faults name it. */
export type HubKind = 'dataset' | 'model';

interface HubWords {
  /** Its page, where terms are accepted. */
  readonly page: (id: string) => string;
  /** What to look at when there is none of that name. */
  readonly check: string;
  /** What to do once what broke is mended. */
  readonly again: string;
}

export const HUB_WORDS: Readonly<Record<HubKind, HubWords>> = {
  dataset: {
    page: (id) => `https://huggingface.co/datasets/${id}`,
    check: 'Check owner, name, config and split; a private one needs HF_TOKEN.',
    again: 'import again',
  },
  model: {
    page: (id) => `https://huggingface.co/${id}`,
    check: 'Check owner, name and revision; a private one needs HF_TOKEN.',
    again: 'pull it again',
  },
};
