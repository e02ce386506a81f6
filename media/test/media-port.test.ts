import { testMediaPort } from './media-port-suite.ts';
import { startNode } from './port.ts';

testMediaPort('in the process', () => startNode({ workerCount: 1 }));
