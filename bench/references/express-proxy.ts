// What a team would write first: express and http-proxy-middleware with their defaults.
import express from 'express';
import { createProxyMiddleware } from 'http-proxy-middleware';

const app = express();
app.use(createProxyMiddleware({ target: process.env.TARGET as string, changeOrigin: true }));
app.listen(Number(process.env.PORT), '127.0.0.1');
