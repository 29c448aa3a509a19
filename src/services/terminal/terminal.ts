import { clipboardSequence, copyByProgram, type Environment } from './clipboard.ts';
import { editExternally, type TerminalHooks } from './editor.ts';
import { notificationSequence } from './notification.ts';

export interface TerminalOptions {
  /** The terminal; the sequence is not part of a frame and may be written between any two. */
  readonly stream: { write(text: string): unknown };
  readonly env: Environment;
  readonly platform: NodeJS.Platform;
  readonly terminal: TerminalHooks;
  /** Whether another window has the focus. */
  isAway(): boolean;
}

export interface Terminal {
  /**
   * On the clipboard of the desktop by one of its own programs, else of the terminal by a sequence, which it may ignore.
   * Throws when the text is too long for the terminal.
   */
  copy(text: string): Promise<'desktop' | 'terminal'>;
  editExternally(text: string, extension: string): Promise<string | null>;
  /** Rings and notifies a person who looks at another window; nothing while the terminal has the focus. */
  notify(text: string): void;
}

export function createTerminal({ stream, env, platform, terminal, isAway }: TerminalOptions): Terminal {
  return {
    async copy(text) {
      if (await copyByProgram(text, env, platform)) return 'desktop';
      stream.write(clipboardSequence(text, env));
      return 'terminal';
    },
    editExternally: (text, extension) => editExternally(text, extension, { env, terminal }),
    notify(text) {
      if (isAway()) stream.write(notificationSequence(text, env));
    },
  };
}
