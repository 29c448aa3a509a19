import { Box } from 'ink';
import { type ReactNode, useState } from 'react';
import { useAppState, useWorkbench } from '../../app/react.tsx';
import { TextField } from '../../components/inputs/text-field.tsx';
import { Overlay } from '../../components/layout/overlay.tsx';
import { List } from '../../components/lists/list.tsx';
import { KeyHints } from '../../components/text/key-hints.tsx';
import { Line } from '../../components/text/line.tsx';
import { shortModel } from '../../components/text/model-name.ts';
import { sameModel } from '../../domain/evaluation/statistics/paired.ts';
import type { ModelRef } from '../../domain/evaluation/types.ts';
import { evaluateModelBindings } from '../../keys/bindings/evaluate.ts';
import { Modal, useBindings } from '../../keys/hooks.tsx';
import { useTheme } from '../../theme/theme.tsx';
import { type ModelCandidate, modelCandidates, modelsOfJob, searchCandidates, toggleRef } from './model-refs.ts';

export interface EvaluationModelPickerProps {
  readonly chosen: readonly ModelRef[];
  readonly onChoose: (models: readonly ModelRef[]) => void;
  readonly onCancel: () => void;
}

/** Models of any provider, numbered in the order they were marked: 1 is the baseline. */
export function EvaluationModelPicker(props: EvaluationModelPickerProps): ReactNode {
  return (
    <Modal>
      <Overlay title="Models to measure" width={90} height={20}>
        {(size) => <Picker {...props} width={size.columns} height={size.rows} />}
      </Overlay>
    </Modal>
  );
}

interface Sized {
  readonly width: number;
  readonly height: number;
}

function useCandidates(chosen: readonly ModelRef[], query: string) {
  const list = useAppState((state) => state.models);
  const jobs = useAppState((state) => state.jobs);
  const profiles = useAppState((state) => state.profiles);
  const providerId = useAppState((state) => state.project.providerId);
  const { train } = useWorkbench();
  const all = modelCandidates({
    models: list.models,
    providerId,
    jobs,
    profiles,
    chosen,
    checkpoints: train.checkpoints,
  });
  const newest = jobs.find(({ job }) => job.fineTunedModel !== null);
  return {
    options: searchCandidates(all, query, profiles),
    ofNewest: newest === undefined ? [] : modelsOfJob(newest, train.checkpoints(newest.job.id)).map(({ ref }) => ref),
    problem: list.status === 'failed' ? list.problem.what : null,
  };
}

function Picker({ chosen, onChoose, onCancel, width, height }: EvaluationModelPickerProps & Sized): ReactNode {
  const [marked, setMarked] = useState(chosen);
  const [selected, setSelected] = useState(0);
  const [query, setQuery] = useState('');
  const [searching, setSearching] = useState(false);
  const { options, ofNewest, problem } = useCandidates(marked, query);
  const at = Math.max(0, Math.min(selected, options.length - 1));
  const here = options[at];
  const taken = marked.length > 0 ? marked : here === undefined ? [] : [here.ref];
  useBindings(
    'dialog',
    evaluateModelBindings,
    {
      'evaluate.models.take': {
        run: () => onChoose(taken),
        disabledReason: taken.length === 0 ? 'no model is chosen' : null,
      },
      'evaluate.models.mark': {
        run: () => {
          if (here !== undefined) setMarked(toggleRef(marked, here.ref));
        },
        disabledReason: here === undefined ? 'no model is selected' : null,
      },
      'evaluate.models.checkpoints': {
        run: () => setMarked([...marked, ...ofNewest.filter((ref) => !marked.some((one) => sameModel(one, ref)))]),
        disabledReason: ofNewest.length === 0 ? 'no job of this project has ended with a model' : null,
      },
      'evaluate.models.search': () => setSearching(true),
      'evaluate.models.close': onCancel,
    },
    { active: !searching },
  );
  return (
    <Box flexDirection="column" width={width} height={height}>
      {searching || query !== '' ? (
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
        <Line text={`${marked.length} marked; 1 is the baseline`} width={width} tone="muted" />
      )}
      <List
        count={options.length}
        height={Math.max(1, height - 3)}
        width={width}
        selected={at}
        onSelect={setSelected}
        focus
        empty="No model fits. Esc, then / searches for another."
        item={(index, state) => (
          <Candidate
            option={options[index]}
            place={marked.findIndex((one) => options[index] !== undefined && sameModel(one, options[index].ref))}
            selected={state.selected}
            width={state.width}
          />
        )}
      />
      <Box flexGrow={1} />
      {problem === null ? null : <Line text={problem} width={width} tone="error" />}
      <KeyHints width={width} />
    </Box>
  );
}

interface CandidateProps {
  readonly option: ModelCandidate | undefined;
  /** Where among the marked ones; -1 when it is not. */
  readonly place: number;
  readonly selected: boolean;
  readonly width: number;
}

const MARK_WIDTH = 4;

function Candidate({ option, place, selected, width }: CandidateProps): ReactNode {
  const { symbols } = useTheme();
  if (option === undefined) return null;
  const nameWidth = Math.max(10, Math.floor((width - MARK_WIDTH) * 0.6));
  return (
    <Box height={1}>
      <Line
        text={place < 0 ? symbols.unmarked : `${symbols.marked}${place + 1}`}
        width={MARK_WIDTH}
        tone="accent"
        fill
      />
      <Line text={shortModel(option.ref.model, nameWidth, symbols.ellipsis)} width={nameWidth} bold={selected} fill />
      <Line text={`  ${option.note}`} width={Math.max(0, width - MARK_WIDTH - nameWidth)} tone="muted" />
    </Box>
  );
}
