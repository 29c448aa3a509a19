import { describe, expect, it } from 'vitest';
import { misreadIn } from '../../../src/domain/text/misread.ts';

const misread = (text: string): string => new TextDecoder('windows-1252').decode(new TextEncoder().encode(text));

describe('UTF-8 that was read as windows-1252', () => {
  it.each(['é', 'à', '’', '“', '…', '—', '€', '™', '→', '😀', 'при', '£'])(
    'is found, and what it stood for: %s',
    (char) => {
      const { found, meant } = misreadIn(`a ${misread(char)} b`) ?? {};
      expect(found).toBe(misread(char));
      expect(meant).toBe(char);
    },
  );

  it.each([
    'Café, déjà vu: « À » et “È”; jusqu’à\u00a0» l’été…',
    'perché…” cos’è…” “AMANHÃ” “PASÓ” “ÑANDÚ”',
    'SEÑOR 25 °C ± 2 ½ £5 §3 CAFÉ™ MENÜ–',
    'Привет, 你好, こんにちは, tiếng Việt',
    'Â, Ã and Ð are letters',
  ])('is not taken for it: %s', (text) => {
    expect(misreadIn(text)).toBeNull();
  });
});
