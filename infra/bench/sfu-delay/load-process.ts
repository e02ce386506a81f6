// The receiving load of worker-cpu, out of the way of those who take the time: on its core they come first.
import { coreOf, pin, readCores, yieldToAll } from './cores.ts';

pin(process.pid, coreOf('load', readCores()));
yieldToAll(process.pid);
await import('../worker-cpu/load.ts');
