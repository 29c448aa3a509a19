import { randomInt } from 'node:crypto';

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';

/** `length` random letters and digits, from a cryptographic source: ids must not collide between processes. */
export function randomName(length: number): string {
  let name = '';
  for (let i = 0; i < length; i += 1) name += ALPHABET[randomInt(ALPHABET.length)];
  return name;
}

export const fileId = (): string => `file-${randomName(22)}`;
export const jobId = (): string => `ftjob-${randomName(24)}`;
export const eventId = (): string => `ftevent-${randomName(24)}`;
export const checkpointId = (): string => `ftckpt_${randomName(24)}`;
export const batchId = (): string => `batch_${randomName(24)}`;
export const uploadId = (): string => `upload_${randomName(24)}`;
export const partId = (): string => `part_${randomName(24)}`;

/** Seconds since the epoch, as the API counts time. */
export const nowSeconds = (): number => Math.floor(Date.now() / 1000);
