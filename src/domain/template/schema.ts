import * as z from 'zod';

/** A template as it is kept inside a project. */
export const templateSchema = z.object({
  name: z.string().catch('Untitled'),
  system: z.string().catch(''),
  teacherPrompt: z.string(),
  studentPrompt: z.string(),
  slots: z.array(z.object({ name: z.string(), values: z.array(z.string()) })),
});
