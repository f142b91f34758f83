// Starts the dashboard: builds what the components are given and mounts them.
import { VueQueryPlugin } from '@tanstack/vue-query';
import { createApp } from 'vue';
import App from './App.vue';
import { accessKey, createAccess } from './api/access.ts';
import { createPages } from './router.ts';
import { createStoredPalette, paletteKey } from './theme/use-palette.ts';
import './theme/tokens.css';

const { access, queries } = createAccess();

createApp(App)
  .use(createPages())
  .use(VueQueryPlugin, { queryClient: queries })
  .provide(accessKey, access)
  .provide(paletteKey, createStoredPalette())
  .mount('#app');
