import { Box } from 'ink';
import { type ReactNode, useState } from 'react';
import { useBodySize } from '../../components/frame/index.ts';
import { PaneBox, Panes } from '../../components/panes/index.ts';
import type { ThemeName } from '../../domain/settings/types.ts';
import { settingsBindings } from '../../keys/bindings/settings.ts';
import { useBindings } from '../../keys/index.ts';
import { useAppState, useWorkbench } from '../../state/context.tsx';
import { FolderFacts, useDataFolder } from './folder.tsx';
import { Models } from './models.tsx';
import { type ProviderQuestion, Providers } from './providers.tsx';
import { Question } from './questions.tsx';

const NEXT_THEME: Readonly<Record<ThemeName, ThemeName>> = { dark: 'light', light: 'mono', mono: 'dark' };
const FOLDER_ROWS = 6;
const LEAST_UPPER = 8;

/** Providers and their keys, models and prices, theme, and where the data lies. */
export function SettingsScreen(): ReactNode {
  const { columns, rows } = useBodySize();
  const { preferences, navigation } = useWorkbench();
  const theme = useAppState((state) => state.theme);
  const [pane, setPane] = useState('providers');
  const [question, setQuestion] = useState<ProviderQuestion | null>(null);
  const folder = useDataFolder();
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
  // Where it is tight the providers come first.
  const upper = rows - FOLDER_ROWS < LEAST_UPPER ? rows : rows - FOLDER_ROWS;
  return (
    <Box flexDirection="column" width={columns} height={rows} flexShrink={0}>
      <Panes
        focus={pane}
        onFocus={setPane}
        width={columns}
        height={upper}
        panes={[
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
        ]}
      />
      {upper < rows && (
        <PaneBox title="This machine" focused={false} width={columns} height={rows - upper}>
          {(size) => <FolderFacts folder={folder} width={size.columns} />}
        </PaneBox>
      )}
      {question !== null && <Question question={question} onDone={() => setQuestion(null)} />}
    </Box>
  );
}
