import { paint } from './paint.ts';
import { type ColourTask, workerIsReady } from './painter.ts';

addEventListener('message', ({ data }: MessageEvent<ColourTask>) => postMessage(paint(data)));
postMessage(workerIsReady);
