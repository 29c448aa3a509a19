import { clipboardSequence } from './clipboard.ts';
import { editExternally, type TerminalHooks } from './editor.ts';

export interface TerminalOptions {
  /** The terminal; the sequence is not part of a frame and may be written between any two. */
  readonly stream: { write(text: string): unknown };
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly terminal: TerminalHooks;
}

export interface Terminal {
  /** Throws when the text is too long for the terminal. */
  copy(text: string): void;
  editExternally(text: string, extension: string): Promise<string | null>;
}

export function createTerminal({ stream, env, terminal }: TerminalOptions): Terminal {
  return {
    copy: (text) => {
      stream.write(clipboardSequence(text, Boolean(env.TMUX)));
    },
    editExternally: (text, extension) => editExternally(text, extension, { env, terminal }),
  };
}
