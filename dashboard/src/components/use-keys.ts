// Single-key shortcuts. They stay silent while someone types, and leave every combination with Ctrl, Alt or Meta alone.
import { useEventListener } from '@vueuse/core';

/** `keys` maps KeyboardEvent.key to what it does; return false to let the key do its usual work. */
export function useKeys(keys: Record<string, (event: KeyboardEvent) => unknown>): void {
  useEventListener(document, 'keydown', (event) => {
    if (event.defaultPrevented || event.ctrlKey || event.altKey || event.metaKey || isTyping(event.target)) return;
    const act = keys[event.key];
    if (act && act(event) !== false) event.preventDefault();
  });
}

function isTyping(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && (target.matches('input, textarea, select') || target.isContentEditable);
}
