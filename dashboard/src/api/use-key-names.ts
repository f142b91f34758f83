// GET /api/keys, for their names alone: people know a key by its name, records by its id.
import { useQuery } from '@tanstack/vue-query';
import { computed, type MaybeRefOrGetter, toValue } from 'vue';
import type { KeyView } from '../../../contract/access/key.ts';
import { ask } from './ask.ts';

/** The name of a key's id; the id itself while its name is not known. */
export function useKeyNames(wanted: MaybeRefOrGetter<boolean> = true) {
  const { data } = useQuery({
    queryKey: ['keys'],
    queryFn: ({ signal }) => ask<{ keys: KeyView[] }>('keys', {}, signal),
    enabled: () => toValue(wanted),
    staleTime: 60_000,
    retry: false,
  });
  const names = computed(() => new Map(data.value?.keys.map(({ id, name }) => [id, name])));
  return (id: string): string => names.value.get(id) ?? id;
}
