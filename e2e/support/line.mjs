//! A phone's line to the world: a proxy that every request of its browser goes through, to whatever host. It notes
//! each, passes on what is for the server, can alter the answers, and lets nothing else out.

import http from 'node:http';

/** Headers between two neighbours only (RFC 9110 §7.6.1), and the length, which may change with the answer. */
const BETWEEN = ['connection', 'proxy-connection', 'keep-alive', 'te', 'trailer', 'transfer-encoding', 'upgrade'];

/** Whom the browser itself asks, whatever page is open: for updates, accounts, forms. Refused here like all others. */
const BROWSERS_OWN = ['update.googleapis.com', 'accounts.google.com', 'content-autofill.googleapis.com'];

function passed(headers) {
  return Object.fromEntries(Object.entries(headers).filter(([name]) => !BETWEEN.includes(name)));
}

async function read(stream) {
  const parts = [];
  for await (const part of stream) parts.push(part);
  return Buffer.concat(parts);
}

export class Line {
  static async open(server) {
    const line = new Line();
    line.server = server;
    /** Further servers that it reaches. */
    line.others = [];
    /** Each request: when, method, url, path, headers, body, and once answered status and answer. */
    line.calls = [];
    /** Changes an answer `{status, headers, body}` for a call, or gives it back as it is. */
    line.alter = (_call, answer) => answer;
    /** There is no network: whatever is asked reaches nobody. */
    line.cut = false;
    line.proxy = http.createServer((request, response) => line.take(request, response));
    // What asks for a tunnel asks for another host: noted, and refused.
    line.proxy.on('connect', (request, socket) => {
      // A browser that closes meanwhile resets it; nobody else listens to this socket any more.
      socket.on('error', () => {});
      const url = `https://${request.url}`;
      line.calls.push({ at: Date.now(), method: 'CONNECT', url, path: '', headers: {}, body: Buffer.alloc(0) });
      socket.end('HTTP/1.1 403 Forbidden\r\n\r\n');
    });
    await new Promise((resolve) => line.proxy.listen(0, '127.0.0.1', resolve));
    return line;
  }

  get address() {
    return `http://127.0.0.1:${this.proxy.address().port}`;
  }

  async close() {
    this.proxy.closeAllConnections();
    await new Promise((resolve) => this.proxy.close(resolve));
  }

  /** The calls of the API, from the `since`th call on. */
  api(since = 0) {
    return this.calls.slice(since).filter((call) => call.path.startsWith('/v1/'));
  }

  /** Those of one method and path. */
  to(method, beginning, since = 0) {
    return this.api(since).filter((call) => call.method === method && call.path.startsWith(beginning));
  }

  /** What was asked of one server, from the `since`th call on. */
  of({ origin }, since = 0) {
    return this.calls.slice(since).filter(({ url }) => url.startsWith(`${origin}/`));
  }

  /** Those for another host than the server, but for the browser's own. */
  strangers() {
    const asked = this.calls.filter((call) => !call.url.startsWith(`${this.server.origin}/`));
    return asked.filter((call) => !BROWSERS_OWN.includes(new URL(call.url).hostname));
  }

  async take(request, response) {
    const url = new URL(request.url, this.server.origin);
    const body = await read(request).catch(() => null);
    // Whoever asked is gone before the request was whole: nobody to answer.
    if (body === null) return;
    const { method, headers } = request;
    const call = { at: Date.now(), method, url: url.href, path: url.pathname, headers, body };
    this.calls.push(call);
    if (this.cut) {
      request.socket.destroy();
      return;
    }
    if (![this.server, ...this.others].some(({ origin }) => origin === url.origin)) {
      response.writeHead(403).end();
      return;
    }
    try {
      const answer = await this.alter(call, await this.pass(call, url));
      call.status = answer.status;
      call.answer = answer;
      const length = { 'content-length': answer.body.length };
      response.writeHead(answer.status, { ...passed(answer.headers), ...length }).end(answer.body);
    } catch {
      // As a network does when nobody is there.
      request.socket.destroy();
    }
  }

  pass(call, url) {
    return new Promise((resolve, reject) => {
      // Uncompressed, so that a story can alter it.
      const headers = { ...passed(call.headers), 'accept-encoding': 'identity' };
      const options = { method: call.method, headers, agent: false };
      const request = http.request(url, options, (answer) => {
        read(answer).then((body) => resolve({ status: answer.statusCode, headers: answer.headers, body }), reject);
      });
      request.on('error', reject);
      request.end(call.body);
    });
  }
}
