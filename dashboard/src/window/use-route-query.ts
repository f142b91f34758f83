// One choice of a page that lives in the URL; the first of its values is the default and leaves no trace there.
import { computed, type WritableComputedRef } from 'vue';
import { useRoute, useRouter } from 'vue-router';

export function useRouteQuery<Value extends string>(
  name: string,
  values: readonly Value[],
): WritableComputedRef<Value> {
  const route = useRoute();
  const router = useRouter();
  const standard = values[0]!;
  return computed({
    get: () => values.find((value) => value === route.query[name]) ?? standard,
    set: (value) => void router.replace({ query: { ...route.query, [name]: value === standard ? undefined : value } }),
  });
}
