import type { WorkbenchDeps } from '../../../src/app/core/deps.ts';
import type { BaseModels, ModelExporter, RunnerInstaller } from '../../../src/app/runtime/machine-ports.ts';
import type { OperationRegistry } from '../../../src/app/runtime/operation.ts';
import type {
  FileSystem,
  OutputPlan,
  ProjectRows,
  ProjectStore,
  Provider,
  RowStore,
  ScreenStateStore,
  TranscriptStore,
  WaitingFor,
  WriteChoice,
} from '../../../src/app/runtime/ports.ts';
import type { Sources } from '../../../src/app/runtime/source-ports.ts';
import type { UnstoredTurn } from '../../../src/app/runtime/spending-ports.ts';
import { type StartedWorkbench, startWorkbench } from '../../../src/app/workbench.ts';
import type { ChatTurn } from '../../../src/domain/chat/types.ts';
import { OutputError } from '../../../src/domain/common/outputs.ts';
import { OtherEncodingError, type SourceRecord } from '../../../src/domain/importing/records.ts';
import { SHIPPED_PRICES } from '../../../src/domain/pricing/prices.ts';
import { TERMINAL_CHOICES, type TerminalChoices } from '../../../src/domain/project/settings.ts';
import type { Project } from '../../../src/domain/project/types.ts';
import { CALL_LIMITS, type CallLimits } from '../../../src/domain/provider/call-limits.ts';
import { BUILT_IN_PROFILES } from '../../../src/domain/provider/profiles.ts';
import type { KeySource, ProviderProfile } from '../../../src/domain/provider/provider.ts';
import type { JsonValue } from '../../../src/domain/text/json-values.ts';
import { linesOf } from '../../../src/domain/text/lines.ts';
import type { Server } from '../../../src/domain/weights/servers.ts';
import { VirtualClock } from './clock.ts';
import { MemoryBakeoffs, MemoryEvaluations, MemoryVotes } from './evaluations.ts';
import { type FakeDeps, fakeDeps } from './fake-deps.ts';
import { MemorySpill } from './ledger.ts';
import { answerOf, fakeProvider, ScriptedChat } from './provider.ts';
import { coverageOf, packedRowsOf, placedOf, searchOf } from './stores.ts';
import { MemoryTracker, MemoryTracking } from './tracker.ts';

/** Projects as a disk would hold them: what was not saved is not there. */
export class MemoryProjects implements ProjectStore {
  readonly kept = new Map<string, Project>();
  saves = 0;
  private currentId: string | null = null;

  list(): readonly Project[] {
    return [...this.kept.values()].toSorted((a, b) => b.updatedAt - a.updatedAt);
  }

  get(id: string): Project | null {
    return this.kept.get(id) ?? null;
  }

  save(project: Project): void {
    this.saves += 1;
    this.kept.set(project.id, project);
  }

  remove(id: string): void {
    this.kept.delete(id);
  }

  current(): string | null {
    return this.currentId;
  }

  setCurrent(id: string): void {
    this.currentId = id;
  }
}

export class MemoryTranscripts implements TranscriptStore {
  readonly kept = new Map<string, ChatTurn[]>();
  /** Thrown by every write while it is set. */
  fault: Error | null = null;

  turns(projectId: string): readonly ChatTurn[] {
    return this.kept.get(projectId) ?? [];
  }

  save(projectId: string, turn: ChatTurn): void {
    if (this.fault !== null) throw this.fault;
    const turns = this.kept.get(projectId) ?? [];
    const at = turns.findIndex(({ id }) => id === turn.id);
    this.kept.set(projectId, at < 0 ? [...turns, turn] : turns.with(at, turn));
  }

  removeFrom(projectId: string, turnId: string): void {
    if (this.fault !== null) throw this.fault;
    const turns = this.kept.get(projectId) ?? [];
    const at = turns.findIndex(({ id }) => id === turnId);
    if (at >= 0) this.kept.set(projectId, turns.slice(0, at));
  }
}

/** States as they would be on disk: as JSON. */
export class MemoryScreenStates implements ScreenStateStore {
  readonly kept = new Map<string, Map<string, string>>();
  saves = 0;

  list(projectId: string): ReadonlyMap<string, unknown> {
    const states: [string, unknown][] = [];
    for (const [name, json] of this.kept.get(projectId) ?? []) states.push([name, JSON.parse(json)]);
    return new Map(states);
  }

  save(projectId: string, name: string, state: unknown): void {
    this.saves += 1;
    this.kept.set(projectId, (this.kept.get(projectId) ?? new Map()).set(name, JSON.stringify(state)));
  }
}

export class MemoryDocuments implements FileSystem {
  /** Files that are not UTF-8, and what they are instead. */
  readonly otherEncodings = new Map<string, string>();
  /** Files of which no record ever comes, and those whose reading was ended. */
  readonly endless = new Set<string>();
  readonly ended: string[] = [];
  readonly files = new Map<string, string>();
  /** By path, who wrote it. */
  readonly writers = new Map<string, string>();

