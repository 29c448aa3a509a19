import { expect, it } from 'vitest';
import { startFailureText } from '../../../src/screens/root/terminal.ts';

it('says what happened, what is safe and what to do, with no stack, key or escape in it', () => {
  const key = 'sk-test-9f8e7d6c5b4a39281706f5e4d3c2b1a0';
  const words = startFailureText(
    new Error(`EACCES: permission denied, open '\u001b]0;x\u0007/home/${key}'`),
    '/home/me',
  );
  expect(words).toContain('EACCES: permission denied');
  expect(words).toContain('/home/me is as it was');
  expect(words).toContain('LUTHIER_HOME');
  expect(words).not.toContain(key);
  expect(words).not.toMatch(/\u001b|at .*:\d+:\d+/);
});
