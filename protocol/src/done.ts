import { z } from 'zod';

/** The answer to what is done, and has nothing to say. */
export const Done = z.object({ ok: z.literal(true) });
