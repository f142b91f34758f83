// Which page answers which address. The history starts at the document's base, so any base path works.
import { createRouter, createWebHistory, type Router } from 'vue-router';
import OverviewPage from './pages/OverviewPage.vue';

export function createPages(): Router {
  return createRouter({
    history: createWebHistory(new URL(document.baseURI).pathname),
    routes: [
      { path: '/', name: 'overview', component: OverviewPage },
      { path: '/requests', name: 'requests', component: () => import('./pages/RequestsPage.vue') },
      { path: '/routing', name: 'routing', component: () => import('./pages/RoutingPage.vue') },
      { path: '/spend', name: 'spend', component: () => import('./pages/SpendPage.vue') },
      { path: '/reliability', name: 'reliability', component: () => import('./pages/ReliabilityPage.vue') },
      { path: '/:rest(.*)*', redirect: { name: 'overview' } },
    ],
  });
}
