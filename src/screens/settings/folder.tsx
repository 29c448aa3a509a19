import { type ReactNode, useEffect, useState } from 'react';
import { Line } from '../../components/line/index.ts';
import { byteSize } from '../../domain/text/figures.ts';
import { useAppState, useWorkbench } from '../../state/context.tsx';

export interface Folder {
  readonly path: string;
  readonly bytes: number;
}

/** The data folder and its size; null until it has been measured. */
export function useDataFolder(): Folder | null {
  const { preferences } = useWorkbench();
  const [folder, setFolder] = useState<Folder | null>(null);
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

/** Theme, and where everything lies. */
export function FolderFacts({ folder, width }: { readonly folder: Folder | null; readonly width: number }): ReactNode {
  const theme = useAppState((state) => state.theme);
  const { preferences } = useWorkbench();
  const size = folder === null ? 'measuring…' : `${folder.path} · ${byteSize(folder.bytes)}`;
  return (
    <>
      <Line text={`Theme    ${theme} (c changes it)`} width={width} />
      <Line text={`Data     ${size}`} width={width} />
      <Line text={`Exports  ${preferences.exportFolder()}`} width={width} />
      <Line text="Prices   prices.json in the data folder overrides what is shipped" width={width} tone="muted" />
    </>
  );
}
