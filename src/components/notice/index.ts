export { MOST_PROBLEM_ROWS, PROBLEM_ROWS, problemRows } from './rows.ts';
export { NoteView, ProblemView } from './view.tsx';
