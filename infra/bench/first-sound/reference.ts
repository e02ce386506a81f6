import { fileURLToPath } from 'node:url';
import { build } from 'vite';
import type { OpenSequential, SequentialOpened } from '../../../media/bench/sequential-messages.ts';
import { findFreePorts } from '../../../media/test/ports.ts';
import { startHelper } from '../worker-cpu/helper-process.ts';

/** A server and a page of which each request waits for the answer to the one before. */
export interface Reference {
  serverPort: number;
  mediaPort: number;
  close(): Promise<void>;
}

const clientPath = fileURLToPath(new URL('../../../sdk/bench/sequential-client.ts', import.meta.url));
const serverScript = new URL('../../../media/bench/sequential-server.ts', import.meta.url);

/** The page's code with mediasoup-client in it, as the product's is built. */
const buildClient = async (): Promise<string> => {
  const { NODE_ENV } = process.env;
  try {
    const lib = { entry: clientPath, formats: ['es' as const], fileName: 'client' };
    const built = await build({ configFile: false, logLevel: 'warn', build: { write: false, lib } });
    const outputs = Array.isArray(built) ? built : [built];
    const chunks = outputs.flatMap((result) => ('output' in result ? result.output : []));
    const code = chunks.flatMap((chunk) => (chunk.type === 'chunk' ? [chunk.code] : []));
    const [script] = code;
    if (script === undefined || code.length > 1) throw new Error('The client is not one script');
    return script;
  } finally {
    // vite says "production" to its whole process, and a server that is started here later would take it for itself.
    if (NODE_ENV === undefined) delete process.env.NODE_ENV;
    else process.env.NODE_ENV = NODE_ENV;
  }
};

export const openReference = async (): Promise<Reference> => {
  const script = await buildClient();
  const mediaPort = await findFreePorts();
  const server = startHelper<OpenSequential, SequentialOpened>(serverScript);
  try {
    const { port } = await server.ask({ type: 'open', mediaPort, script }, 'opened');
    return { serverPort: port, mediaPort, close: () => server.close() };
  } catch (error) {
    await server.close();
    throw error;
  }
};
