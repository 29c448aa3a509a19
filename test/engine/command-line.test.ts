import { join } from 'node:path';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { banner, exposureWarning, parseArguments } from '../../src/engine/command-line.ts';

const parse = (...args: string[]) => parseArguments(args, {}, '/home/ada');

describe('arguments', () => {
  test('without any, the engine listens on loopback at its own port and keeps its things under the home folder', () => {
    expect(parse()).toEqual({
      run: {
        port: 4117,
        host: '127.0.0.1',
        home: join('/home/ada', '.luthier', 'engine'),
        apiKey: null,
        rpm: null,
        tpm: null,
        latencyMs: 0,
        idleExitMs: null,
        existingHome: false,
        json: false,
        faults: { fail: 0, stall: 0, reset: 0, halfStream: 0 },
        expireBatches: false,
        bases: [],
        processes: 1,
        serve: null,
      },
    });
  });

  test('bases of real weights are named one by one', () => {
    expect(parse('--base', '/models/a', '--base', 'org/b', '--processes', '2')).toMatchObject({
      run: { bases: ['/models/a', 'org/b'], processes: 2 },
    });
  });

  test('faults are wished for by their shares', () => {
    const args = ['--fail', '0.1', '--stall', '0.2', '--reset', '0', '--half-stream', '1', '--expire-batches'];
    const faults = { fail: 0.1, stall: 0.2, reset: 0, halfStream: 1 };
    expect(parse(...args)).toMatchObject({ run: { faults, expireBatches: true } });
    vi.spyOn(process.stderr, 'write').mockReturnValue(true);
    expect(parse('--fail', '2')).toEqual({ exit: 2 });
  });

  test('LUTHIER_HOME moves the engine too, and LUTHIER_ENGINE_KEY is a key', () => {
    const env = { LUTHIER_HOME: '/elsewhere', LUTHIER_ENGINE_KEY: 'sk-env' };
    const parsed = parseArguments([], env, '/home/ada');
    expect(parsed).toMatchObject({ run: { home: join('/elsewhere', 'engine'), apiKey: 'sk-env' } });
  });

  test('all of them can be given', () => {
    const args = ['--port', '0', '--rpm', '60', '--tpm', '1000', '--latency', '20', '--idle-exit', '5', '--json'];
    expect(parse(...args, '--api-key', 'sk-k', '--home', '/h')).toMatchObject({
      run: { port: 0, rpm: 60, tpm: 1000, latencyMs: 20, idleExitMs: 5000, json: true, apiKey: 'sk-k', home: '/h' },
    });
  });

  describe('that are wrong', () => {
    afterEach(() => vi.restoreAllMocks());
    test.each([
      ['--port', '70000'],
      ['--port', 'http'],
      ['--rpm', '0'],
      ['--latency', '-1'],
      ['--nonsense'],
      ['extra'],
    ])('%s %s is a usage error', (...args) => {
      const write = vi.spyOn(process.stderr, 'write').mockReturnValue(true);
      expect(parse(...args)).toEqual({ exit: 2 });
      expect(write).toHaveBeenCalled();
    });
  });
});

test('the banner says what it is, where it is, and how to use it, and repeats no key it was given', () => {
  const facts = {
    url: 'http://127.0.0.1:1/v1',
    home: '/h',
    models: [{ id: 'practice-small', methods: ['supervised' as const], practice: true }],
  };
  const text = banner({ ...facts, generatedKey: 'sk-made' });
  for (const part of ['practice engine', facts.url, 'sk-made', 'practice-small (can be tuned)', 'OPENAI_BASE_URL']) {
    expect(text).toContain(part);
  }
  expect(banner({ ...facts, generatedKey: null })).toContain('the one you gave');
});

test('only an address other machines can reach is warned about', () => {
  expect(exposureWarning('127.0.0.1')).toBeNull();
  expect(exposureWarning('localhost')).toBeNull();
  expect(exposureWarning('0.0.0.0')).toContain('other machines');
});

test('a key that can be guessed is refused where other machines reach the engine, and only there', () => {
  const said = vi.spyOn(process.stderr, 'write').mockReturnValue(true);
  expect(parse('--host', '0.0.0.0', '--api-key', 'short')).toEqual({ exit: 2 });
  expect(said.mock.calls.join()).toContain('a key for 0.0.0.0 needs at least 16 characters');
  expect(parseArguments(['--host', '::'], { LUTHIER_ENGINE_KEY: 'fifteen-letters' }, '/home/ada')).toEqual({ exit: 2 });
  said.mockRestore();
  expect(parse('--host', '0.0.0.0', '--api-key', 'sixteen-letters!')).toMatchObject({ run: { host: '0.0.0.0' } });
  expect(parse('--api-key', 'short')).toMatchObject({ run: { apiKey: 'short' } });
  expect(parse('--host', '0.0.0.0')).toMatchObject({ run: { apiKey: null } });
});
