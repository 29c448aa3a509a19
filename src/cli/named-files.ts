import { homedir } from 'node:os';
import { luthierHome } from '../domain/project/settings.ts';
import { createFileSystem, type LocalFileSystem } from '../services/filesystem/documents.ts';
import { absolutePath } from '../services/filesystem/paths.ts';
import { type Rereadable, rereadable } from '../services/filesystem/pipes.ts';
import type { CommandContext } from './context.ts';
import { sayUnnoted } from './outputs.ts';

/** Files that are named on the command line, for commands that keep nothing else. */
export const openFileSystem = (context: Pick<CommandContext, 'env' | 'output'>): LocalFileSystem =>
  createFileSystem({ home: luthierHome(context.env, homedir()), onUnnoted: sayUnnoted(context) });

/** Conversations as Parquet; its writer is loaded when it is needed. */
export const conversationsParquet = async (
  columns: Parameters<typeof import('../services/readers/parquet-writing.ts').conversationsParquet>[0],
): Promise<Uint8Array> => (await import('../services/readers/parquet-writing.ts')).conversationsParquet(columns);

/** A file of the command line that is read more than once: a pipe is copied first. */
export const openInput = ({ signal }: Pick<CommandContext, 'signal'>, typed: string): Promise<Rereadable> =>
  rereadable(absolutePath(typed), signal);
