// GET /api/conservation: whether every exchange that was started is accounted for.
import { useQuery } from '@tanstack/vue-query';
import type { ConservationAnswer } from '../../../contract/questions/conservation.ts';
import { ask } from './ask.ts';

export function useConservation() {
  return useQuery({
    queryKey: ['conservation'],
    queryFn: ({ signal }) => ask<ConservationAnswer>('conservation', {}, signal),
    refetchInterval: 30_000,
  });
}
