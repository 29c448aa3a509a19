import { Box } from 'ink';
import { type ReactNode, useState } from 'react';
import { Hints } from '../../../components/keyhint/index.ts';
import { Line } from '../../../components/line/index.ts';
import { List } from '../../../components/list/index.ts';
import { Overlay } from '../../../components/overlay/index.ts';
import { TextField } from '../../../components/textfield/index.ts';
import { displayWidth } from '../../../domain/text/graphemes.ts';
import { chatModelBindings } from '../../../keys/bindings/chat.ts';
import { Modal, useBindings } from '../../../keys/index.ts';
import { MOST_MODELS } from '../../../operations/chat/start.ts';
import { useAppState, useWorkbench } from '../../../state/context.tsx';
import { useTheme } from '../../../theme/index.ts';
import { shortModel } from './names.ts';
import { type ModelOption, modelOptions, searchModels, toggleModel } from './options.ts';

export interface ModelPickerProps {
  readonly chosen: readonly string[];
  readonly onChoose: (models: readonly string[]) => void;
  readonly onCancel: () => void;
}

/** One to three models that answer the same prompt. */
export function ModelPicker(props: ModelPickerProps): ReactNode {
  return (
    <Modal>
      <Overlay title="Models that answer" width={84} height={20}>
        {(size) => <Picker {...props} width={size.columns} height={size.rows} />}
      </Overlay>
    </Modal>
  );
}

function Picker({
  chosen,
  onChoose,
  onCancel,
  width,
  height,
}: ModelPickerProps & { readonly width: number; readonly height: number }): ReactNode {
  const list = useAppState((state) => state.models);
  const jobs = useAppState((state) => state.jobs);
  const providerId = useAppState((state) => state.project.providerId);
  const { train } = useWorkbench();
  const [marked, setMarked] = useState(chosen);
  const [selected, setSelected] = useState(0);
  const [query, setQuery] = useState('');
  const [searching, setSearching] = useState(false);
  const all = modelOptions({
    models: list.models,
    complete: list.status === 'ready',
    jobs,
    providerId,
    checkpoints: train.checkpoints,
    chosen: marked,
  });
  const options = searchModels(all, query);
  const at = Math.max(0, Math.min(selected, options.length - 1));
  const here = options[at];
  const toggled = here === undefined ? null : toggleModel(marked, here.id, MOST_MODELS);
  const toggle = (): void => {
    if (toggled !== null) setMarked(toggled);
  };
  const taken = marked.length > 0 ? marked : here === undefined ? [] : [here.id];
  useBindings(
    'dialog',
    chatModelBindings,
    {
      'chat.models.take': {
        run: () => onChoose(taken),
        disabledReason: taken.length === 0 ? 'no model is chosen' : null,
      },
      'chat.models.mark': {
        run: toggle,
        disabledReason: toggled === null ? `${MOST_MODELS} models are chosen: remove one first` : null,
      },
      'chat.models.search': () => setSearching(true),
      'chat.models.close': onCancel,
    },
    { active: !searching },
  );
  const widest = (text: (option: ModelOption) => string): number =>
    options.reduce((most, option) => Math.max(most, displayWidth(text(option))), 0);
  const names = widest(({ id }) => id);
  const notes = widest(({ note }) => note) + 2;
  const searched = searching || query !== '';
  return (
    <Box flexDirection="column" width={width} height={height}>
      {searched ? (
        <Box height={1} flexShrink={0}>
          <Line text="/ " width={2} tone="key" />
          <TextField
            value={query}
            onChange={setQuery}
            width={width - 2}
            focus={searching}
            placeholder="part of a name, or a whole one that is not in the list"
            onSubmit={() => setSearching(false)}
            onLeave={() => {
              setQuery('');
              setSearching(false);
            }}
          />
        </Box>
      ) : (
        <Line text={stateOf(list.status, marked.length)} width={width} tone="muted" />
      )}
      <List
        count={options.length}
        height={Math.max(1, height - 3)}
        width={width}
        selected={at}
        onSelect={setSelected}
        focus
        isMarked={(index) => marked.includes(options[index]?.id ?? '')}
        empty="No model fits. Esc, then / searches for another."
        item={(index, { selected: pointed, width: room }) => (
          <Option
            option={options[index]}
            selected={pointed}
            nameWidth={Math.min(names, Math.max(room - notes, Math.floor(room / 2)))}
            width={room}
          />
        )}
      />
      <Box flexGrow={1} />
      {list.status === 'failed' ? <Line text={list.problem.what} width={width} tone="error" /> : null}
      <Hints width={width} />
    </Box>
  );
}

function stateOf(status: 'loading' | 'ready' | 'failed', marked: number): string {
  const reading = status === 'loading' ? '; reading the list of the provider' : '';
  return `${marked} of at most ${MOST_MODELS} chosen${reading}`;
}

interface OptionProps {
  readonly option: ModelOption | undefined;
  readonly selected: boolean;
  readonly nameWidth: number;
  readonly width: number;
}

function Option({ option, selected, nameWidth, width }: OptionProps): ReactNode {
  const { symbols } = useTheme();
  if (option === undefined) return null;
  const name = shortModel(option.id, nameWidth, symbols.ellipsis);
  return (
    <Box height={1}>
      <Line text={name} width={nameWidth} bold={selected} fill />
      <Line text={`  ${option.note}`} width={Math.max(0, width - nameWidth)} tone="muted" />
    </Box>
  );
}
