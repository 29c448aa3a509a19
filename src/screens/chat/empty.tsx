import { Box } from 'ink';
import { Fragment, type ReactNode } from 'react';
import { KeyHint } from '../../components/keyhint/index.ts';
import { Line } from '../../components/line/index.ts';

export interface EmptyProps {
  readonly models: readonly string[];
  /** Names of the slots of the student prompt. */
  readonly slots: readonly string[];
  readonly tuned: boolean;
  readonly width: number;
  readonly height: number;
}

/** Before the first message: what can be done, with the key. */
export function Empty({ models, slots, tuned, width, height }: EmptyProps): ReactNode {
  const others = models.length > 1 ? `${models.length} models answer side by side` : 'one model answers';
  const hints = [
    { key: 'Enter', text: `write a message; ${others}` },
    ...(slots.length === 0 ? [] : [{ key: 'f', text: `fill in ${slots.join(', ')} and send the student prompt` }]),
    { key: 'm', text: 'choose the models, up to three' },
    { key: 'p', text: 'temperature and the other parameters; s the system prompt' },
  ];
  const why = tuned
    ? 'Nothing was said yet.'
    : 'Nothing was said yet. A tuned model joins its base here when it is trained (5).';
  return (
    <Box flexDirection="column" width={width} height={height} flexShrink={0} overflow="hidden" paddingLeft={2}>
      <Line text={why} width={width - 2} />
      <Box height={1} flexShrink={0} />
      {hints.map(({ key, text }) => (
        <Fragment key={key}>
          <Box height={1} flexShrink={0} width={width - 2} overflow="hidden">
            <Box width={7} flexShrink={0}>
              <KeyHint keyName={key} label="" />
            </Box>
            <Line text={text} width={Math.max(1, width - 9)} tone="muted" />
          </Box>
        </Fragment>
      ))}
    </Box>
  );
}
