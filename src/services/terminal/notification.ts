import { sanitizeLine } from '../../domain/text/sanitize.ts';
import type { Environment } from './clipboard.ts';
import { throughTmux } from './tmux.ts';

const ESC = '\u001b';
const BEL = '\u0007';
const ST = `${ESC}\\`;

interface NotificationForm {
  isFor(env: Environment): boolean;
  sequence(text: string): string;
}

/** One form a terminal: those that know several would show the same thing as often. */
const FORMS: readonly NotificationForm[] = [
  // kitty's own, https://sw.kovidgoyal.net/kitty/desktop-notifications
  {
    isFor: (env) => Boolean(env.KITTY_WINDOW_ID) || env.TERM === 'xterm-kitty',
    sequence: (text) => `${ESC}]99;i=luthier:d=0;Luthier${ST}${ESC}]99;i=luthier:p=body;${text}${ST}`,
  },
  // The console of Linux and dumb terminals draw what they do not know.
  { isFor: (env) => env.TERM === 'linux' || env.TERM === 'dumb', sequence: () => '' },
  // urxvt, foot and terminals on VTE; a semicolon would end the part.
  {
    isFor: (env) => /^(foot|rxvt)/.test(env.TERM ?? '') || Boolean(env.VTE_VERSION),
    sequence: (text) => `${ESC}]777;notify;Luthier;${text.replaceAll(';', ',')}${ST}`,
  },
  // iTerm2, WezTerm, Ghostty and others; a number first would be one of ConEmu's commands.
  { isFor: () => true, sequence: (text) => `${ESC}]9;Luthier: ${text}${ST}` },
];

/** Characters of a notification; desktops show no more. */
const MAX_LENGTH = 200;

/** The bell, which tmux and terminals without notifications hand on too, and a notification in the terminal's own form. */
export function notificationSequence(text: string, env: Environment): string {
  const form = FORMS.find((candidate) => candidate.isFor(env));
  const sequence = form?.sequence(sanitizeLine(text).slice(0, MAX_LENGTH)) ?? '';
  return BEL + (sequence === '' ? '' : throughTmux(sequence, Boolean(env.TMUX)));
}
