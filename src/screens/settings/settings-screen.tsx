import { Box } from 'ink';
import { type ReactNode, useEffect, useState } from 'react';
import { choiceKind } from '../../app/core/screen-states.ts';
import { useAppState, useScreenValue, useWorkbench } from '../../app/react.tsx';
import { useBodySize } from '../../components/layout/frame.tsx';
import { type Arrangement, nextPane, type Pane, PaneBox, Panes } from '../../components/layout/panes.tsx';
import { Line, safeMiddle } from '../../components/text/line.tsx';
import { wrapped } from '../../components/text/wrapped.ts';
import { THEME_NAMES } from '../../domain/project/settings.ts';
import { limitsText } from '../../domain/provider/call-limits.ts';
import { byteSize } from '../../domain/text/format.ts';
import { displayWidth } from '../../domain/text/graphemes.ts';
import { trackerFacts } from '../../domain/tracking/trackers.ts';
import { paneBindings } from '../../keys/bindings/components.ts';
import { settingsBindings } from '../../keys/bindings/settings.ts';
import { useBindings } from '../../keys/hooks.tsx';
import { useTheme } from '../../theme/theme.tsx';
import { BasesDialog } from './bases-dialog.tsx';
import { LimitsDialog } from './limits-dialog.tsx';
import { Models } from './models.tsx';
import { ProviderDialog } from './provider-dialogs.tsx';
import { type ProviderDialogRequest, Providers } from './providers.tsx';
import { RunnerDialog } from './runner-dialog.tsx';
import { TerminalDialog, terminalText } from './terminal-dialog.tsx';
import { TrackingDialog } from './tracking/dialogs.tsx';
import { type TrackingDialogKind, TrackingPane } from './tracking/pane.tsx';
import { useTrackingStatus } from './tracking/tracking-facts.ts';

export interface SettingsShape {
  readonly columns: number;
  readonly rows: number;
}

export interface SettingsLayout {
  /** Two rows of two panes; else all panes in one `arrangement`. */
  readonly grid: boolean;
  readonly arrangement: Arrangement;
  /** Rows of the panes above, and of what stands below them; 0 where there is no room for it. */
  readonly upper: number;
  readonly lower: number;
}

/** Six facts, and the border. */
const FOLDER_ROWS = 8;
/** Seven facts of tracking, two rows of what its test said, and the border. */
const TRACKING_ROWS = 11;
const MAX_TRACKING_ROWS = 13;
const MIN_UPPER_ROWS = 8;
const GRID_COLUMNS = 90;
const GRID_ROWS = 20;
const ROW_COLUMNS = 120;

/** Who gets which rows. `tracking`: its pane has the focus, which has more to say than the others where only one is shown. */
export function settingsLayout({ columns, rows }: SettingsShape, tracking: boolean): SettingsLayout {
  if (columns >= GRID_COLUMNS && rows >= GRID_ROWS) {
    const lower = Math.min(MAX_TRACKING_ROWS, Math.max(TRACKING_ROWS, Math.floor(rows * 0.4)));
    return { grid: true, arrangement: 'row', upper: rows - lower, lower };
  }
  const arrangement = columns >= ROW_COLUMNS ? 'row' : 'single';
  const least = tracking || arrangement === 'row' ? TRACKING_ROWS : MIN_UPPER_ROWS;
  const lower = rows - FOLDER_ROWS < least ? 0 : FOLDER_ROWS;
  return { grid: false, arrangement, upper: rows - lower, lower };
}

interface DataFolder {
  readonly path: string;
  readonly bytes: number;
}

/** The data folder and its size; null until it has been measured. */
function useDataFolder(): DataFolder | null {
  const { preferences } = useWorkbench();
  const [folder, setFolder] = useState<DataFolder | null>(null);
  useEffect(() => {
    let stale = false;
    preferences.dataFolder().then((found) => {
      if (!stale) setFolder(found);
    });
    return () => {
      stale = true;
    };
  }, [preferences]);
  return folder;
}

/** Columns of the word before a fact. */
const FACT_LABEL = 9;

/** How the terminal is used, and where everything lies: sentences wrapped, paths with their middle left out. */
function FolderFacts({ folder, width }: { readonly folder: DataFolder | null; readonly width: number }): ReactNode {
  const terminal = useAppState((state) => state.terminal);
  const { symbols } = useTheme();
  const { preferences } = useWorkbench();
  const room = Math.max(1, width - FACT_LABEL);
  const size = folder === null ? '' : ` ${symbols.separator} ${byteSize(folder.bytes)}`;
  const path = (text: string, after = ''): string =>
    `${safeMiddle(text, room - displayWidth(after), symbols.ellipsis)}${after}`;
  const facts: readonly (readonly [label: string, text: string])[] = [
    ['Terminal', terminalText(terminal)],
    ['Data', folder === null ? 'measuring' : path(folder.path, size)],
    ['Limits', limitsText(preferences.limits())],
    ['Weights', 'w Python, b base models'],
    ['Exports', path(preferences.exportFolder())],
    ['Prices', 'own ones in prices.json of the data folder'],
  ];
  return facts.flatMap(([label, text]) =>
    wrapped(text, room).map((line, index) => (
      <Line key={`${label}${index}`} text={`${(index === 0 ? label : '').padEnd(FACT_LABEL)}${line}`} width={width} />
    )),
  );
}

