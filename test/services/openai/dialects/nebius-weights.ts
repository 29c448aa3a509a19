import type { StrictAnswer, StrictCall, StrictRoute } from './strict-server.ts';

export interface WeightsAtNebius {
  /** By id. */
  readonly files: Map<string, { readonly filename: string; readonly bytes: Buffer }>;
  /** Of how many bytes the next answers come, one each, before they break off. */
  readonly cuts: number[];
  /** Another host that the bytes of a file lie at; null for none. */
  elsewhere: string | null;
}

/** Files of a checkpoint: their ids begin with its own. */
export function weightsAtNebius(checkpoints: readonly string[]): WeightsAtNebius {
  const files: WeightsAtNebius['files'] = new Map();
  for (const id of checkpoints) {
    const config = JSON.stringify({ r: 8, of: id });
    files.set(`${id}-config`, { filename: `${id}/adapter_config.json`, bytes: Buffer.from(config) });
    files.set(`${id}-weights`, { filename: `${id}/adapter_model.safetensors`, bytes: Buffer.alloc(300_000, `${id} `) });
  }
  return { files, cuts: [], elsewhere: null };
}

export const filesOfCheckpoint = ({ files }: WeightsAtNebius, id: string): readonly string[] =>
  [...files.keys()].filter((file) => file.startsWith(`${id}-`));

/** The calls that fetch them, from any byte on. */
export function weightRoutes(weights: WeightsAtNebius): readonly StrictRoute[] {
  const withFile = (
    { parts: [id = ''] }: StrictCall,
    answer: (file: { readonly filename: string; readonly bytes: Buffer }) => StrictAnswer,
  ): StrictAnswer => {
    const file = weights.files.get(id);
    return file === undefined ? { status: 404, body: { detail: 'The file does not exist' } } : answer(file);
  };
  return [
    {
      method: 'GET',
      path: '/v1/files/*',
      key: true,
      answer: (call) =>
        withFile(call, ({ filename, bytes }) => ({
          body: {
            id: call.parts[0],
            object: 'file',
            bytes: bytes.length,
            filename,
            purpose: 'fine-tune',
            status: null,
          },
        })),
    },
    {
      method: 'GET',
      path: '/v1/files/*/content',
      key: true,
      answer: (call) =>
        withFile(call, ({ bytes }) =>
          weights.elsewhere === null
            ? contentFrom(bytes, call, weights.cuts.shift())
            : { status: 302, headers: { location: `${weights.elsewhere}/signed/${call.parts[0]}` }, body: {} },
        ),
    },
  ];
}

/** A host that takes signed addresses, and no key. */
export const signedRoutes = ({ files }: WeightsAtNebius): readonly StrictRoute[] => [
  {
    method: 'GET',
    path: '/signed/*',
    key: false,
    answer: (call) => contentFrom(files.get(call.parts[0] ?? '')?.bytes ?? Buffer.alloc(0), call, undefined),
  },
];

function contentFrom(bytes: Buffer, { headers }: StrictCall, cutAfter: number | undefined): StrictAnswer {
  const from = Number(/^bytes=(\d+)-$/.exec(headers.range ?? '')?.[1] ?? 0);
  const cut = cutAfter === undefined ? {} : { cutAfter };
  if (from === 0) return { body: bytes, ...cut };
  if (from >= bytes.length) return { status: 416, body: Buffer.alloc(0) };
  const range = `bytes ${from}-${bytes.length - 1}/${bytes.length}`;
  return { status: 206, headers: { 'content-range': range }, body: bytes.subarray(from), ...cut };
}
