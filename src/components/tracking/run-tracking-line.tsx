import { Box } from 'ink';
import type { ReactNode } from 'react';
import type { Trackable } from '../../app/tracking/run-requests.ts';
import { displayWidth } from '../../domain/text/graphemes.ts';
import type { Symbols } from '../../theme/symbols.ts';
import { useTheme } from '../../theme/theme.tsx';
import type { Tone } from '../../theme/themes.ts';
import { Line, safeLine, safeMiddle } from '../text/line.tsx';
import {
  type RunTracking,
  sentSize,
  syncLabel,
  trackingPageUrl,
  useRunTracking,
  useSyncRefusals,
  useTracker,
} from './run-tracking.ts';

export interface RunTrackingLineProps {
  readonly what: Trackable;
  readonly width: number;
}

const GAP = '  ';
/** From here on the row has room for the key that copies the link, and a link one can still read. */
const ROOMY = 56;

interface TonedText {
  readonly text: string;
  readonly tone: Tone;
}

/** One row of one's own for a run: how it stands, then where it is, or what is done with it now. */
export function RunTrackingLine({ what, width }: RunTrackingLineProps): ReactNode {
  const { symbols } = useTheme();
  const refusalOf = useSyncRefusals();
  const tracked = useRunTracking(what);
  const label = `${useTracker().label} `;
  const { sign, word, tone } = syncLabel(tracked, symbols);
  const head = word === '' ? `${sign} ` : `${sign} ${word}${GAP}`;
  const room = Math.max(0, width - displayWidth(label) - displayWidth(head));
  const rest = trackingText(tracked, refusalOf(what), room, symbols);
  return (
    <Box height={1} flexShrink={0} width={width} overflow="hidden">
      <Line text={label} width={Math.min(width, displayWidth(label))} tone="muted" fill />
      <Line text={head} width={Math.max(0, Math.min(displayWidth(head), width - label.length))} tone={tone} fill />
      <Line text={rest.text} width={room} tone={rest.tone} />
    </Box>
  );
}

/** What follows the sign and the word in `room` columns. `whyNot`: why it cannot be sent now. */
export function trackingText(
  tracked: RunTracking,
  whyNot: string | null,
  room: number,
  { ellipsis }: Symbols,
): TonedText {
  const { state, live } = tracked;
  if (live !== null) {
    const { problem, detail } = live;
    const size = sentSize(detail);
    const doing = safeLine(detail.doing, room, ellipsis);
    // The percentage says how much is sent, too; nothing else says what goes on.
    const whole = size !== '' && displayWidth(doing) + displayWidth(GAP + size) <= room;
    return { text: whole ? `${doing}${GAP}${size}` : doing, tone: problem === null ? 'plain' : 'warn' };
  }
  if (state === null) return { text: whyNot ?? 'not sent yet: w sends it', tone: 'muted' };
  const link = trackingPageUrl(tracked);
  const key =
    whyNot !== null || state.sync === 'synced' ? '' : `${GAP}w sends ${state.sync === 'local' ? 'it' : 'the rest'}`;
  const copy = link !== null && room >= ROOMY ? `${GAP}Y copies` : '';
  const where = link === null && state.sync === 'local' ? 'on this machine: ' : '';
  const place = safeMiddle(link ?? state.folder, Math.max(0, room - where.length - key.length - copy.length), ellipsis);
  return { text: `${where}${place}${copy}${key}`, tone: 'plain' };
}
