// Builds the dashboard. Assets are addressed relative to the document's base, which the server sets at run time, so
// one build works under any base path.
import tailwindcss from '@tailwindcss/vite';
import vue from '@vitejs/plugin-vue';
import { defineConfig, type Plugin } from 'vite';

/** The development server stands in for the collector, which writes the <base> itself. */
const developmentBase: Plugin = {
  name: 'development-base',
  apply: 'serve',
  transformIndexHtml: (html) => html.replace('<head>', '<head><base href="/" />'),
};

export default defineConfig({
  root: import.meta.dirname,
  base: './',
  plugins: [vue(), tailwindcss(), developmentBase],
  server: { proxy: { '/api': 'http://127.0.0.1:4142' } },
  build: {
    outDir: 'dist',
    emptyOutDir: true,
    target: 'es2023',
    modulePreload: { polyfill: false },
    chunkSizeWarningLimit: 700,
    assetsInlineLimit: 0,
  },
});
