import { expect, it } from 'vitest';
import { codeOf, faultText } from '../../../src/domain/text/file-faults.ts';

const fault = (code: string): Error => Object.assign(new Error(`${code}: said by the system, open 'x'`), { code });

it('says what the system means, and what it said where there are no words for it', () => {
  expect(faultText(fault('ENOENT'))).toBe('there is no such file');
  expect(faultText(fault('ENOSPC'))).toBe('the disk is full');
  expect(faultText(fault('EWHATEVER'))).toContain('said by the system');
  expect(faultText('plain')).toBe('plain');
  expect([codeOf(fault('EIO')), codeOf(new Error('x')), codeOf(null)]).toEqual(['EIO', '', '']);
});