const PANES = ['providers', 'models', 'tracking'] as const;
const PANE = choiceKind('settings', PANES);

/** What the keys do in every pane. */
function useKeys(
  folder: DataFolder | null,
  pane: string,
  actions: {
    readonly setPane: (id: string) => void;
    readonly onLimits: () => void;
    readonly onTerminal: () => void;
    readonly onRunner: () => void;
    readonly onBases: () => void;
  },
): void {
  const { preferences, navigation } = useWorkbench();
  const { theme } = useAppState((state) => state.terminal);
  const { setPane, onLimits, onTerminal, onRunner, onBases } = actions;
  const nextTheme = THEME_NAMES[(THEME_NAMES.indexOf(theme) + 1) % THEME_NAMES.length] ?? 'auto';
  useBindings('screen', settingsBindings, {
    'settings.theme': () => preferences.setTerminal({ theme: nextTheme }),
    'settings.terminal': onTerminal,
    'settings.limits': onLimits,
    'settings.runner': onRunner,
    'settings.bases': onBases,
    'settings.copy-folder': {
      run: () => {
        if (folder !== null) navigation.copy(folder.path, 'the path of the data folder');
      },
      disabledReason: folder === null ? 'the folder is still being measured' : null,
    },
    'settings.refresh': () => preferences.refreshModels(),
  });
  // Two groups of panes, one round of Tab.
  useBindings('screen', paneBindings, {
    'panes.next': () => setPane(nextPane(PANES, pane, 1)),
    'panes.previous': () => setPane(nextPane(PANES, pane, -1)),
  });
}

/** Providers and their keys, models and prices, tracking, theme, and where the data lies. */
export function SettingsScreen(): ReactNode {
  const projectId = useAppState((state) => state.project.id);
  return <Settings key={projectId} />;
}

function Settings(): ReactNode {
  const { columns, rows } = useBodySize();
  const [pane, setPane] = useScreenValue(PANE, () => 'providers');
  const [question, setQuestion] = useState<ProviderDialogRequest | null>(null);
  const [dialog, setDialog] = useState<TrackingDialogKind | null>(null);
  const folder = useDataFolder();
  // Here, so that what a test said outlives the pane, which is not always drawn.
  const facts = useTrackingStatus();
  const [over, setOver] = useState<'limits' | 'terminal' | 'runner' | 'bases' | null>(null);
  const close = (): void => setOver(null);
  useKeys(folder, pane, {
    setPane,
    onLimits: () => setOver('limits'),
    onTerminal: () => setOver('terminal'),
    onRunner: () => setOver('runner'),
    onBases: () => setOver('bases'),
  });
  const panes: readonly Pane[] = [
    {
      id: 'providers',
      title: 'Providers',
      flex: 2,
      render: (size, focused) => (
        <Providers width={size.columns} height={size.rows} focus={focused} onAsk={setQuestion} />
      ),
    },
    {
      id: 'models',
      title: 'Models',
      flex: 3,
      render: (size, focused) => <Models width={size.columns} height={size.rows} focus={focused} />,
    },
    {
      id: 'tracking',
      title: `Tracking (${trackerFacts(facts.settings.tracker).label})`,
      flex: 3,
      render: (size, focused) => <TrackingPane facts={facts} size={size} focus={focused} onAsk={setDialog} />,
    },
  ];
  const { grid, arrangement, upper, lower } = settingsLayout({ columns, rows }, pane === 'tracking');
  const above = grid ? panes.slice(0, 2) : panes;
  const beside = grid ? Math.floor(columns * 0.6) : 0;
  const shared = { focus: pane, onFocus: setPane, active: false };
  return (
    <Box flexDirection="column" width={columns} height={rows} flexShrink={0}>
      <Panes {...shared} width={columns} height={upper} arrangement={arrangement} panes={above} />
      {lower === 0 ? null : (
        <Box width={columns} height={lower} flexShrink={0}>
          {grid ? <Panes {...shared} width={beside} height={lower} arrangement="row" panes={panes.slice(2)} /> : null}
          <PaneBox title="This machine" focused={false} width={columns - beside} height={lower}>
            {(size) => <FolderFacts folder={folder} width={size.columns} />}
          </PaneBox>
        </Box>
      )}
      {question !== null && <ProviderDialog question={question} onAsk={setQuestion} onDone={() => setQuestion(null)} />}
      {over === 'limits' && <LimitsDialog onDone={close} />}
      {over === 'runner' && <RunnerDialog onDone={close} />}
      {over === 'bases' && <BasesDialog onDone={close} />}
      {over === 'terminal' && <TerminalDialog onDone={close} />}
      {dialog !== null && <TrackingDialog question={dialog} onDone={() => setDialog(null)} />}
    </Box>
  );
}