  async readText(path: string): Promise<string> {
    const text = this.files.get(path);
    if (text === undefined) throw new Error(`There is no file ${path}.`);
    return text;
  }

  async *readJsonValues(path: string): AsyncGenerator<JsonValue> {
    for (const [index, text] of linesOf(await this.readText(path)).entries()) yield { line: index + 1, text };
  }

  async inspectOutputs({ outputs, work }: OutputPlan): Promise<readonly string[]> {
    return outputs.filter((path) => this.files.has(path) && this.writers.get(path) !== work);
  }

  async writeText(path: string, chunks: string | Uint8Array | Iterable<string>, choice: WriteChoice): Promise<string> {
    if (choice.replace !== true && (await this.inspectOutputs({ outputs: [path], work: choice.work })).length > 0) {
      throw new OutputError(`${path} is there already.`, 'Name another file.');
    }
    this.writers.set(path, choice.work);
    this.files.set(
      path,
      typeof chunks === 'string'
        ? chunks
        : chunks instanceof Uint8Array
          ? new TextDecoder().decode(chunks)
          : [...chunks].join(''),
    );
    return path;
  }

  async list(folder: string): Promise<readonly string[]> {
    const names = [...this.files.keys()].filter((path) => path.startsWith(folder));
    return [...new Set(names.map((path) => path.slice(folder.length).replace(/\/.*/, '/')))];
  }

  async dataFolder(): Promise<{ readonly path: string; readonly bytes: number }> {
    return { path: '/data', bytes: 1 };
  }
}

/** A read that gives nothing until somebody ends it. */
function untilEnded({ ended }: MemoryDocuments, path: string, signal: AbortSignal | undefined): Promise<never> {
  return new Promise((_resolve, reject) => {
    signal?.addEventListener('abort', () => {
      ended.push(path);
      reject(signal.reason);
    });
  });
}

/** Files alone, each line a record. */
const sourcesOf = (documents: MemoryDocuments): Sources => ({
  async open(source) {
    if (source.kind !== 'file') throw new Error('No way to the Hub.');
    const guess = documents.otherEncodings.get(source.path);
    if (guess !== undefined && source.encoding === undefined) {
      throw new OtherEncodingError('Not UTF-8.', 'Name it.', { encoding: guess, fault: 'line 2' });
    }
    const { path } = source;
    const text = await documents.readText(path);
    async function* records(signal?: AbortSignal): AsyncGenerator<SourceRecord> {
      if (documents.endless.has(path)) await untilEnded(documents, path, signal);
      let line = 0;
      for (const text of lines) {
        line += 1;
        yield { kind: 'text', line, text };
      }
    }
    const lines = text.split('\n').filter((line) => line !== '');
    return { format: 'jsonl', way: 'file', rows: null, look: 1_000, reading: [source.encoding ?? []].flat(), records };
  },
});

/** What outlives the app: its stores. A second `openFakeWorkbench` over the same disk is the app started again. */
export interface Disk {
  readonly deps: FakeDeps;
  readonly projects: MemoryProjects;
  readonly transcripts: MemoryTranscripts;
  readonly turnSpill: MemorySpill<UnstoredTurn>;
  readonly screenStates: MemoryScreenStates;
  readonly documents: MemoryDocuments;
  readonly evaluations: MemoryEvaluations;
  readonly votes: MemoryVotes;
  readonly bakeoffs: MemoryBakeoffs;
  readonly profiles: ProviderProfile[];
  readonly tracker: MemoryTracker;
  readonly tracking: MemoryTracking;
  terminal: TerminalChoices;
  /** What answers for real weights. */
  serving: Server;
  limits: CallLimits;
  showWaiting: (waiting: WaitingFor | null) => void;
}

export const newDisk = (): Disk => ({
  deps: fakeDeps({}),
  projects: new MemoryProjects(),
  transcripts: new MemoryTranscripts(),
  turnSpill: new MemorySpill('/elsewhere/chat.jsonl'),
  screenStates: new MemoryScreenStates(),
  documents: new MemoryDocuments(),
  evaluations: new MemoryEvaluations(),
  votes: new MemoryVotes(),
  bakeoffs: new MemoryBakeoffs(),
  profiles: [...BUILT_IN_PROFILES],
  tracker: new MemoryTracker(),
  tracking: new MemoryTracking(),
  terminal: TERMINAL_CHOICES,
  serving: 'auto',
  limits: CALL_LIMITS,
  showWaiting: () => undefined,
});

export interface FakeWorkbench extends StartedWorkbench {
  readonly clock: VirtualClock;
  readonly disk: Disk;
  readonly registry: OperationRegistry;
  readonly copied: string[];
  /** What was said to a person who looked at another window. */
  readonly notified: string[];
}

type OtherParts = 'rowSearch' | 'coverage' | 'sources' | 'runner' | 'baseModels' | 'exportModel';

export interface FakeWorkbenchParts extends Partial<Pick<WorkbenchDeps, OtherParts>> {
  readonly disk?: Disk;
  readonly providers?: readonly Provider[];
  readonly recovered?: readonly string[];
  /** Other rows than those of the disk: a real database, say. */
  readonly rows?: RowStore;
}

