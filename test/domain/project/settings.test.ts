import { join } from 'node:path';
import { expect, test } from 'vitest';
import { luthierHome } from '../../../src/domain/project/settings.ts';

test('LUTHIER_HOME moves everything', () => {
  expect(luthierHome({ LUTHIER_HOME: '/elsewhere' }, '/home/ada')).toBe('/elsewhere');
});

test('without it, or with a blank one, the folder is .luthier in the home folder', () => {
  expect(luthierHome({}, '/home/ada')).toBe(join('/home/ada', '.luthier'));
  expect(luthierHome({ LUTHIER_HOME: '  ' }, '/home/ada')).toBe(join('/home/ada', '.luthier'));
});
