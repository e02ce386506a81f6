import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';
import { bootScript } from './boot-script.ts';
import { precompress } from './precompress.ts';

const server = 'http://127.0.0.1:8080';

export default defineConfig({
  plugins: [react(), bootScript(), precompress()],
  build: { outDir: 'dist', emptyOutDir: true, sourcemap: true },
  server: {
    proxy: {
      '/v1': { target: server, ws: true },
      '/health': { target: server },
      '/docs': { target: server },
    },
  },
});
