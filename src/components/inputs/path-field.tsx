import { type ReactNode, useState } from 'react';
import type { PathCompletion } from '../../domain/text/path-completion.ts';
import { Line } from '../text/line.tsx';
import { TextField, type TextFieldProps } from './text-field.tsx';

/** What Tab makes of what was typed. */
export type CompletePath = (typed: string) => Promise<PathCompletion>;

export interface PathFieldProps extends Omit<TextFieldProps, 'onTab'> {
  readonly complete: CompletePath;
}

/** A path on one line, with what Tab found below it: Tab completes it as a shell does. Two rows high. */
export function PathField({ complete, ...field }: PathFieldProps): ReactNode {
  const [found, setFound] = useState<{ readonly of: string; readonly text: string } | null>(null);
  const onTab = async (): Promise<void> => {
    const typed = field.value;
    const { path, entries } = await complete(typed);
    if (path !== typed) field.onChange(path);
    const text = entries.length > 1 ? entries.join('  ') : '';
    setFound({ of: path, text: entries.length === 0 ? 'nothing begins like this' : text });
  };
  return (
    <>
      <TextField {...field} onTab={() => void onTab()} />
      <Line
        text={found !== null && found.of === field.value && found.text !== '' ? found.text : ' '}
        width={field.width}
        tone="muted"
      />
    </>
  );
}
