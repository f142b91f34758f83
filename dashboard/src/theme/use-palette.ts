// The palette of this browser, kept in local storage so that a name keeps its colour between visits.
import { type InjectionKey, inject } from 'vue';
import { createPalette, type Palette } from './palette.ts';

const storageKey = 'sightline-palette';
export const paletteKey: InjectionKey<Palette> = Symbol('palette');

export function createStoredPalette(): Palette {
  try {
    return createPalette(localStorage.getItem(storageKey), (stored) => localStorage.setItem(storageKey, stored));
  } catch {
    return createPalette(null, () => {});
  }
}

export function usePalette(): Palette {
  return inject(paletteKey)!;
}
