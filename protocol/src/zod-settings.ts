import { z } from 'zod';

// Where there is a document there is a page, and ours forbids `eval`: zod would try it, be refused with an error, and the
// browser would read all of the page's script once more for that error's stack (40 ms on a laptop). A server keeps the fast way.
z.config({ jitless: Reflect.has(globalThis, 'document') });
