import { Box } from 'ink';
import type { ReactNode } from 'react';
import { Line, safeMiddle } from '../../../components/line/index.ts';
import type { PaneSize } from '../../../components/panes/index.ts';
import { ScrollText } from '../../../components/scroll/index.ts';
import { displayWidth } from '../../../domain/text/graphemes.ts';
import { settingsTrackingBindings } from '../../../keys/bindings/settings.ts';
import { useBindings } from '../../../keys/index.ts';
import { useTheme } from '../../../theme/index.ts';
import type { TrackingFacts } from './use-facts.ts';
import { type Fact, factsOf } from './words.ts';

export type TrackingQuestion = 'edit' | 'key';

export interface TrackingPaneProps {
  readonly facts: TrackingFacts;
  readonly size: PaneSize;
  readonly focus: boolean;
  readonly onAsk: (question: TrackingQuestion) => void;
}

const LABEL = 9;
const GAP = 2;

/** Where runs are written and sent, what of that the environment decides, and what testing it said. */
export function TrackingPane({ facts: held, size, focus, onAsk }: TrackingPaneProps): ReactNode {
  const { symbols } = useTheme();
  const { settings, key, answer, test } = held;
  const { problems } = settings;
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
        disabledReason: key === 'environment' ? 'the key is set by WANDB_API_KEY' : null,
      },
    },
    { active: focus },
  );
  const wrong = problems.map((problem) => `${symbols.error} ${problem}`).join('\n');
  const told = wrong === '' ? answer : ({ tone: 'error', text: wrong } as const);
  const facts = factsOf(settings, key);
  // What is wrong is seen in any room: the facts below it give way.
  const shown = Math.max(1, Math.min(facts.length, told === null ? size.rows : size.rows - 2));
  const left = size.rows - shown;
  return (
    <Box flexDirection="column" width={size.columns} height={size.rows} overflow="hidden">
      {facts.slice(0, shown).map((fact, index) => (
        <FactRow key={index} fact={fact} width={size.columns} />
      ))}
      {told === null || left < 1 ? null : (
        <ScrollText
          key={told.text}
          text={told.text}
          width={size.columns}
          height={left}
          focus={focus}
          tone={told.tone}
        />
      )}
    </Box>
  );
}

function FactRow({ fact, width }: { readonly fact: Fact; readonly width: number }): ReactNode {
  const { symbols } = useTheme();
  const origin = fact.origin === '' ? '' : `${' '.repeat(GAP)}${fact.origin}`;
  const room = Math.max(0, width - LABEL - displayWidth(origin));
  return (
    <Box height={1} flexShrink={0} width={width} overflow="hidden">
      <Line text={fact.label} width={LABEL} tone="muted" fill />
      <Line
        text={safeMiddle(fact.value, room, symbols.ellipsis)}
        width={room}
        tone={fact.label === '' ? 'muted' : 'plain'}
      />
      <Line text={origin} width={displayWidth(origin)} tone="muted" />
    </Box>
  );
}
