import { useMemo, useState } from 'react';
import type { TrackingSettings } from '../../../domain/tracking/settings.ts';
import { useAppState, useWorkbench } from '../../../state/context.tsx';
import type { TrackingKeySource } from '../../../state/workbench/trackingTypes.ts';
import { type Tone, useTheme } from '../../../theme/index.ts';

export interface TestAnswer {
  readonly tone: Tone;
  readonly text: string;
}

export interface TrackingFacts {
  readonly settings: TrackingSettings;
  readonly key: TrackingKeySource;
  /** What the last test of these very settings said; null when they were not tested. */
  readonly answer: TestAnswer | null;
  test(): void;
}

/** What holds for tracking, read again when a choice has changed, and the test of it. */
export function useTrackingFacts(): TrackingFacts {
  const { symbols } = useTheme();
  const { trackingSettings } = useWorkbench();
  const version = useAppState((state) => state.trackingVersion);
  // biome-ignore lint/correctness/useExhaustiveDependencies: the version says when a choice has changed
  const { settings, key } = useMemo(
    () => ({ settings: trackingSettings.read(), key: trackingSettings.keySource() }),
    [trackingSettings, version],
  );
  const [said, setSaid] = useState<{ readonly about: string; readonly answer: TestAnswer } | null>(null);
  // A test is of the settings and the key it was made with.
  const about = JSON.stringify([settings, key]);
  return {
    settings,
    key,
    answer: said?.about === about ? said.answer : null,
    test() {
      setSaid({ about, answer: { tone: 'muted', text: `Asking ${settings.baseUrl}${symbols.ellipsis}` } });
      trackingSettings.test().then((outcome) => {
        const answer: TestAnswer = outcome.ok
          ? { tone: 'ok', text: `${symbols.ok} ${outcome.value}` }
          : { tone: 'error', text: `${symbols.error} ${outcome.problem.what}\n${outcome.problem.next}` };
        setSaid({ about, answer });
      });
    },
  };
}
