import { Box } from 'ink';
import type { ReactNode } from 'react';
import { displayWidth } from '../../domain/text/graphemes.ts';
import { useWorkbench } from '../../state/context.tsx';
import type { Trackable } from '../../state/workbench/trackingTypes.ts';
import { type Symbols, type Tone, useTheme } from '../../theme/index.ts';
import { Line, safeLine, safeMiddle } from '../line/index.ts';
import { useTracked } from './use-tracked.ts';
import { linkOf, lookOf, sizeOf, type Tracked } from './words.ts';

export interface TrackedLineProps {
  readonly what: Trackable;
  readonly width: number;
}

const LABEL = 'W&B ';
const GAP = '  ';
/** From here on the row has room for the key that copies the link, and a link one can still read. */
const ROOMY = 56;

interface Rest {
  readonly text: string;
  readonly tone: Tone;
}

/** One row of one's own for a run: how it stands, then where it is, or what is done with it now. */
export function TrackedLine({ what, width }: TrackedLineProps): ReactNode {
  const { symbols } = useTheme();
  const { tracking } = useWorkbench();
  const tracked = useTracked(what);
  const { sign, word, tone } = lookOf(tracked, symbols);
  const head = word === '' ? `${sign} ` : `${sign} ${word}${GAP}`;
  const room = Math.max(0, width - displayWidth(LABEL) - displayWidth(head));
  const rest = restOf(tracked, tracking.whyNot(what), room, symbols);
  return (
    <Box height={1} flexShrink={0} width={width} overflow="hidden">
      <Line text={LABEL} width={Math.min(width, displayWidth(LABEL))} tone="muted" fill />
      <Line text={head} width={Math.max(0, Math.min(displayWidth(head), width - LABEL.length))} tone={tone} fill />
      <Line text={rest.text} width={room} tone={rest.tone} />
    </Box>
  );
}

/** What follows the sign and the word in `room` columns. `whyNot`: why it cannot be sent now. */
export function restOf(tracked: Tracked, whyNot: string | null, room: number, { ellipsis }: Symbols): Rest {
  const { state, live } = tracked;
  if (live !== null) {
    const { problem, detail } = live;
    const size = sizeOf(detail);
    const doing = safeLine(detail.doing, room, ellipsis);
    // How much is sent the percentage tells too; what goes on is told by nothing else.
    const whole = size !== '' && displayWidth(doing) + displayWidth(GAP + size) <= room;
    return { text: whole ? `${doing}${GAP}${size}` : doing, tone: problem === null ? 'plain' : 'warn' };
  }
  if (state === null) return { text: whyNot ?? 'not sent yet: w sends it', tone: 'muted' };
  const link = linkOf(tracked);
  const key =
    whyNot !== null || state.sync === 'synced' ? '' : `${GAP}w sends ${state.sync === 'local' ? 'it' : 'the rest'}`;
  const copy = link !== null && room >= ROOMY ? `${GAP}Y copies` : '';
  const where = link === null && state.sync === 'local' ? 'on this machine: ' : '';
  const place = safeMiddle(link ?? state.folder, Math.max(0, room - where.length - key.length - copy.length), ellipsis);
  return { text: `${where}${place}${copy}${key}`, tone: 'plain' };
}
