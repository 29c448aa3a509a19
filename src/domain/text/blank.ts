/** White space, and characters that are not drawn: controls, marks of direction, spaces without width. */
const BLANK = /^[\s\p{Cc}\p{Cf}]*$/u;

/** Whether a person sees nothing of a text. */
export const isBlank = (text: string): boolean => BLANK.test(text);
