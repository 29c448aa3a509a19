type Env = Readonly<Record<string, string | undefined>>;

const VARIABLES = ['HTTP_PROXY', 'http_proxy', 'HTTPS_PROXY', 'https_proxy'] as const;

/** What no proxy can reach for us: this machine, with the embedded engine and servers of one's own. */
const LOOPBACK = ['localhost', '127.0.0.1', '::1', '[::1]', '127.0.0.1-127.255.255.255'];

/** The address of a proxy, `http://` where it has no scheme, as curl takes it; null for one that Node cannot use. */
function proxyUrl(written: string): string | null {
  const text = written.trim();
  const url = URL.parse(/^[a-z][a-z0-9+.-]*:\/\//i.test(text) ? text : `http://${text}`);
  return url !== null && /^https?:$/.test(url.protocol) && url.hostname !== '' ? url.href.replace(/\/$/, '') : null;
}

/** The addresses of a block, as Node's NO_PROXY has them: `10.0.0.0-10.255.255.255` for `10.0.0.0/8`. */
function rangeOf(block: string): string | null {
  const [, ip = '', length = ''] = /^(\d+\.\d+\.\d+\.\d+)\/(\d+)$/.exec(block) ?? [];
  const parts = ip.split('.').map(Number);
  const bits = Number(length);
  if (parts.length !== 4 || parts.some((part) => part > 255) || bits > 32) return null;
  const size = 2 ** (32 - bits);
  const first = Math.floor(parts.reduce((sum, part) => sum * 256 + part, 0) / size) * size;
  const written = (address: number): string =>
    [24, 16, 8, 0].map((shift) => Math.floor(address / 2 ** shift) % 256).join('.');
  return `${written(first)}-${written(first + size - 1)}`;
}

/**
 * NO_PROXY as Node reads it, from what other programs read in it: entries apart by commas or spaces, a domain with all that
 * is under it (curl, Go, Python), blocks of addresses.
 */
function direct(written: string): readonly string[] {
  return written
    .toLowerCase()
    .split(/[\s,]+/)
    .filter((entry) => entry !== '')
    .flatMap((entry) => {
      const range = rangeOf(entry);
      if (range !== null) return [range];
      return /^[a-z0-9-]+(?:\.[a-z0-9-]+)*(?::\d+)?$/.test(entry) && /[a-z]/.test(entry)
        ? [entry, `.${entry}`]
        : [entry];
    });
}

/**
 * The variables that say which proxy calls go through, with this machine left out; null where there are none, and
 * where `NODE_USE_ENV_PROXY=1` says that Node is to follow them to the letter.
 */
export function proxyVariables(env: Env): Record<string, string> | null {
  if (env.NODE_USE_ENV_PROXY === '1') return null;
  const given = VARIABLES.flatMap((name) => {
    const url = proxyUrl(env[name] ?? '');
    return url === null ? [] : [[name, url] as const];
  });
  if (given.length === 0) return null;
  const past = [...direct(env.NO_PROXY ?? env.no_proxy ?? ''), ...LOOPBACK].join(',');
  return { ...Object.fromEntries(given), NO_PROXY: past, no_proxy: past };
}

/** Variables that name what is no proxy over HTTP, such as `socks5://…`. Their values may hold a password. */
const unusable = (env: Env): readonly string[] =>
  env.NODE_USE_ENV_PROXY === '1' ? [] : VARIABLES.filter((name) => env[name] && proxyUrl(env[name]) === null);

/**
 * Sends `fetch` through the proxies of HTTP_PROXY, HTTPS_PROXY and NO_PROXY. Gives what to say where this Node cannot;
 * null when all is well.
 */
export function honourProxies(env: Env): string | null {
  const [wrong] = unusable(env);
  const unheard =
    wrong === undefined ? null : `${wrong} names no proxy of the form http://host:port: calls go without it.`;
  const variables = proxyVariables(env);
  if (variables === null) return unheard;
  // Not imported: that would load the whole of undici, which most starts never need.
  const { setGlobalProxyFromEnv } = process.getBuiltinModule('node:http');
  if (typeof setGlobalProxyFromEnv !== 'function')
    return `HTTP_PROXY or HTTPS_PROXY is set, and Node ${process.versions.node} follows it only when NODE_USE_ENV_PROXY=1 is set too, or from Node 24.14 on.`;
  setGlobalProxyFromEnv(variables);
  return unheard;
}

/** The proxy at `address` and `port`, where a connection failed: `proxy.example:3128 (HTTP_PROXY)`; null when it is none. */
export function proxyAt(
  env: Env,
  { address, port }: { readonly address: string; readonly port: number },
): string | null {
  const variables = env.NODE_USE_ENV_PROXY === '1' ? env : (proxyVariables(env) ?? {});
  for (const name of VARIABLES) {
    const url = URL.parse(variables[name] ?? '');
    if (url === null) continue;
    const at = Number(url.port || (url.protocol === 'https:' ? 443 : 80));
    const isName = /[a-z]/i.test(url.hostname) && !url.hostname.includes(':');
    if (at === port && (isName || url.hostname === address)) return `${url.host} (${name})`;
  }
  return null;
}
