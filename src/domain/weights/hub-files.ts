import { PULL_PAPERS } from './model-places.ts';

/** A file of a model's repository, as the Hub lists it. */
export interface RepoFile {
  readonly path: string;
  /** Bytes; null where the Hub does not say. */
  readonly size: number | null;
  /** Of large files, kept by LFS. */
  readonly sha256: string | null;
  /** Of the others: git's own id of their content. */
  readonly gitId: string | null;
}

export interface FileChoice {
  /** What a base needs, the small files first. */
  readonly files: readonly RepoFile[];
  readonly weights: 'safetensors' | 'bin';
  /** What the repository has beside that. */
  readonly skipped: readonly RepoFile[];
}

/** Why a repository is no base model: in words, with what to do. */
export interface NoBase {
  readonly problem: string;
  readonly next: string;
}

const SAFETENSORS = /^model(?:-\d+-of-\d+)?\.safetensors$|^model\.safetensors\.index\.json$/;
const BIN = /^pytorch_model(?:-\d+-of-\d+)?\.bin$|^pytorch_model\.bin\.index\.json$/;
const INDEX = /\.index\.json$/;
const PAPERS = /^(?:readme|licen[cs]e|notice|copying|use_policy)\b/i;
/** Configuration and tokenizer; code of a repository is never run, so it is not fetched. */
const SMALL = /\.(?:json|jinja|model|tiktoken|spm|vocab)$|^(?:vocab|merges)\.txt$/;
const TEMPLATES = /^additional_chat_templates\/[^/]+\.jinja$/;

const isSmall = ({ path }: RepoFile): boolean =>
  path !== PULL_PAPERS &&
  (TEMPLATES.test(path) || (!path.includes('/') && !INDEX.test(path) && (SMALL.test(path) || PAPERS.test(path))));

/**
 * The files of a repository that a base consists of: its weights once (safetensors before PyTorch's own format; no copies
 * for ONNX, TensorFlow, GGUF or another loader), its configuration, its tokenizer and its papers.
 */
export function chooseFiles(id: string, listed: readonly RepoFile[]): FileChoice | NoBase {
  const unsafe = listed.find(({ path }) => !isSafePath(path));
  if (unsafe !== undefined) {
    const problem = `The repository of ${id} lists a file that would lie outside of its folder: ${unsafe.path.slice(0, 80)}`;
    return { problem, next: 'Do not use this repository; tell the Hub about it.' };
  }
  const safetensors = weightsOf(listed, SAFETENSORS);
  const weights = safetensors.length > 0 ? safetensors : weightsOf(listed, BIN);
  if (weights.length === 0) return noWeights(id, listed);
  const files = [...listed.filter(isSmall), ...weights];
  const chosen = new Set(files);
  return {
    files,
    weights: safetensors.length > 0 ? 'safetensors' : 'bin',
    skipped: listed.filter((file) => !chosen.has(file)),
  };
}

/** In one file or in parts; of both, as a few repositories have them, the one file is enough. */
function weightsOf(listed: readonly RepoFile[], pattern: RegExp): readonly RepoFile[] {
  const found = listed.filter(({ path }) => pattern.test(path));
  const whole = found.filter(({ path }) => /^(?:model\.safetensors|pytorch_model\.bin)$/.test(path));
  if (whole.length > 0) return whole;
  return found.some(({ path }) => !INDEX.test(path)) ? found : [];
}

function noWeights(id: string, listed: readonly RepoFile[]): NoBase {
  const has = (pattern: RegExp): boolean => listed.some(({ path }) => pattern.test(path));
  if (has(/^adapter_config\.json$/)) {
    const next = 'Pull the model it was made for: its page on the Hub names it.';
    return { problem: `${id} is an adapter for another model, and no base model.`, next };
  }
  const next = 'Pull the repository it was made from: its page on the Hub names it.';
  if (has(/\.gguf$/i)) return { problem: `${id} has only GGUF files, which can be run and not be tuned.`, next };
  if (has(/^(?:onnx\/|tf_model|flax_model|.*\.(?:onnx|h5|msgpack)$)/))
    return { problem: `${id} has weights of other libraries only, and none in safetensors.`, next };
  return { problem: `${id} has no weights in safetensors or PyTorch’s format.`, next: 'Name another model.' };
}

/** Whether a name from a server stays in the folder it is written to, on every system. */
export function isSafePath(path: string): boolean {
  if (path.length > 400) return false;
  return path.split('/').every((part) => /^[^\\:*?"<>|\u0000-\u001f\u007f-\u009f]+$/.test(part) && !/^\.+$/.test(part));
}
