// GET /api/budget-course: how the budgets are being used up in their running periods, whatever the page's window.
import { useQuery } from '@tanstack/vue-query';
import type { BudgetCourseAnswer } from '../../../contract/questions/budget-course.ts';
import { ask } from './ask.ts';

export function useBudgetCourse() {
  return useQuery({
    queryKey: ['budget-course'],
    queryFn: ({ signal }) => ask<BudgetCourseAnswer>('budget-course', {}, signal),
    refetchInterval: 60_000,
  });
}
