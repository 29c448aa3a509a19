import { createServer } from 'node:http';
import { afterEach, describe, expect, it } from 'vitest';
import { createTransport } from '../../src/services/http/transport.ts';
import { connectionFault } from '../../src/services/openai/connection.ts';
import { honourProxies, proxyAt, proxyVariables } from '../../src/services/proxy.ts';

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
      NO_PROXY: expect.stringMatching(/^inside\.example,\.inside\.example,localhost,127\.0\.0\.1/),
    });
  });

  it.each([
    ['inside.example', 'inside.example,.inside.example'],
    ['A.example b.example:8080', 'a.example,.a.example,b.example:8080,.b.example:8080'],
    ['.c.example, *.d.example,*', '.c.example,*.d.example,*'],
    ['10.0.0.0/8,10.1.2.3', '10.0.0.0-10.255.255.255,10.1.2.3'],
    ['192.168.7.9/30', '192.168.7.8-192.168.7.11'],
    ['300.0.0.0/8,[::1]', '300.0.0.0/8,[::1]'],
  ])('leave out %j as other programs do', (written, read) => {
    const { NO_PROXY } = proxyVariables({ HTTP_PROXY: 'http://p', NO_PROXY: written }) ?? {};
    expect(NO_PROXY).toBe(`${read},localhost,127.0.0.1,::1,[::1],127.0.0.1-127.255.255.255`);
  });

  it('name a proxy without its scheme, and say so where they name none that can be used', () => {
    expect(proxyVariables({ HTTP_PROXY: 'proxy.example:3128' })).toMatchObject({
      HTTP_PROXY: 'http://proxy.example:3128',
    });
    for (const wrong of ['socks5://user:secret@proxy.example:1080', 'http://']) {
      expect(proxyVariables({ HTTPS_PROXY: wrong })).toBeNull();
      expect(honourProxies({ HTTPS_PROXY: wrong })).toBe(
        'HTTPS_PROXY names no proxy of the form http://host:port: calls go without it.',
      );
    }
  });

  it('are named where their proxy takes no connection', () => {
    const env = { HTTPS_PROXY: 'http://user:secret@proxy.example:3128', HTTP_PROXY: '127.0.0.1:8080' };
    expect(proxyAt(env, { address: '10.0.0.7', port: 3128 })).toBe('proxy.example:3128 (HTTPS_PROXY)');
    expect(proxyAt(env, { address: '127.0.0.1', port: 8080 })).toBe('127.0.0.1:8080 (HTTP_PROXY)');
    expect(proxyAt(env, { address: '10.0.0.7', port: 8080 })).toBeNull();
    expect(proxyAt({}, { address: '127.0.0.1', port: 8080 })).toBeNull();
  });

  it('are none where none is set, and left to Node where the person said so', () => {
    expect(proxyVariables({ NO_PROXY: 'x', HTTP_PROXY: '' })).toBeNull();
    expect(proxyVariables({ HTTP_PROXY: 'http://p', NODE_USE_ENV_PROXY: '1' })).toBeNull();
  });

  it('are told where nothing answers at the proxy', async () => {
    const set = process.env.HTTP_PROXY;
    process.env.HTTP_PROXY = '127.0.0.1:9';
    try {
      const { whole } = createTransport();
      const call = { method: 'POST', headers: {}, body: Buffer.from('{}'), mostBytes: 1000, redirects: 'own' } as const;
      const fault = await whole({ ...call, url: 'http://models.invalid/v1' }).then(
        () => null,
        (error: unknown) => connectionFault(error, 'models.invalid'),
      );
      expect(fault?.message).toBe('Nothing answers at the proxy 127.0.0.1:9 (HTTP_PROXY): the connection was refused.');
    } finally {
      if (set === undefined) delete process.env.HTTP_PROXY;
      else process.env.HTTP_PROXY = set;
    }
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
