import { createServer, type Socket } from 'node:net';

export interface RawServer {
  /** `http://127.0.0.1:PORT/v1`. */
  readonly url: string;
  readonly place: string;
  /** Each request as it was received, head and body. */
  readonly heard: readonly string[];
  close(): Promise<void>;
}

/** A server that writes the bytes a test says, which no HTTP library would. `answer` is called once per whole request. */
export async function rawServer(
  answer: (socket: Socket, nth: number) => void,
  ears: 'hearing' | 'deaf' = 'hearing',
): Promise<RawServer> {
  const heard: string[] = [];
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined);
    if (ears === 'deaf') return void socket.pause();
    let text = '';
    socket.on('data', (bytes) => {
      text += bytes.toString('latin1');
      for (let end = endOf(text); end !== null; end = endOf(text)) {
        heard.push(text.slice(0, end));
        text = text.slice(end);
        answer(socket, heard.length);
      }
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  const place = `127.0.0.1:${address.port}`;
  return {
    url: `http://${place}/v1`,
    place,
    heard,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        for (const socket of sockets) socket.destroy();
      }),
  };
}

/** Where the first request of a text ends; null while it is not whole. */
function endOf(text: string): number | null {
  const head = text.indexOf('\r\n\r\n');
  if (head < 0) return null;
  const start = head + 4;
  if (/transfer-encoding: chunked/i.test(text.slice(0, head))) {
    const end = text.indexOf('0\r\n\r\n', start);
    return end < 0 ? null : end + 5;
  }
  const length = Number(/content-length: (\d+)/i.exec(text.slice(0, head))?.[1] ?? 0);
  return text.length < start + length ? null : start + length;
}

/** The head of an answer of 200 with JSON. */
export const head = (...more: readonly string[]): string =>
  ['HTTP/1.1 200 OK', 'content-type: application/json', ...more, '', ''].join('\r\n');

export const chunk = (text: string): string => `${Buffer.byteLength(text).toString(16)}\r\n${text}\r\n`;
