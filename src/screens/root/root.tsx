import { useApp, useIsScreenReaderEnabled } from 'ink';
import { type ComponentType, memo, type ReactNode, useEffect, useState, useSyncExternalStore } from 'react';
import { liveOperations, spentUsd } from '../../app/core/state.ts';
import { useAppState, useWorkbench } from '../../app/react.tsx';
import { CommandPalette } from '../../components/dialogs/command-palette.tsx';
import { HelpOverlay } from '../../components/dialogs/help-overlay.tsx';
import { OperationsDrawer } from '../../components/dialogs/operations-drawer.tsx';
import { useProvider } from '../../components/hooks/use-provider.ts';
import { Frame, type HeaderFacts } from '../../components/layout/frame.tsx';
import { isBilled } from '../../domain/deployment/billing.ts';
import type { ScreenId } from '../../domain/project/types.ts';
import { waitedForText, waitingText } from '../../domain/provider/call-limits.ts';
import { keyLabel, type LiveBinding } from '../../keys/binding.ts';
import { actionsElsewhere } from '../../keys/binding-sets.ts';
import { globalBindings, SCREEN_TITLES } from '../../keys/bindings/global.ts';
import { useBindings } from '../../keys/hooks.tsx';
import { KeyRouter } from '../../keys/router.tsx';
import { ThemeProvider } from '../../theme/theme.tsx';
import type { Environment } from '../../theme/themes.ts';
import { ChatScreen } from '../chat/chat-screen.tsx';
import { DatasetScreen } from '../dataset/dataset-screen.tsx';
import { EvaluateScreen } from '../evaluate/evaluate-screen.tsx';
import { GenerateScreen } from '../generate/generate-screen.tsx';
import { HomeScreen } from '../home/home-screen.tsx';
import { SettingsScreen } from '../settings/settings-screen.tsx';
import { TemplateScreen } from '../template/template-screen.tsx';
import { TrainScreen } from '../train/train-screen.tsx';
import { ConflictDialog } from './conflict-dialog.tsx';
import { needsConfirmation, QuitDialog } from './quit-dialog.tsx';
import type { TerminalLease, TerminalSignals } from './terminal.ts';
import { useScreenTabs } from './use-screen-tabs.ts';

/** Each is drawn again when something it looks at changes, and not whenever the frame around it does: progress comes five times a second. */
const SCREENS: Readonly<Record<ScreenId, ComponentType>> = {
  home: memo(HomeScreen),
  template: memo(TemplateScreen),
  generate: memo(GenerateScreen),
  dataset: memo(DatasetScreen),
  train: memo(TrainScreen),
  chat: memo(ChatScreen),
  evaluate: memo(EvaluateScreen),
  settings: memo(SettingsScreen),
};

type OpenOverlay = 'help' | 'palette' | 'drawer' | 'quit' | null;

export interface RootProps {
  /** `process.env`, for what it says of colour and character set. */
  readonly env: Environment;
  readonly now: () => number;
  /** Called with the function that lends the terminal to an editor. */
  readonly lease: TerminalLease;
  readonly signals: TerminalSignals;
  readonly onQuit: () => void;
  /** Gives the terminal back to the shell until it is taken back; null where there is no such thing. */
  readonly onSuspend: (() => void) | null;
  readonly onRepaint: () => void;
}

/** The whole app under its providers: theme, keyboard, frame. */
export function Root({ env, now, lease, signals, ...actions }: RootProps): ReactNode {
  const { suspendTerminal } = useApp();
  const { theme, animations } = useAppState((state) => state.terminal);
  const background = useSyncExternalStore(signals.onBackground, signals.background);
  const isNote = useAppState((state) => state.notice?.kind === 'note');
  const { navigation } = useWorkbench();
  useEffect(() => lease.offer(suspendTerminal), [lease, suspendTerminal]);
  return (
    <ThemeProvider name={theme} env={env} background={background} animated={animations}>
      <KeyRouter
        mouse={signals.onMouse}
        onActivity={() => {
          if (isNote) navigation.dismiss();
        }}
        onRefused={(binding) => navigation.note(`${keyLabel(binding.keys[0] ?? '')}: ${binding.disabledReason}`)}
      >
        <App now={now} {...actions} />
      </KeyRouter>
    </ThemeProvider>
  );
}

function useHeaderFacts(): HeaderFacts {
  const project = useAppState((state) => state.project);
  const screen = useAppState((state) => state.screen);
  const provider = useProvider();
  const running = useAppState((state) => liveOperations(state).length);
  const spent = useAppState(spentUsd);
  const elsewhere = useAppState((state) => state.openElsewhere);
  // Read out again each second otherwise.
  const waitText = useIsScreenReaderEnabled() ? waitedForText : waitingText;
  const waiting = useAppState((state) => (state.waiting === null ? null : waitText(state.waiting)));
  return {
    project: project.name,
    breadcrumb: [SCREEN_TITLES[screen]],
    provider: provider.name,
    practice: provider.practice,
    running,
    elsewhere,
    ...(waiting === null ? {} : { waiting }),
    spentUsd: spent,
  };
}

/** The actions of other screens as bindings that lead to their screen. */
function bindingsElsewhere(current: ScreenId, go: (screen: ScreenId) => void): readonly LiveBinding[] {
  return actionsElsewhere(current).map(({ screen, digit, binding }) => ({
    ...binding,
    keys: [`${digit} ${keyLabel(binding.keys[0] ?? '')}`],
    help: `${SCREEN_TITLES[screen]}: ${binding.help ?? binding.label}`,
    run: () => go(screen),
    disabledReason: null,
  }));
}

type AppProps = Omit<RootProps, 'env' | 'lease' | 'signals'>;

function App({ now, onQuit, onSuspend, onRepaint }: AppProps): ReactNode {
  const facts = useHeaderFacts();
  const screens = useScreenTabs();
  const screen = useAppState((state) => state.screen);
  const notice = useAppState((state) => state.notice);
  const operations = useAppState((state) => state.operations);
  const live = useAppState(liveOperations);
  const billed = useAppState((state) => state.deployments).filter(isBilled);
  const conflict = useAppState((state) => state.templateConflict);
  const { navigation, projects } = useWorkbench();
  const [over, setOver] = useState<OpenOverlay>(null);
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
    'global.suspend': onSuspend,
    'global.repaint': onRepaint,
    'global.quit': () => (live.some(needsConfirmation) || billed.length > 0 ? setOver('quit') : onQuit()),
  });
  const Screen = SCREENS[screen];
  return (
    <Frame facts={facts} screens={screens} notice={notice}>
      <Screen />
      {over === 'help' && <HelpOverlay title={SCREEN_TITLES[screen]} onClose={close} />}
      {over === 'palette' && <CommandPalette onClose={close} elsewhere={bindingsElsewhere(screen, navigation.go)} />}
      {over === 'drawer' && (
        <OperationsDrawer operations={operations} now={now} onCancel={navigation.cancelOperation} onClose={close} />
      )}
      {conflict !== null && <ConflictDialog conflict={conflict} onChoose={projects.settleConflict} />}
      {over === 'quit' && <QuitDialog live={live} billed={billed} now={now()} onQuit={onQuit} onStay={close} />}
    </Frame>
  );
}
