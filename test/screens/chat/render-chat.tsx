import type { ReactNode } from 'react';
import { useAppState, WorkbenchProvider } from '../../../src/app/react.tsx';
import type { CallOptions, ChatService } from '../../../src/app/runtime/ports.ts';
import { Frame } from '../../../src/components/layout/frame.tsx';
import type { ChatAnswer, ChatRequest } from '../../../src/domain/chat/types.ts';
import type { ModelInfo } from '../../../src/domain/provider/provider.ts';
import { ChatScreen } from '../../../src/screens/chat/chat-screen.tsx';
import { type Disk, type FakeWorkbench, openFakeWorkbench } from '../../app/fakes/fake-workbench.ts';
import { answerOf, fakeProvider } from '../../app/fakes/provider.ts';
import { type Rendered, type RenderOptions, render } from '../../harness/render.tsx';

interface Call {
  readonly request: ChatRequest;
  readonly say: (text: string) => void;
  readonly think: (text: string) => void;
  readonly end: (change?: Partial<ChatAnswer>) => void;
  readonly fail: (error: Error) => void;
}

/** A chat service that says what the test says, when it says so. */
export class ControlledChat implements ChatService {
  readonly calls: Call[] = [];

  complete(
    request: ChatRequest,
    options: CallOptions & {
      readonly onDelta?: (text: string) => void;
      readonly onThoughts?: (text: string) => void;
    },
  ): Promise<ChatAnswer> {
    const { promise, resolve, reject } = Promise.withResolvers<ChatAnswer>();
    let text = '';
    let reasoning: string | undefined;
    options.signal?.addEventListener('abort', () => reject(options.signal?.reason), { once: true });
    this.calls.push({
      request,
      say(delta) {
        text += delta;
        options.onDelta?.(delta);
      },
      think(piece) {
        reasoning = (reasoning ?? '') + piece;
        options.onThoughts?.(piece);
      },
      end: (change) => resolve(answerOf(text, { reasoning, firstTokenMs: 250, totalMs: 1_150, ...change })),
      fail: reject,
    });
    return promise;
  }

  /** The newest call to this model. */
  of(model: string): Call {
    const call = this.calls.findLast(({ request }) => request.model === model);
    if (call === undefined) throw new Error(`${model} was not asked.`);
    return call;
  }
}

export const TUNED = 'ft:practice-small:luthier:dnd:AbCd1234';

const modelsOf = (): readonly ModelInfo[] => [
  { id: 'practice-writer', ownedBy: 'luthier', shutdownDate: null, tuned: false },
  { id: 'practice-small', ownedBy: 'luthier', shutdownDate: '2030-01-01', tuned: false },
  { id: TUNED, ownedBy: 'luthier', shutdownDate: null, tuned: true },
];

function ChatFrame(): ReactNode {
  const notice = useAppState((state) => state.notice);
  const facts = { project: 'D&D', breadcrumb: ['Chat'], provider: 'practice engine', practice: true };
  return (
    <Frame facts={{ ...facts, running: 0, spentUsd: 0 }} notice={notice}>
      <ChatScreen />
    </Frame>
  );
}

export interface ChatApp extends Rendered {
  readonly desk: FakeWorkbench;
  readonly chat: ControlledChat;
  /** Lets time pass and what comes of it be drawn. */
  pass(ms?: number): Promise<void>;
}

export interface ChatOptions extends RenderOptions {
  readonly models?: readonly string[];
  /** What the provider lists. */
  readonly listed?: readonly ModelInfo[];
  readonly disk?: Disk;
  readonly prepare?: (desk: FakeWorkbench) => void;
}

/** The chat screen in its frame over a real store and workbench. */
export async function renderChat(options: ChatOptions = {}): Promise<ChatApp> {
  const chat = new ControlledChat();
  const provider = fakeProvider({ chat, models: { list: async () => options.listed ?? modelsOf() } });
  const desk = openFakeWorkbench({
    providers: [provider],
    ...(options.disk === undefined ? {} : { disk: options.disk }),
  });
  desk.resume();
  await desk.clock.advance(10);
  const { models } = options;
  if (models !== undefined) {
    desk.workbench.projects.update((project) => ({ ...project, chat: { ...project.chat, models } }));
  }
  options.prepare?.(desk);
  const app = await render(
    <WorkbenchProvider store={desk.store} workbench={desk.workbench}>
      <ChatFrame />
    </WorkbenchProvider>,
    {
      columns: 100,
      rows: 30,
      onRefused: (binding) => desk.workbench.navigation.note(binding.disabledReason ?? ''),
      ...options,
    },
  );
  const pass = async (ms = 100): Promise<void> => {
    await desk.clock.advance(ms);
    await app.settled();
  };
  return { ...app, desk, chat, pass };
}

/** Writes a message and sends it; the calls have been made when this is done. */
export async function ask(app: ChatApp, text: string): Promise<void> {
  await app.press('i');
  await app.type(text);
  await app.press('enter');
  await app.pass(40);
}

/** As `ask`, and every model answers. */
export async function exchange(app: ChatApp, text: string, answer: string): Promise<void> {
  await ask(app, text);
  const { models } = app.desk.store.getState().project.chat;
  for (const model of models) {
    app.chat.of(model).say(answer);
    app.chat.of(model).end();
  }
  await app.pass();
  await app.press('escape');
}
