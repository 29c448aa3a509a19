import { type ReactNode, useState } from 'react';
import { useAppState, useRead, useWorkbench } from '../../app/react.tsx';
import { ModelPickerBody, pointedAt, useModelSearch } from '../../components/dialogs/model-picker.tsx';
import { useAllJobs } from '../../components/hooks/use-all-jobs.ts';
import { Overlay } from '../../components/layout/overlay.tsx';
import { sameModel } from '../../domain/evaluation/statistics/paired.ts';
import type { ModelRef } from '../../domain/provider/models.ts';
import { isoDay } from '../../domain/text/format.ts';
import { evaluateModelBindings } from '../../keys/bindings/evaluate.ts';
import { Modal, useBindings } from '../../keys/hooks.tsx';
import { modelCandidates, modelsOfJob, searchCandidates, toggleRef } from './model-refs.ts';

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
  const jobs = useAllJobs();
  const profiles = useAppState((state) => state.profiles);
  const deployments = useAppState((state) => state.deployments);
  const providerId = useAppState((state) => state.project.providerId);
  const { train, preferences } = useWorkbench();
  const prices = useRead(['prices'], () => preferences.prices(), [preferences]);
  const all = modelCandidates({
    models: list.models,
    prices,
    today: isoDay(Date.now()),
    providerId,
    jobs,
    profiles,
    deployments,
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
  const search = useModelSearch();
  const { options, ofNewest, problem } = useCandidates(marked, search.query);
  const here = options[pointedAt(search, options.length)];
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
      'evaluate.models.search': () => search.setSearching(true),
      // While something is typed, Esc clears it.
      'evaluate.models.close': search.query === '' ? onCancel : null,
    },
    { active: !search.searching },
  );
  return (
    <ModelPickerBody
      search={search}
      options={options.map(({ ref, note }) => ({ id: ref.model, note }))}
      status={`${marked.length} marked; 1 is the baseline`}
      problem={problem}
      marked={marked.map((one) => options.findIndex(({ ref }) => sameModel(one, ref)))}
      numbered
      width={width}
      height={height}
    />
  );
}
