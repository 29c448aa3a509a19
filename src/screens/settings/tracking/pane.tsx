import { Box } from 'ink';
import type { ReactNode } from 'react';
import type { PaneSize } from '../../../components/layout/panes.tsx';
import { Line, safeMiddle } from '../../../components/text/line.tsx';
import { ScrollText } from '../../../components/text/scroll-text.tsx';
import { displayWidth } from '../../../domain/text/graphemes.ts';
import { trackerFacts } from '../../../domain/tracking/trackers.ts';
import { settingsTrackingBindings } from '../../../keys/bindings/settings.ts';
import { useBindings } from '../../../keys/hooks.tsx';
import { useTheme } from '../../../theme/theme.tsx';
import { type TrackingFact, type TrackingStatus, trackingFacts } from './tracking-facts.ts';

export type TrackingDialogKind = 'edit' | 'key';

export interface TrackingPaneProps {
  readonly facts: TrackingStatus;
  readonly size: PaneSize;
  readonly focus: boolean;
  readonly onAsk: (question: TrackingDialogKind) => void;
}

const GAP = 2;

/** Where runs are written and sent, what of that the environment decides, and what testing it said. */
export function TrackingPane({ facts: held, size, focus, onAsk }: TrackingPaneProps): ReactNode {
  const { symbols } = useTheme();
  const { settings, key, answer, test } = held;
  const { problems } = settings;
  const keyVariables = trackerFacts(settings.tracker).keyVariables.join(' or ');
  const off = settings.mode === 'disabled' ? 'tracking is disabled: e changes that' : null;
  useBindings(
    'screen',
    settingsTrackingBindings,
    {
      'settings.tracking.test': {
        run: test,
        disabledReason: problems[0] ?? off ?? (key === 'none' ? 'there is no key yet: a types one in' : null),
      },
      'settings.tracking.edit': () => onAsk('edit'),
      'settings.tracking.key': {
        run: () => onAsk('key'),
        disabledReason: key === 'environment' ? `the key is set by ${keyVariables}` : null,
      },
    },
    { active: focus },
  );
  const wrong = problems.map((problem) => `${symbols.error} ${problem}`).join('\n');
  const message = wrong === '' ? answer : ({ tone: 'error', text: wrong } as const);
  const facts = trackingFacts(settings, key);
  const labelWidth = GAP + Math.max(...facts.map(({ label }) => displayWidth(label)));
  // What is wrong is seen in any room: the facts below it give way.
  const shown = Math.max(1, Math.min(facts.length, message === null ? size.rows : size.rows - 2));
  const left = size.rows - shown;
  return (
    <Box flexDirection="column" width={size.columns} height={size.rows} overflow="hidden">
      {facts.slice(0, shown).map((fact, index) => (
        <FactRow key={index} fact={fact} labelWidth={labelWidth} width={size.columns} />
      ))}
      {message === null || left < 1 ? null : (
        <ScrollText
          key={message.text}
          text={message.text}
          width={size.columns}
          height={left}
          focus={focus}
          tone={message.tone}
        />
      )}
    </Box>
  );
}

interface FactRowProps {
  readonly fact: TrackingFact;
  readonly labelWidth: number;
  readonly width: number;
}

function FactRow({ fact, labelWidth, width }: FactRowProps): ReactNode {
  const { symbols } = useTheme();
  const origin = fact.origin === '' ? '' : `${' '.repeat(GAP)}${fact.origin}`;
  const room = Math.max(0, width - labelWidth - displayWidth(origin));
  return (
    <Box height={1} flexShrink={0} width={width} overflow="hidden">
      <Line text={fact.label} width={labelWidth} tone="muted" fill />
      <Line
        text={safeMiddle(fact.value, room, symbols.ellipsis)}
        width={room}
        tone={fact.label === '' ? 'muted' : 'plain'}
      />
      <Line text={origin} width={displayWidth(origin)} tone="muted" />
    </Box>
  );
}
