import { byteSize, clockTime, count, plural } from '../text/format.ts';
import { sanitizeLine } from '../text/sanitize.ts';

/** What an engine of real weights says of a training before there is one. */
export interface EngineEstimate {
  /** Null where it could not read the base. */
  readonly contextLength: number | null;
  readonly findings: readonly BaseFinding[];
  readonly preview: readonly PreviewRow[];
  readonly tooLong: readonly TooLongRow[];
  /** Null where it was refused before anything was measured. */
  readonly training: TrainingFigures | null;
  /** Settings with nothing left to choose, as the API names them. */
  readonly settings: readonly (readonly [name: string, value: string])[];
  readonly notices: readonly string[];
}

/** What of the base, above all of its chat template, will be trouble. */
export interface BaseFinding {
  readonly severity: 'error' | 'warning' | 'note';
  readonly message: string;
  readonly fix: string;
}

export interface TooLongRow {
  readonly file: 'training' | 'validation';
  /** Of that file, from 1. */
  readonly line: number;
  readonly tokens: number;
  readonly limit: number;
}

export interface TrainingFigures {
  readonly device: string;
  readonly precision: string;
  readonly steps: number;
  readonly trainedTokens: number;
  readonly learnedTokens: number;
  /** Null where no step was tried. */
  readonly secondsPerStep: number | null;
  readonly measuredSteps: number;
  /** Bytes. */
  readonly memory: { readonly needed: number; readonly available: number; readonly fits: boolean };
}

/** A row as the model reads it; a preference pair makes two, one a side. */
export interface PreviewRow {
  readonly line: number;
  readonly side: 'chosen' | 'rejected' | null;
  readonly tokens: number;
  readonly learned: number;
  readonly tooLong: boolean;
  readonly spans: readonly PreviewSpan[];
}

export interface PreviewSpan {
  readonly text: string;
  readonly learned: boolean;
}

/** Sentences of what it takes and of what is worth knowing. */
export function engineNotes({ training, findings, settings, notices }: EngineEstimate): readonly string[] {
  return [
    ...(training === null ? [] : figureTexts(training)),
    ...findings.filter(({ severity }) => severity === 'note').map(findingText),
    ...notices.map(sanitizeLine),
    ...(settings.length === 0 ? [] : [`Settings: ${settings.map(([name, value]) => `${name} ${value}`).join(', ')}.`]),
  ];
}

function figureTexts({ device, precision, steps, trainedTokens, learnedTokens, ...figures }: TrainingFigures) {
  const { secondsPerStep: each, measuredSteps, memory } = figures;
  const tokens = `${count(learnedTokens)} of ${plural(trainedTokens, 'token')} are learned`;
  return [
    `Trains on ${sanitizeLine(device)} in ${precision}: ${plural(steps, 'step')}; ${tokens}.`,
    each === null
      ? 'How long it takes is not known: no step was tried.'
      : `About ${clockTime(each * steps * 1000)}, at ${secondsText(each)} a step (${plural(measuredSteps, 'step')} tried).`,
    `It needs about ${byteSize(memory.needed)} of the ${byteSize(memory.available)} of memory that are free.`,
  ];
}

const secondsText = (seconds: number): string => `${seconds < 10 ? seconds.toFixed(2) : Math.round(seconds)} s`;

const findingText = ({ message, fix }: BaseFinding): string => sanitizeLine(`${message} ${fix}`.trim());

/** Sentences of what speaks against it, though it can be created. */
export function engineDoubts({ training, findings, tooLong }: EngineEstimate): readonly string[] {
  const memory = training?.memory;
  return [
    ...(memory === undefined || memory.fits
      ? []
      : [
          `It needs ${byteSize(memory.needed)} of memory and ${byteSize(memory.available)} are free: lower the longest row or the batch size, choose checkpointing, or take a smaller base.`,
        ]),
    ...findings.filter(({ severity }) => severity === 'warning').map(findingText),
    ...tooLong.map(tooLongText),
  ];
}

const tooLongText = ({ file, line, tokens, limit }: TooLongRow): string =>
  `Line ${count(line)} of the ${file} file has ${count(tokens)} tokens and ${count(limit)} fit: it is not trained on.`;
