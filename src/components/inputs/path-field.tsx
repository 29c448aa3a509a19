import { type ReactNode, useState } from 'react';
import type { PathCompletion } from '../../domain/text/path-completion.ts';
import { Line } from '../text/line.tsx';
import { TextField, type TextFieldProps } from './text-field.tsx';

/** What Tab makes of what was typed. */
export type CompletePath = (typed: string) => Promise<PathCompletion>;

export interface Completion {
  /** Absent where nothing completes what is typed. */
  readonly onTab?: () => void;
  /** What Tab found below the path that is typed; empty until it was pressed, and where only one thing fits. */
  readonly said: string;
}

/** Tab in a field of a path. `complete`: null in fields of anything else. */
export function usePathCompletion(
  value: string,
  onChange: (path: string) => void,
  complete: CompletePath | null,
): Completion {
  const [found, setFound] = useState<{ readonly of: string; readonly text: string } | null>(null);
  if (complete === null) return { said: '' };
  const onTab = async (): Promise<void> => {
    const { path, entries } = await complete(value);
    if (path !== value) onChange(path);
    const text = entries.length > 1 ? entries.join('  ') : '';
    setFound({ of: path, text: entries.length === 0 ? 'nothing begins like this' : text });
  };
  return { onTab: () => void onTab(), said: found !== null && found.of === value ? found.text : '' };
}

export interface PathFieldProps extends Omit<TextFieldProps, 'onTab'> {
  readonly complete: CompletePath;
}

/** A path on one line, with what Tab found below it: Tab completes it as a shell does. Two rows high. */
export function PathField({ complete, ...field }: PathFieldProps): ReactNode {
  const { said, ...tab } = usePathCompletion(field.value, field.onChange, complete);
  return (
    <>
      <TextField {...field} {...tab} />
      <Line text={said === '' ? ' ' : said} width={field.width} tone="muted" />
    </>
  );
}
