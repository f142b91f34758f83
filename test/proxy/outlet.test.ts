// What reaches the client, and when it can still be taken back.
import type { ServerResponse } from 'node:http';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Outlet, type OutletOptions } from '../../proxy/outlet.ts';

function open(options: Partial<OutletOptions> = {}, whole = false) {
  const out: string[] = [];
  const response = {
    writeHead: (status: number, headers: string[]) => out.push(`head ${status} ${headers.join(' ')}`),
    flushHeaders: () => out.push('flush'),
    write: (chunk: Buffer | string) => out.push(String(chunk)) < 1000,
  } as unknown as ServerResponse;
  const outlet = new Outlet({
    ...{ response, held: true },
    onCommit: (status) => out.push(`commit ${status}`),
    onEnd: (last) => out.push(`end ${last ?? ''}`),
    ...options,
  });
  outlet.head({ status: 200, headers: () => ['a', 'b'], flush: !whole, whole });
  return { out, outlet };
}

describe('an outlet', () => {
  it('lets everything through at once where nothing is held', () => {
    const { out, outlet } = open({ held: false });
    outlet.write('x');
    outlet.end(Buffer.from('y'));
    expect(out).toEqual(['commit 200', 'head 200 a b', 'flush', 'x', 'end y']);
  });

  it('lets out what it held, in order, with the first content', () => {
    const { out, outlet } = open();
    outlet.write('opening');
    expect(out).toEqual([]);
    outlet.write('content');
    outlet.commit();
    outlet.write('more');
    expect(out).toEqual(['commit 200', 'head 200 a b', 'flush', 'opening', 'content', 'more']);
  });

  it('holds life-cycle events up to 64 KiB and a whole body up to a mebibyte', () => {
    const stream = open();
    stream.outlet.write('x'.repeat(64 * 1024));
    expect(stream.outlet.committed).toBe(false);
    stream.outlet.write('x');
    expect(stream.outlet.committed).toBe(true);
    const body = open({}, true);
    body.outlet.write('x'.repeat(1024 * 1024));
    expect(body.outlet.committed).toBe(false);
    body.outlet.write('x');
    expect(body.outlet.committed).toBe(true);
  });

  it('says nothing of an answer that is somebody else’s', () => {
    const { out, outlet } = open({ permission: () => 'never' });
    outlet.write('content');
    outlet.commit();
    outlet.end(null);
    expect([out, outlet.withdrawn, outlet.letOut()]).toEqual([[], true, false]);
  });

  it('keeps an answer that was not good enough, and lets it out when asked', () => {
    const { out, outlet } = open({ permission: (when) => (when === 'content' ? 'wait' : 'never') });
    outlet.write('cheap');
    outlet.commit();
    outlet.end(Buffer.from('!'));
    expect([out, outlet.withdrawn]).toEqual([[], true]);
    expect(outlet.letOut()).toBe(true);
    expect(out).toEqual(['commit 200', 'head 200 a b', 'flush', 'cheap', 'end !']);
    expect(outlet.letOut()).toBe(false);
  });

  it('drops what waits for its end and grows past all measure', () => {
    const { out, outlet } = open({ permission: () => 'wait' });
    for (let i = 0; i < 17; i++) outlet.write('x'.repeat(1024 * 1024));
    expect(outlet.withdrawn).toBe(true);
    outlet.end(null);
    expect([out, outlet.letOut()]).toEqual([[], false]);
  });

  it('changes no byte, however it is cut and whenever it commits', () => {
    fc.assert(
      fc.property(fc.array(fc.string({ maxLength: 20 })), fc.nat(30), (chunks, when) => {
        const { out, outlet } = open();
        chunks.forEach((chunk, place) => {
          outlet.write(chunk);
          if (place === when) outlet.commit();
        });
        outlet.end(null);
        expect(out.slice(3, -1).join('')).toBe(chunks.join(''));
      }),
    );
  });
});
