import { spawn } from 'node:child_process';
import { withoutSecrets } from '../../../../domain/common/environment.ts';
import { parseJson } from '../../../../domain/common/json.ts';
import type { DeploymentParts } from '../../../../domain/deployment/types.ts';
import { isReadableOnTheWay } from '../../../../domain/provider/keys.ts';
import { ProviderError } from '../../../../domain/provider/provider.ts';
import { fromAnswer, malformed, toProviderError } from '../../errors.ts';
import type { CallOptions, Session } from '../../session.ts';

/** Azure Resource Manager of the public cloud; other clouds, and stand-ins, are named by the variable. */
const USUAL = 'https://management.azure.com';
const ADDRESS_VARIABLE = 'AZURE_RESOURCE_MANAGER_URL';
const TOKEN_VARIABLE = 'AZURE_MANAGEMENT_TOKEN';
const API_VERSION = '2024-10-01';
const MOST_BYTES = 16_000_000;
/** `az` starts in seconds, and asks nobody anything. */
const AZ_MS = 60_000;
/** What a deletion frees counts again after 15 to 20 s. */
const QUOTA_WAIT_MS = 20_000;

export type Environment = Readonly<Record<string, string | undefined>>;

interface ManagementCall<T> extends CallOptions {
  readonly method: 'GET' | 'PUT' | 'DELETE';
  readonly body?: object;
  /** Reads the answer's JSON, `{}` where it is empty; may throw. */
  readonly parse: (answer: unknown) => T;
  /** Said where there is no token: how to do the same by hand. */
  readonly byHand?: string;
}

/** Calls of Azure Resource Manager, with its own token; that of the resource never goes there, nor this one anywhere else. */
export interface Management {
  /** Throws ProviderError. */
  call<T>(url: string, call: ManagementCall<T>): Promise<T>;
  /** The address of an account's deployments, or of one by its name. */
  url(account: DeploymentParts, deployment?: string): string;
  /** Whether a link of an answer stays with Azure Resource Manager. */
  isOwn(url: string): boolean;
}

export function managementOf({ http }: Session, env: Environment): Management {
  const base = addressOf(env);
  let token: Promise<string> | null = null;

  async function once<T>(url: string, { method, body, signal, parse, byHand }: ManagementCall<T>): Promise<T> {
    token ??= tokenOf(env, base, byHand);
    const bearer = await token.catch((error: unknown) => {
      token = null;
      throw error;
    });
    const context = { place: new URL(base).host, secrets: [bearer], signal };
    try {
      const answer = await http.whole({
        method,
        url,
        headers: {
          accept: 'application/json',
          authorization: `Bearer ${bearer}`,
          ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        },
        ...(body === undefined ? {} : { body: Buffer.from(JSON.stringify(body)) }),
        signal,
        mostBytes: MOST_BYTES,
        redirects: 'none',
      });
      const { status, header, text } = answer;
      const read = text.trim() === '' ? {} : parseJson(text);
      if (status < 200 || status >= 300) throw inWords(fromAnswer({ status, header, error: read ?? text }, context));
      try {
        return parse(read);
      } catch {
        throw malformed(context, text);
      }
    } catch (error) {
      throw toProviderError(error, context);
    }
  }

  return {
    async call(url, call) {
      try {
        return await once(url, call);
      } catch (error) {
        // One of `az` lasts about an hour, and a wait may be longer.
        if (!isExpired(error) || given(env) !== null) throw error;
        token = null;
        return await once(url, call);
      }
    },
    url({ subscription = '', resourceGroup = '', account = '' }, deployment) {
      const [s, g, a] = [subscription, resourceGroup, account].map(encodeURIComponent);
      const of = `${base}/subscriptions/${s}/resourceGroups/${g}/providers/Microsoft.CognitiveServices/accounts/${a}/deployments`;
      return `${of}${deployment === undefined ? '' : `/${encodeURIComponent(deployment)}`}?api-version=${API_VERSION}`;
    },
    isOwn: (url) => URL.parse(url)?.origin === new URL(base).origin,
  };
}

/** Throws ProviderError for what a token may not be sent to. */
function addressOf(env: Environment): string {
  const url = URL.parse(env[ADDRESS_VARIABLE]?.trim() || USUAL);
  const sound = url !== null && /^https?:$/.test(url.protocol) && url.username === '' && url.password === '';
  if (sound && !isReadableOnTheWay(url.origin)) return url.origin;
  throw new ProviderError('invalid-request', `${ADDRESS_VARIABLE} is to be an https address, such as ${USUAL}.`, {
    param: 'base_url',
  });
}

const given = (env: Environment): string | null => env[TOKEN_VARIABLE]?.trim() || null;

async function tokenOf(env: Environment, base: string, byHand = ''): Promise<string> {
  const token = given(env) ?? (await ofProgram(env, base));
  if (token !== null && /^[\x21-\x7e]+$/.test(token)) return token;
  throw new ProviderError(
    'auth',
    `There is no token for Azure Resource Manager, which alone deploys at Azure: the key of the resource does not. Run \`az login\` and this again, or set ${TOKEN_VARIABLE} to what \`az account get-access-token --resource ${base}/ --query accessToken -o tsv\` prints.${byHand === '' ? '' : ` By hand: \`${byHand}\`.`}`,
  );
}

/** What tells `az` who a machine in Azure is; keys of providers are nothing to it. */
const OF_IDENTITY = /^(?:MSI|IDENTITY)_/;

/** What Azure's own program gives to who is signed in with it; null without it, or them. */
function ofProgram(env: Environment, base: string): Promise<string | null> {
  const { promise, resolve } = Promise.withResolvers<string | null>();
  const args = ['account', 'get-access-token', '--resource', `${base}/`, '--query', 'accessToken', '-o', 'tsv'];
  const child = spawn('az', args, {
    stdio: ['ignore', 'pipe', 'ignore'],
    env: withoutSecrets(env, OF_IDENTITY),
    timeout: AZ_MS,
  });
  let said = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    said += text;
  });
  child.once('error', () => resolve(null));
  child.once('close', (code) => resolve(code === 0 ? said.trim() : null));
  return promise;
}

const isExpired = (error: unknown): boolean =>
  error instanceof ProviderError &&
  (error.detail.status === 401 || error.detail.status === 403) &&
  /expired/i.test(`${error.detail.code ?? ''} ${error.message}`);

/** A refusal with what is to be done about it. */
function inWords(error: ProviderError): ProviderError {
  const { message, detail } = error;
  if (isExpired(error))
    return new ProviderError(
      'auth',
      `The token for Azure Resource Manager has expired: it lasts about an hour. Run \`az login\`, or set ${TOKEN_VARIABLE} anew.`,
      detail,
    );
  if (detail.status === 429 && /quota/i.test(`${detail.code ?? ''} ${message}`))
    return new ProviderError(
      'rate-limit',
      `${message} Ask for less with --capacity, or take another deployment away; what one that was just deleted had is free after 15 to 20 s.`,
      { ...detail, retryAfterMs: detail.retryAfterMs ?? QUOTA_WAIT_MS },
    );
  return error;
}
