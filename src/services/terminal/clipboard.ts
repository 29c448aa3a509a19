import { Buffer } from 'node:buffer';
import { spawn } from 'node:child_process';
import { withoutSecrets } from '../../domain/common/environment.ts';
import { throughTmux } from './tmux.ts';

export type Environment = Readonly<Record<string, string | undefined>>;

/** A program that takes a text on its input and puts it on the clipboard of the desktop it runs on. */
interface ClipboardProgram {
  readonly command: readonly [string, ...string[]];
  isFor(env: Environment, platform: NodeJS.Platform): boolean;
  readonly encoding: 'utf8' | 'utf16le';
}

const isRemote = (env: Environment): boolean => Boolean(env.SSH_CONNECTION || env.SSH_TTY);

// Over SSH a Mac's or Windows' own clipboard is not the one the person pastes from; an X display that is forwarded is.
const PROGRAMS: readonly ClipboardProgram[] = [
  { command: ['wl-copy'], isFor: (env) => Boolean(env.WAYLAND_DISPLAY), encoding: 'utf8' },
  { command: ['xclip', '-selection', 'clipboard'], isFor: (env) => Boolean(env.DISPLAY), encoding: 'utf8' },
  { command: ['xsel', '--clipboard', '--input'], isFor: (env) => Boolean(env.DISPLAY), encoding: 'utf8' },
  { command: ['pbcopy'], isFor: (env, platform) => platform === 'darwin' && !isRemote(env), encoding: 'utf8' },
  {
    command: ['clip.exe'],
    isFor: (env, platform) => (platform === 'win32' || Boolean(env.WSL_DISTRO_NAME)) && !isRemote(env),
    encoding: 'utf16le',
  },
];

/** Milliseconds after which a program that does not end is given up: a display that hangs must not hold the key. */
const PROGRAM_MS = 2_000;

/** What terminals take in one OSC 52 sequence: xterm's limit, the least of the common ones, less its frame. */
const LIMIT = 74_994;

const ESC = '\u001b';
const BEL = '\u0007';

/** True when one of the desktop's own programs took `text`. */
export async function copyByProgram(text: string, env: Environment, platform: NodeJS.Platform): Promise<boolean> {
  for (const program of PROGRAMS) {
    if (program.isFor(env, platform) && (await hasTaken(program, text, env))) return true;
  }
  return false;
}

function hasTaken({ command, encoding }: ClipboardProgram, text: string, env: Environment): Promise<boolean> {
  const { promise, resolve } = Promise.withResolvers<boolean>();
  const [program, ...args] = command;
  const child = spawn(program, args, {
    stdio: ['pipe', 'ignore', 'ignore'],
    env: withoutSecrets(env),
    timeout: PROGRAM_MS,
  });
  child.once('error', () => resolve(false));
  // Not `close`: what stays behind to serve the clipboard keeps what it was given.
  child.once('exit', (code) => resolve(code === 0));
  child.stdin.once('error', () => {});
  child.stdin.end(Buffer.from(text, encoding));
  return promise;
}

/**
 * The sequence that puts `text` on the clipboard of the terminal, over SSH as well.
 * Throws when the text is longer than terminals take; they would drop it without a word.
 */
export function clipboardSequence(text: string, env: Environment): string {
  const encoded = Buffer.from(text, 'utf8').toString('base64');
  if (encoded.length > LIMIT) throw new Error('This is too long for the terminal to copy (about 56 kB). Export it.');
  return throughTmux(`${ESC}]52;c;${encoded}${BEL}`, Boolean(env.TMUX));
}