const nothing = async (): Promise<never> => {
  throw new Error('There is no Python in this test.');
};
const noExports: ModelExporter = nothing;
const noBases: BaseModels = { list: () => [], prepare: nothing, remove: () => false };
const noRunner: RunnerInstaller = {
  folder: '/home/runner',
  state: async () => ({
    python: '/home/runner/bin/python',
    named: false,
    probe: null,
    problem: 'The runner is not installed.',
    mend: 'luthier runner install',
  }),
  prepare: nothing,
  remove: () => false,
};

let ids = 0;

/** The workbench over stores in memory, in virtual time, with an embedded provider that answers everything. */
export function openFakeWorkbench(parts: FakeWorkbenchParts = {}): FakeWorkbench {
  const disk = parts.disk ?? newDisk();
  const clock = new VirtualClock(1_000_000 + ids * 1_000);
  const chat = new ScriptedChat(clock, (request) => ({
    afterMs: 100,
    answer: answerOf(`On ${request.messages.at(-1)?.content ?? ''}`),
  }));
  const given = parts.providers ?? [fakeProvider({ chat })];
  const operations = fakeDeps({ clock });
  const copied: string[] = [];
  const notified: string[] = [];
  const keys = new Map<string, string>();
  const projectRows: ProjectRows = {
    copy(from, to) {
      disk.deps.rows.put([...disk.deps.rows.scan(from, {})].map((row) => ({ ...row, projectId: to })));
    },
    clear(projectId) {
      disk.deps.rows.remove(
        projectId,
        Array.from(disk.deps.rows.scan(projectId, {}), (row) => row.id),
      );
      disk.transcripts.kept.delete(projectId);
      disk.screenStates.kept.delete(projectId);
    },
  };
  const deps: WorkbenchDeps = {
    clock,
    projectRows,
    rowSearch: parts.rowSearch ?? searchOf(parts.rows ?? disk.deps.rows),
    placedRows: placedOf(parts.rows ?? disk.deps.rows),
    coverage: parts.coverage ?? coverageOf(parts.rows ?? disk.deps.rows),
    registry: operations.registry,
    random: operations.random,
    paces: operations.paces,
    tokens: operations.tokens,
    rows: parts.rows ?? disk.deps.rows,
    packedRows: packedRowsOf(parts.rows ?? disk.deps.rows),
    jobs: disk.deps.jobs,
    commandJobs: disk.deps.jobs,
    askedJobs: disk.deps.askedJobs,
    deployments: disk.deps.deployments,
    uploads: disk.deps.uploads,
    ledger: disk.deps.ledger,
    batches: disk.deps.batches,
    spill: disk.deps.spill,
    projects: disk.projects,
    transcripts: disk.transcripts,
    turnSpill: disk.turnSpill,
    screenStates: disk.screenStates,
    evaluations: disk.evaluations,
    votes: disk.votes,
    bakeoffs: disk.bakeoffs,
    runner: parts.runner ?? noRunner,
    baseModels: parts.baseModels ?? noBases,
    exportModel: parts.exportModel ?? noExports,
    tracker: disk.tracker,
    tracking: disk.tracking,
    limits: {
      read: () => disk.limits,
      save: (limits) => {
        disk.limits = limits;
      },
    },
    waits: {
      watch(show) {
        disk.showWaiting = show;
        return () => undefined;
      },
    },
    documents: disk.documents,
    exportFolder: '/exports',
    examplesFolder: '/examples',
    parquetOf: async (rows) => new TextEncoder().encode(`PAR1 of ${rows.length}`),
    environmentUrl: null,
    sources: parts.sources ?? sourcesOf(disk.documents),
    providers: {
      async connect(id) {
        const found = given.find((provider) => provider.id === id);
        if (found === undefined) throw new Error(`No way to ${id}.`);
        return found;
      },
    },
    serving: {
      read: () => disk.serving,
      save(server) {
        disk.serving = server;
      },
    },
    settings: {
      profiles: () => disk.profiles,
      saveProfiles(next) {
        disk.profiles.splice(0, disk.profiles.length, ...next);
      },
      terminal: () => disk.terminal,
      saveTerminal(choices) {
        disk.terminal = choices;
      },
      prices: () => SHIPPED_PRICES,
      recovered: () => parts.recovered ?? [],
    },
    secrets: {
      set(id, key) {
        if (key === null) keys.delete(id);
        else keys.set(id, key);
      },
      source: (id): KeySource => (keys.has(id) ? 'file' : 'none'),
      variable: () => null,
    },
    keysInUse: () => [...keys.values()],
    desktop: {
      async copy(text) {
        copied.push(text);
        return 'desktop';
      },
      editExternally: async (text) => `${text}!`,
      notify: (text) => void notified.push(text),
    },
    newId() {
      ids += 1;
      return `new-${ids}`;
    },
  };
  return { ...startWorkbench(deps), clock, disk, registry: operations.registry, copied, notified };
}
