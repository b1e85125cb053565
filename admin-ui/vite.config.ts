import react from '@vitejs/plugin-react';
import { defineConfig } from 'vitest/config';

export default defineConfig({
  base: './', // served by the control plane at whatever path it likes
  plugins: [react()],
  build: { target: 'es2022', chunkSizeWarningLimit: 1000 },
  server: { proxy: { '/api': process.env.MERIDIAN_API ?? 'http://127.0.0.1:21010' } },
  test: {
    environment: 'happy-dom',
    include: ['src/**/*.test.{ts,tsx}'],
    setupFiles: ['src/test-setup.ts'],
    server: { deps: { inline: [/@patternfly/] } }, // its modules import their CSS, which Node cannot
    testTimeout: 5000 * Number(process.env.MERIDIAN_SLOW ?? 1),
  },
});
