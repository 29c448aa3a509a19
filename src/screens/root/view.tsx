import { useApp } from 'ink';
import { type ReactNode, useEffect, useState } from 'react';
import { OperationsDrawer } from '../../components/drawer/index.ts';
import { Frame, type HeaderFacts } from '../../components/frame/index.ts';
import { HelpOverlay } from '../../components/help/index.ts';
import { Palette } from '../../components/palette/index.ts';
import type { ScreenId } from '../../domain/project/types.ts';
import { globalBindings } from '../../keys/bindings/global.ts';
import {
  actionsElsewhere,
  KeyRouter,
  keyLabel,
  type LiveBinding,
  SCREEN_TITLES,
  useBindings,
} from '../../keys/index.ts';
import { useAppState, useWorkbench } from '../../state/context.tsx';
import { liveOperations, spentUsd } from '../../state/selectors.ts';
import { type Environment, ThemeProvider } from '../../theme/index.ts';
import { isMissed, QuitDialog } from './quit.tsx';
import { SCREENS } from './screens.tsx';
import type { TerminalLease } from './terminal.ts';

type Over = 'help' | 'palette' | 'drawer' | 'quit' | null;

export interface RootProps {
  /** `process.env`, for what it says of colour and character set. */
  readonly env: Environment;
  readonly now: () => number;
  /** Told how to get the terminal for an editor. */
  readonly lease: TerminalLease;
  readonly onQuit: () => void;
}

/** The whole app under its providers: theme, keyboard, frame. */
export function Root({ env, now, lease, onQuit }: RootProps): ReactNode {
  const { suspendTerminal } = useApp();
  const theme = useAppState((state) => state.theme);
  const isNote = useAppState((state) => state.notice?.kind === 'note');
  const { navigation } = useWorkbench();
  useEffect(() => lease.offer(suspendTerminal), [lease, suspendTerminal]);
  return (
    <ThemeProvider name={theme} env={env}>
      <KeyRouter
        onActivity={() => {
          if (isNote) navigation.dismiss();
        }}
        onRefused={(binding) => navigation.note(`${keyLabel(binding.keys[0] ?? '')}: ${binding.disabledReason}`)}
      >
        <App now={now} onQuit={onQuit} />
      </KeyRouter>
    </ThemeProvider>
  );
}

function useFacts(): HeaderFacts {
  const project = useAppState((state) => state.project);
  const screen = useAppState((state) => state.screen);
  const profile = useAppState((state) => state.profiles.find(({ id }) => id === state.project.providerId));
  const running = useAppState((state) => liveOperations(state).length);
  const spent = useAppState(spentUsd);
  return {
    project: project.name,
    breadcrumb: [SCREEN_TITLES[screen]],
    provider: profile?.name ?? project.providerId,
    practice: profile?.kind === 'embedded',
    running,
    spentUsd: spent,
  };
}

/** The actions of other screens as bindings that lead to their screen. */
function leadingElsewhere(current: ScreenId, go: (screen: ScreenId) => void): readonly LiveBinding[] {
  return actionsElsewhere(current).map(({ screen, digit, binding }) => ({
    ...binding,
    keys: [`${digit} ${keyLabel(binding.keys[0] ?? '')}`],
    help: `${SCREEN_TITLES[screen]}: ${binding.help ?? binding.label}`,
    run: () => go(screen),
    disabledReason: null,
  }));
}

function App({ now, onQuit }: Pick<RootProps, 'now' | 'onQuit'>): ReactNode {
  const facts = useFacts();
  const screen = useAppState((state) => state.screen);
  const notice = useAppState((state) => state.notice);
  const operations = useAppState((state) => state.operations);
  const live = useAppState(liveOperations);
  const { navigation } = useWorkbench();
  const [over, setOver] = useState<Over>(null);
  const close = (): void => setOver(null);
  const go = (to: ScreenId) => (): void => navigation.go(to);
  const back = (): void => {
    if (notice?.kind === 'problem') navigation.dismiss();
    else if (screen === 'home') navigation.note('This is Home; q quits.');
    else navigation.go('home');
  };
  useBindings('global', globalBindings, {
    'global.home': go('home'),
    'global.template': go('template'),
    'global.generate': go('generate'),
    'global.dataset': go('dataset'),
    'global.train': go('train'),
    'global.chat': go('chat'),
    'global.evaluate': go('evaluate'),
    'global.settings': go('settings'),
    'global.help': () => setOver('help'),
    'global.palette': () => setOver('palette'),
    'global.operations': () => setOver('drawer'),
    'global.back': back,
    'global.cancel': () => setOver('quit'),
    'global.quit': () => (live.some(isMissed) ? setOver('quit') : onQuit()),
  });
  const Screen = SCREENS[screen];
  return (
    <Frame facts={facts} notice={notice}>
      <Screen />
      {over === 'help' && <HelpOverlay title={SCREEN_TITLES[screen]} onClose={close} />}
      {over === 'palette' && <Palette onClose={close} elsewhere={leadingElsewhere(screen, navigation.go)} />}
      {over === 'drawer' && (
        <OperationsDrawer operations={operations} now={now} onCancel={navigation.cancelOperation} onClose={close} />
      )}
      {over === 'quit' && <QuitDialog live={live} onQuit={onQuit} onStay={close} />}
    </Frame>
  );
}
