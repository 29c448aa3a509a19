import { createServer } from 'node:http';
import { afterEach, describe, expect, it } from 'vitest';
import { createTransport } from '../../src/services/http/transport.ts';
import { honourProxies, proxyVariables } from '../../src/services/proxy.ts';

let close: () => void = () => undefined;
afterEach(() => close());

async function startProxy(): Promise<{ readonly url: string; readonly seen: string[] }> {
  const seen: string[] = [];
  const server = createServer((request, response) => {
    seen.push(request.url ?? '');
    response.end('by way of the proxy');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  close = () => {
    server.close();
    server.closeAllConnections();
  };
  const address = server.address();
  return { url: `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`, seen };
}

describe('the variables of proxies', () => {
  it('count by either spelling, this machine left out', () => {
    expect(proxyVariables({ https_proxy: 'http://p', NO_PROXY: 'inside.example' })).toMatchObject({
      https_proxy: 'http://p',
      NO_PROXY: expect.stringMatching(/^inside\.example,localhost,127\.0\.0\.1/),
    });
  });

  it('are none where none is set, and left to Node where the person said so', () => {
    expect(proxyVariables({ NO_PROXY: 'x', HTTP_PROXY: '' })).toBeNull();
    expect(proxyVariables({ HTTP_PROXY: 'http://p', NODE_USE_ENV_PROXY: '1' })).toBeNull();
  });

  it('send other hosts through the proxy and this machine directly', async () => {
    const { url, seen } = await startProxy();
    const set = process.env.HTTP_PROXY;
    process.env.HTTP_PROXY = url;
    try {
      const { whole } = createTransport();
      const call = { method: 'POST', headers: {}, body: Buffer.from('{}'), mostBytes: 1000, redirects: 'own' } as const;
      expect((await whole({ ...call, url: 'http://models.invalid/v1' })).text).toBe('by way of the proxy');
      await whole({ ...call, url: `${url}/direct` });
      expect(seen).toEqual(['http://models.invalid/v1', '/direct']);
      expect(honourProxies({ HTTP_PROXY: url })).toBeNull();
      expect(await (await fetch('http://models.invalid/v1')).text()).toBe('by way of the proxy');
    } finally {
      if (set === undefined) delete process.env.HTTP_PROXY;
      else process.env.HTTP_PROXY = set;
    }
  });
});
