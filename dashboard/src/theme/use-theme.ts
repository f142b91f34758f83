// The theme: light, dark, or the system's. Stored under the key that public/theme.js reads before the first paint.
import { usePreferredDark, useStorage } from '@vueuse/core';
import { computed, type InjectionKey, inject, provide, type Ref, watchEffect } from 'vue';

export interface Theme {
  dark: Readonly<Ref<boolean>>;
  toggle(): void;
}

const key: InjectionKey<Theme> = Symbol('theme');

/** Called once, by the outermost component. */
export function provideTheme(): Theme {
  const systemDark = usePreferredDark();
  const chosen = useStorage<'system' | 'light' | 'dark'>('sightline-theme', 'system', undefined, {
    writeDefaults: false,
  });
  const dark = computed(() => chosen.value === 'dark' || (chosen.value !== 'light' && systemDark.value));
  watchEffect(() => {
    document.documentElement.dataset.theme = dark.value ? 'dark' : 'light';
  });
  const toggle = () => {
    chosen.value = dark.value ? 'light' : 'dark';
  };
  const theme = { dark, toggle };
  provide(key, theme);
  return theme;
}

export function useTheme(): Theme {
  return inject(key)!;
}
