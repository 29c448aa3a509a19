/** The models of the embedded engine. Their names never pretend to be another provider's. */

/** The teacher: writes varied answers to a teacher prompt. */
export const PRACTICE_TEACHER = 'practice-writer';
/** The base model that can be tuned. */
export const PRACTICE_BASE = 'practice-small';
