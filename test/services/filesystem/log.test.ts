import { EventEmitter } from 'node:events';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, expect, it } from 'vitest';
import { createLog, watchUncaughtErrors } from '../../../src/services/filesystem/log.ts';

let path: string;

beforeEach((context) => {
  const folder = mkdtempSync(join(tmpdir(), 'luthier-log-'));
  path = join(folder, 'log', 'luthier.log');
  context.onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
});

const entries = (): readonly unknown[] =>
  readFileSync(path, 'utf8')
    .trimEnd()
    .split('\n')
    .map((line): unknown => JSON.parse(line));

it('writes one JSON object a line, of the levels asked for, in a file of the owner alone', () => {
  const log = createLog(path, { now: () => 0 });
  log.debug('left out');
  log.info('started', { rows: 3, big: 12n });
  log.error('two\nlines');
  expect(entries()).toEqual([
    { time: '1970-01-01T00:00:00.000Z', level: 'info', pid: process.pid, message: 'started', rows: 3, big: '12' },
    { time: '1970-01-01T00:00:00.000Z', level: 'error', pid: process.pid, message: 'two\nlines' },
  ]);
  expect(statSync(path).mode & 0o777).toBe(0o600);
  createLog(path, { level: 'debug' }).debug('kept');
  expect(entries()).toHaveLength(3);
});

it('never writes a key, wherever it stands', () => {
  const secret = 'an-unusual-secret-0123';
  const log = createLog(path, { secrets: () => [secret] });
  const cause = new Error(`Incorrect API key provided: sk-abcdefghijklmnop and ${secret}`);
  log.warn(`call with ${secret}`, {
    error: cause,
    nested: { headers: ['Bearer sk-proj-qrstuvwxyz123456'], apiKey: 'plain words' },
    long: `${'x'.repeat(3990)}${secret}`,
  });
  const text = readFileSync(path, 'utf8');
  for (const key of ['abcdefghijklmnop', 'qrstuvwxyz', 'plain words', secret, secret.slice(0, 10)])
    expect(text).not.toContain(key);
  expect(text).toContain('Incorrect API key provided');
});

it('turns the file over by size and keeps one old one', () => {
  const log = createLog(path, { maxBytes: 1000 });
  for (let n = 0; n < 100; n++) log.info(`line ${n}`);
  expect(readdirSync(join(path, '..')).toSorted()).toEqual(['luthier.log', 'luthier.log.1']);
  for (const file of [path, `${path}.1`]) expect(statSync(file).size).toBeLessThanOrEqual(1000);
  expect(entries().at(-1)).toMatchObject({ message: 'line 99' });
});

it('is silent when it cannot write, and when a field cannot be told', () => {
  const blocked = join(path, '..', '..', 'file');
  writeFileSync(blocked, '');
  expect(() => createLog(join(blocked, 'luthier.log')).error('lost')).not.toThrow();
  const circle: Record<string, unknown> = {};
  circle.self = circle;
  const log = createLog(path);
  expect(() => log.error('circle', circle)).not.toThrow();
  log.info('next');
  expect(entries()).toHaveLength(1);
});

it('logs every fault, and hands on the first', () => {
  const source = new EventEmitter();
  const faults: string[] = [];
  const stop = watchUncaughtErrors(source, createLog(path), (error) => faults.push(error.message));
  source.emit('uncaughtException', new Error('first with sk-abcdefghijklmnop'));
  source.emit('unhandledRejection', 'second');
  expect(faults).toEqual(['first with sk-abcdefghijklmnop']);
  expect(entries()).toMatchObject([
    { level: 'error', message: 'Uncaught exception', error: { name: 'Error', message: 'first with sk-…' } },
    { level: 'error', message: 'Unhandled rejection', error: { message: 'second' } },
  ]);
  stop();
  expect(source.listenerCount('uncaughtException') + source.listenerCount('unhandledRejection')).toBe(0);
});
