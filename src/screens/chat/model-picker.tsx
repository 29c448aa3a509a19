import { type ReactNode, useState } from 'react';
import { MOST_MODELS } from '../../app/chat/start.ts';
import { useAppState, useRead, useWorkbench } from '../../app/react.tsx';
import {
  type ModelOption,
  ModelPickerBody,
  pointedAt,
  useModelSearch,
} from '../../components/dialogs/model-picker.tsx';
import { useAllJobs } from '../../components/hooks/use-all-jobs.ts';
import { Overlay } from '../../components/layout/overlay.tsx';
import { fuzzyFind } from '../../components/text/fuzzy.ts';
import { trainedModels } from '../../components/text/model-name.ts';
import { hourlyText } from '../../domain/deployment/billing.ts';
import type { DeploymentRecord } from '../../domain/deployment/types.ts';
import { type Closings, withClosing } from '../../domain/pricing/closing.ts';
import { isPracticeModel, PRACTICE_LABEL } from '../../domain/provider/models.ts';
import { isoDay } from '../../domain/text/format.ts';
import type { Checkpoint, JobRecord } from '../../domain/training/types.ts';
import { chatModelBindings } from '../../keys/bindings/chat.ts';
import { Modal, useBindings } from '../../keys/hooks.tsx';

/** `models`: the provider's own list. */
export interface ModelSources extends Closings {
  /** Whether that list has been read. */
  readonly complete: boolean;
  /** Jobs of this project, newest first. */
  readonly jobs: readonly JobRecord[];
  readonly providerId: string;
  /** What is deployed, of whatever provider and project. */
  readonly deployments: readonly DeploymentRecord[];
  readonly checkpoints: (jobId: string) => readonly Checkpoint[];
  /** The models of the chat now; they stay in the list even where the provider does not name them. */
  readonly chosen: readonly string[];
}

interface RankedOption extends ModelOption {
  readonly rank: number;
}

function modelsOfJobs(sources: ModelSources): readonly RankedOption[] {
  const own = sources.jobs.filter((record) => record.providerId === sources.providerId);
  return own.flatMap(({ job }) =>
    trainedModels(job, sources.checkpoints(job.id)).map(({ model, step, note }) => ({
      id: model,
      note: withClosing(note, model, sources, job.model),
      rank: step === null ? 0 : 1,
    })),
  );
}

function deployedModels({ deployments, providerId }: ModelSources): readonly RankedOption[] {
  return deployments.flatMap(({ view, order, answered, usdPerHour, providerId: at }) =>
    at === providerId && answered && view.model !== null
      ? [{ id: view.model, note: `deployed ${order.tunedModel}, ${hourlyText(usdPerHour)}`, rank: 0 }]
      : [],
  );
}

/** Models to choose from: tuned here, their checkpoints, other tuned ones, then the rest; each once. */
export function modelOptions(sources: ModelSources): readonly ModelOption[] {
  const listed = sources.models.map(
    (model): RankedOption => ({
      id: model.id,
      note: withClosing(model.tuned ? 'tuned' : 'base', model.id, sources),
      rank: model.tuned ? 2 : 3,
    }),
  );
  const inUse = sources.chosen.map(
    (id): RankedOption => ({ id, note: sources.complete ? 'not in the list of this provider' : 'in use now', rank: 4 }),
  );
  const seen = new Set<string>();
  return [...deployedModels(sources), ...modelsOfJobs(sources), ...listed, ...inUse]
    .filter(({ id }) => !seen.has(id) && seen.add(id))
    .toSorted((a, b) => a.rank - b.rank)
    .map(({ id, note }) => ({ id, note: isPracticeModel(id) ? `${PRACTICE_LABEL}, ${note}` : note }));
}

/** Options that fit the query, best first; a name that none of them is can be taken as typed. */
export function searchModels(options: readonly ModelOption[], query: string): readonly ModelOption[] {
  const typed = query.trim();
  const found = fuzzyFind(options, typed, ({ id, note }) => [`${id} ${note}`]);
  const known = options.some(({ id }) => id === typed);
  return typed === '' || known || /\s/.test(typed) ? found : [...found, { id: typed, note: 'as typed' }];
}

/** Adds or removes a model; null when as many as may be are chosen already. */
export function toggleModel(chosen: readonly string[], id: string, most: number): readonly string[] | null {
  if (chosen.includes(id)) return chosen.filter((other) => other !== id);
  return chosen.length >= most ? null : [...chosen, id];
}

export interface ModelPickerProps {
  readonly chosen: readonly string[];
  readonly onChoose: (models: readonly string[]) => void;
  readonly onCancel: () => void;
}

/** One to four models that answer the same prompt. */
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
  const jobs = useAllJobs();
  const deployments = useAppState((state) => state.deployments);
  const providerId = useAppState((state) => state.project.providerId);
  const { train, preferences } = useWorkbench();
  const prices = useRead(['prices'], () => preferences.prices(), [preferences]);
  const [marked, setMarked] = useState(chosen);
  const search = useModelSearch();
  const all = modelOptions({
    models: list.models,
    complete: list.status === 'ready',
    jobs,
    providerId,
    deployments,
    checkpoints: train.checkpoints,
    prices,
    today: isoDay(Date.now()),
    chosen: marked,
  });
  const options = searchModels(all, search.query);
  const here = options[pointedAt(search, options.length)];
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
      'chat.models.search': () => search.setSearching(true),
      // While something is typed, Esc clears it.
      'chat.models.close': search.query === '' ? onCancel : null,
    },
    { active: !search.searching },
  );
  return (
    <ModelPickerBody
      search={search}
      options={options}
      status={listStatusText(list.status, marked.length)}
      problem={list.status === 'failed' ? list.problem.what : null}
      marked={marked.map((model) => options.findIndex(({ id }) => id === model))}
      width={width}
      height={height}
    />
  );
}

function listStatusText(status: 'loading' | 'ready' | 'failed', marked: number): string {
  const reading = status === 'loading' ? '; reading the list of the provider' : '';
  return `${marked} of at most ${MOST_MODELS} chosen${reading}`;
}
