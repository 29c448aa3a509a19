import { ImportError } from '../../domain/importing/records.ts';
import { redactKeys } from '../../domain/text/sanitize.ts';

/** Why a way to the data is closed. `gated` and `missing` hold for every way; the others leave the next one open. */
export type FaultKind = 'gated' | 'missing' | 'script' | 'offline' | 'unready' | 'broken';

export class HubFault extends ImportError {
  readonly kind: FaultKind;

  constructor(kind: FaultKind, message: string, next: string) {
    super(message, next);
    this.name = 'HubFault';
    this.kind = kind;
  }
}

/** An answer of the Hub that is no success, in words. */
export function faultOf(status: number, said: string, id: string, hasToken: boolean): HubFault {
  const detail = said === '' ? '' : ` The Hub said: ${redactKeys(said).slice(0, 300)}`;
  if (status === 401 || status === 403) {
    const next = hasToken
      ? `Accept its terms at https://huggingface.co/datasets/${id} with the account of HF_TOKEN.`
      : `Accept its terms at https://huggingface.co/datasets/${id}, then set HF_TOKEN to a token of yours.`;
    return new HubFault('gated', `The dataset ${id} is gated or private.${detail}`, next);
  }
  if (status === 404) {
    const next = 'Check owner, name, config and split; a private one needs HF_TOKEN.';
    return new HubFault('missing', `The Hub has no dataset ${id}, or none that you may see.${detail}`, next);
  }
  if (status === 501) {
    const next = 'Load it with its script elsewhere, save it as Parquet, JSONL or CSV, and import that file.';
    return new HubFault('script', `The dataset ${id} is made by a script, which is not run.${detail}`, next);
  }
  return new HubFault('broken', `The Hub answered ${status} for ${id}.${detail}`, 'Try again later.');
}

export function offline(host: string): HubFault {
  return new HubFault(
    'offline',
    `${host} cannot be reached.`,
    'Check the network, then import again; what is fetched is kept.',
  );
}
