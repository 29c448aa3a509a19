/** What a terminal sends beside keys while it is asked to. */
export type ScreenMode = 'mouse' | 'focus';

/** Private modes of xterm (ctlseqs, "DECSET"): 1000 clicks and the wheel, written as 1006 says; 1004 the window's focus. */
const CODES: Readonly<Record<ScreenMode, readonly number[]>> = { mouse: [1000, 1006], focus: [1004] };

const ENTER_SCREEN = '\u001b[?1049h';
const LEAVE_SCREEN = '\u001b[?1049l';

export interface ScreenModes {
  set(mode: ScreenMode, isOn: boolean): void;
}

/**
 * Modes that hold while the alternate screen is up and at no other time: whatever leaves it (the end, a stop, an editor, a
 * fault) takes them away with it, and whatever comes back to it brings them back.
 */
export function createScreenModes(stream: Pick<NodeJS.WriteStream, 'write'>): ScreenModes {
  const write = stream.write.bind(stream) as (chunk: unknown, ...rest: readonly unknown[]) => boolean;
  const on = new Set<ScreenMode>();
  let isUp = false;
  const sequence = (modes: Iterable<ScreenMode>, final: 'h' | 'l'): string =>
    Array.from(modes, (mode) => CODES[mode].map((code) => `\u001b[?${code}${final}`).join('')).join('');

  stream.write = (chunk: unknown, ...rest: readonly unknown[]): boolean => {
    if (typeof chunk !== 'string') return write(chunk, ...rest);
    const entered = chunk.lastIndexOf(ENTER_SCREEN);
    const left = chunk.lastIndexOf(LEAVE_SCREEN);
    if (entered !== left) isUp = entered > left;
    const moded = chunk
      .replaceAll(ENTER_SCREEN, ENTER_SCREEN + sequence(on, 'h'))
      .replaceAll(LEAVE_SCREEN, sequence(on, 'l') + LEAVE_SCREEN);
    return write(moded, ...rest);
  };
  return {
    set(mode, isOn) {
      if (isOn === on.has(mode)) return;
      if (isOn) on.add(mode);
      else on.delete(mode);
      if (isUp) write(sequence([mode], isOn ? 'h' : 'l'));
    },
  };
}
