import { Box } from 'ink';
import { type ReactNode, useState } from 'react';
import { useBodySize } from '../../components/frame/index.ts';
import { nextPane, type Pane, PaneBox, Panes } from '../../components/panes/index.ts';
import type { ThemeName } from '../../domain/settings/types.ts';
import { settingsBindings } from '../../keys/bindings/settings.ts';
import { paneBindings, useBindings } from '../../keys/index.ts';
import { useAppState, useWorkbench } from '../../state/context.tsx';
import { type Folder, FolderFacts, useDataFolder } from './folder.tsx';
import { settingsLayout } from './layout.ts';
import { Models } from './models.tsx';
import { type ProviderQuestion, Providers } from './providers.tsx';
import { Question } from './questions.tsx';
import { TrackingPane, type TrackingQuestion, TrackingQuestions, useTrackingFacts } from './tracking/index.ts';

const NEXT_THEME: Readonly<Record<ThemeName, ThemeName>> = { dark: 'light', light: 'mono', mono: 'dark' };
const PANES = ['providers', 'models', 'tracking'] as const;

/** What the keys do in every pane. */
function useKeys(folder: Folder | null, pane: string, setPane: (id: string) => void): void {
  const { preferences, navigation } = useWorkbench();
  const theme = useAppState((state) => state.theme);
  useBindings('screen', settingsBindings, {
    'settings.theme': () => preferences.setTheme(NEXT_THEME[theme]),
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
  const { columns, rows } = useBodySize();
  const [pane, setPane] = useState<string>('providers');
  const [question, setQuestion] = useState<ProviderQuestion | null>(null);
  const [asked, setAsked] = useState<TrackingQuestion | null>(null);
  const folder = useDataFolder();
  // Here, so that what a test said outlives the pane, which is not always drawn.
  const facts = useTrackingFacts();
  useKeys(folder, pane, setPane);
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
      title: 'Tracking (W&B)',
      flex: 3,
      render: (size, focused) => <TrackingPane facts={facts} size={size} focus={focused} onAsk={setAsked} />,
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
      {question !== null && <Question question={question} onDone={() => setQuestion(null)} />}
      {asked !== null && <TrackingQuestions question={asked} onDone={() => setAsked(null)} />}
    </Box>
  );
}
