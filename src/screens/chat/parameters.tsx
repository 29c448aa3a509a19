import { Box } from 'ink';
import type { ReactNode } from 'react';
import { Form } from '../../components/form/form.tsx';
import type { FormField } from '../../components/form/form-state.ts';
import { Overlay } from '../../components/layout/overlay.tsx';
import { KeyHints } from '../../components/text/key-hints.tsx';
import { Line } from '../../components/text/line.tsx';
import { type Sampling, TEMPERATURE_NOTE } from '../../domain/chat/types.ts';
import { overlayBindings } from '../../keys/bindings/components.ts';
import { Modal, useBindings } from '../../keys/hooks.tsx';

/** Sequences that the API takes at most. */
const MAX_STOPS = 4;

const ESCAPES: Readonly<Record<string, string>> = { n: '\n', t: '\t', s: ' ', ',': ',', '\\': '\\' };

/** Stop sequences as they are typed, commas between them; `\n`, `\t`, `\s`, `\,` and `\\` stand for what they do elsewhere. */
export function parseStops(text: string): readonly string[] {
  const parts = text.match(/(?:\\.|[^,\\]|\\$)+/gsu) ?? [];
  return parts
    .map((part) => part.trim().replace(/\\([nts,\\])/g, (_, sign: string) => ESCAPES[sign] ?? sign))
    .filter((part) => part !== '');
}

/** The text that `readStops` reads back. */
export function formatStops(stops: readonly string[]): string {
  return stops
    .map((stop) =>
      stop
        .replace(/[\\,]/g, '\\$&')
        .replaceAll('\n', '\\n')
        .replaceAll('\t', '\\t')
        .replace(/^ +| +$/g, (spaces) => '\\s'.repeat(spaces.length)),
    )
    .join(', ');
}

type SamplingChange = { readonly [K in keyof Sampling]?: Sampling[K] | null };

/** The parameters with some of them changed; null takes one out, so that the provider's default holds. */
export function changeSampling(sampling: Sampling, change: SamplingChange): Sampling {
  const { temperature, topP, maxTokens, stop, seed } = { ...sampling, ...change };
  return {
    ...(temperature == null ? {} : { temperature }),
    ...(topP == null ? {} : { topP }),
    ...(maxTokens == null ? {} : { maxTokens }),
    ...(stop == null || stop.length === 0 ? {} : { stop }),
    ...(seed == null ? {} : { seed }),
  };
}

/** The parameters in few words, those that are set. */
export function samplingText(sampling: Sampling, gap: string): string {
  const { temperature, topP, maxTokens, stop = [], seed } = sampling;
  return [
    temperature === undefined ? '' : `temperature ${temperature}`,
    topP === undefined ? '' : `top_p ${topP}`,
    maxTokens === undefined ? '' : `max ${maxTokens} tokens`,
    stop.length === 0 ? '' : `${stop.length} stop`,
    seed === undefined ? '' : `seed ${seed}`,
  ]
    .filter((part) => part !== '')
    .join(gap);
}

export interface ParametersProps {
  readonly sampling: Sampling;
  readonly onChange: (sampling: Sampling) => void;
  readonly onClose: () => void;
}

const PROVIDER_DEFAULT = 'default';

function parameterFields(sampling: Sampling, onChange: (sampling: Sampling) => void): readonly FormField[] {
  const change = (part: Parameters<typeof changeSampling>[1]): void => onChange(changeSampling(sampling, part));
  const stops = sampling.stop ?? [];
  return [
    {
      kind: 'number',
      id: 'temperature',
      label: 'Temperature',
      note: TEMPERATURE_NOTE,
      value: sampling.temperature ?? null,
      rules: { min: 0, max: 2, step: 0.1, none: PROVIDER_DEFAULT },
      onChange: (temperature) => change({ temperature }),
    },
    {
      kind: 'number',
      id: 'top-p',
      label: 'top_p',
      note: 'share of likely words drawn from',
      value: sampling.topP ?? null,
      rules: { min: 0.05, max: 1, step: 0.05, none: PROVIDER_DEFAULT },
      onChange: (topP) => change({ topP }),
    },
    {
      kind: 'number',
      id: 'max-tokens',
      label: 'Max tokens',
      note: 'the answer is cut off there',
      value: sampling.maxTokens ?? null,
      rules: { min: 1, integer: true, step: 50, none: PROVIDER_DEFAULT },
      onChange: (maxTokens) => change({ maxTokens }),
    },
    {
      kind: 'text',
      id: 'stop',
      label: 'Stop',
      placeholder: 'none',
      note: 'commas between; \\n is a line end',
      value: formatStops(stops),
      error: stops.length > MAX_STOPS ? `providers take ${MAX_STOPS} at most` : null,
      onChange: (text) => change({ stop: parseStops(text) }),
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

/** The settings sent to every model. A change holds from the next message on. */
export function Parameters(props: ParametersProps): ReactNode {
  return (
    <Modal>
      <Overlay title="Parameters" width={78} height={11}>
        {(size) => <ParameterFields {...props} width={size.columns} height={size.rows} />}
      </Overlay>
    </Modal>
  );
}

function ParameterFields({
  sampling,
  onChange,
  onClose,
  width,
  height,
}: ParametersProps & { readonly width: number; readonly height: number }): ReactNode {
  useBindings('dialog', overlayBindings, { 'overlay.close': onClose });
  return (
    <Box flexDirection="column" width={width} height={height}>
      <Form fields={parameterFields(sampling, onChange)} width={width} height={Math.max(2, height - 2)} focus />
      <Line text="A change holds from the next message on." width={width} tone="muted" />
      <KeyHints width={width} />
    </Box>
  );
}
