type Env = Readonly<Record<string, string | undefined>>;

const VARIABLES = ['HTTP_PROXY', 'http_proxy', 'HTTPS_PROXY', 'https_proxy'] as const;

/** What no proxy can reach for us: this machine, with the embedded engine and servers of one's own. */
const LOOPBACK = ['localhost', '127.0.0.1', '::1', '[::1]', '127.0.0.1-127.255.255.255'];

/**
 * The variables that say which proxy calls go through, with this machine left out; null where there are none, and
 * where `NODE_USE_ENV_PROXY=1` says that Node is to follow them to the letter.
 */
export function proxyVariables(env: Env): Record<string, string> | null {
  if (env.NODE_USE_ENV_PROXY === '1') return null;
  const given = VARIABLES.flatMap((name) => (env[name] ? [[name, env[name]] as const] : []));
  if (given.length === 0) return null;
  const direct = [env.NO_PROXY ?? env.no_proxy, ...LOOPBACK].filter(Boolean).join(',');
  return { ...Object.fromEntries(given), NO_PROXY: direct, no_proxy: direct };
}

/**
 * Sends `fetch` through the proxies of HTTP_PROXY, HTTPS_PROXY and NO_PROXY. Gives what to say where this Node cannot;
 * null when all is well.
 */
export function honourProxies(env: Env): string | null {
  const variables = proxyVariables(env);
  if (variables === null) return null;
  // Not imported: that would load the whole of undici, which most starts never need.
  const { setGlobalProxyFromEnv } = process.getBuiltinModule('node:http');
  if (typeof setGlobalProxyFromEnv !== 'function')
    return `HTTP_PROXY or HTTPS_PROXY is set, and Node ${process.versions.node} follows it only when NODE_USE_ENV_PROXY=1 is set too, or from Node 24.14 on.`;
  setGlobalProxyFromEnv(variables);
  return null;
}
