import { isRecord } from '../../../../domain/common/json.ts';
import { ProviderError, type ProviderProfile } from '../../../../domain/provider/provider.ts';
import { type CallOptions, requestOptions, type Session } from '../../session.ts';

/** Where a Fireworks account is named when its profile does not. Fireworks' own client reads the same variable. */
export const ACCOUNT_VARIABLE = 'FIREWORKS_ACCOUNT_ID';

/** The account under which a profile has its datasets, jobs and models. */
export interface Account {
  /** `accounts/A`, of which the names of all its things begin. Throws ProviderError where no account is known. */
  prefix(): string;
  /** The address of something of the account: `datasets`, `datasets/D:upload`. */
  url(path: string): string;
  /** Every item of a list, all pages. */
  list(collection: string, options: CallOptions | undefined): Promise<readonly unknown[]>;
}

/** The most a page of a list may have. */
const PAGE = 200;

export function accountOf(session: Session, profile: ProviderProfile): Account {
  const prefix = (): string => {
    const id = (profile.account ?? process.env[ACCOUNT_VARIABLE])?.trim() ?? '';
    if (id !== '') return `accounts/${id.replace(/^accounts\//, '')}`;
    throw new ProviderError(
      'invalid-request',
      `The Fireworks account of “${profile.name}” is not known. Write its id in Settings (8), or set ${ACCOUNT_VARIABLE}.`,
      { param: 'account', code: 'unsupported_method' },
    );
  };
  const root = session.baseUrl.replace(/\/(?:inference\/)?v1\/?$/, '');
  const url = (path: string): string => `${root}/v1/${prefix()}/${path}`;
  return {
    prefix,
    url,
    async list(collection, options) {
      const client = await session.client();
      const items: unknown[] = [];
      const seen = new Set<string>();
      let pageToken = '';
      do {
        seen.add(pageToken);
        const query = { pageSize: PAGE, ...(pageToken === '' ? {} : { pageToken }) };
        const body: unknown = await client.get(url(collection), { query, ...requestOptions(options) });
        if (!isRecord(body)) break;
        const page = body[collection];
        if (Array.isArray(page)) items.push(...page);
        pageToken = typeof body.nextPageToken === 'string' ? body.nextPageToken : '';
      } while (pageToken !== '' && !seen.has(pageToken));
      return items;
    },
  };
}

/** The last part of a name, `D` of `accounts/A/datasets/D`. */
export const idOf = (name: string): string => name.slice(name.lastIndexOf('/') + 1);
