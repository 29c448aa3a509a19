const ESC = '\u001b';

/** A sequence for the terminal around tmux, which hands on only what is wrapped for it (its `allow-passthrough`, since 3.3 off unless set). */
export const throughTmux = (sequence: string, insideTmux: boolean): string =>
  insideTmux ? `${ESC}Ptmux;${sequence.replaceAll(ESC, ESC + ESC)}${ESC}\\` : sequence;
