import { Box } from 'ink';
import type { ReactNode } from 'react';
import { Form, type FormField } from '../../components/form/index.ts';
import { Hints } from '../../components/keyhint/index.ts';
import { Line } from '../../components/line/index.ts';
import { Overlay } from '../../components/overlay/index.ts';
import type { Sampling } from '../../domain/chat/types.ts';
import { Modal, overlayBindings, useBindings } from '../../keys/index.ts';
import { changeSampling, MOST_STOPS, readStops, showStops } from './sampling.ts';

export interface ParametersProps {
  readonly sampling: Sampling;
  readonly onChange: (sampling: Sampling) => void;
  readonly onClose: () => void;
}

const DEFAULT = 'default';

function fieldsOf(sampling: Sampling, onChange: (sampling: Sampling) => void): readonly FormField[] {
  const change = (part: Parameters<typeof changeSampling>[1]): void => onChange(changeSampling(sampling, part));
  const stops = sampling.stop ?? [];
  return [
    {
      kind: 'number',
      id: 'temperature',
      label: 'Temperature',
      note: '0 to 2; 0 is the most likely answer',
      value: sampling.temperature ?? null,
      rules: { min: 0, max: 2, step: 0.1, none: DEFAULT },
      onChange: (temperature) => change({ temperature }),
    },
    {
      kind: 'number',
      id: 'top-p',
      label: 'top_p',
      note: 'share of likely words drawn from',
      value: sampling.topP ?? null,
      rules: { min: 0.05, max: 1, step: 0.05, none: DEFAULT },
      onChange: (topP) => change({ topP }),
    },
    {
      kind: 'number',
      id: 'max-tokens',
      label: 'Max tokens',
      note: 'the answer is cut off there',
      value: sampling.maxTokens ?? null,
      rules: { min: 1, integer: true, step: 50, none: DEFAULT },
      onChange: (maxTokens) => change({ maxTokens }),
    },
    {
      kind: 'text',
      id: 'stop',
      label: 'Stop',
      placeholder: 'none',
      note: 'commas between; \\n is a line end',
      value: showStops(stops),
      error: stops.length > MOST_STOPS ? `providers take ${MOST_STOPS} at most` : null,
      onChange: (text) => change({ stop: readStops(text) }),
    },
    {
      kind: 'number',
      id: 'seed',
      label: 'Seed',
      note: 'same seed, same answer, where supported',
      value: sampling.seed ?? null,
      rules: { min: 0, integer: true, none: 'none' },
      onChange: (seed) => change({ seed }),
    },
  ];
}

/** What every model is asked with. A change holds from the next message on. */
export function Parameters(props: ParametersProps): ReactNode {
  return (
    <Modal>
      <Overlay title="Parameters" width={78} height={11}>
        {(size) => <Fields {...props} width={size.columns} height={size.rows} />}
      </Overlay>
    </Modal>
  );
}

function Fields({
  sampling,
  onChange,
  onClose,
  width,
  height,
}: ParametersProps & { readonly width: number; readonly height: number }): ReactNode {
  useBindings('dialog', overlayBindings, { 'overlay.close': onClose });
  return (
    <Box flexDirection="column" width={width} height={height}>
      <Form fields={fieldsOf(sampling, onChange)} width={width} height={Math.max(2, height - 2)} focus />
      <Line text="A change holds from the next message on." width={width} tone="muted" />
      <Hints width={width} />
    </Box>
  );
}
