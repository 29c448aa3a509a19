import { createContext, useContext } from 'react';

export interface BodySize {
  readonly columns: number;
  readonly rows: number;
}

/** Below this nothing useful can be laid out. */
export const MINIMUM: BodySize = { columns: 60, rows: 16 };
export const HEADER_ROWS = 1;
export const FOOTER_ROWS = 1;
/** What a problem leaves to the screen, however much there is to say. */
export const LEAST_BODY_ROWS = 10;

export const BodySizeContext = createContext<BodySize>({ columns: 80, rows: 22 });

/** The exact columns and rows a screen may fill; it changes with the terminal and with a problem notice. */
export function useBodySize(): BodySize {
  return useContext(BodySizeContext);
}
