// A server that is not quite right: a proxy before one that is. It alters what it is told, on the way there and on the way back.

import http from 'node:http';

/**
 * @typedef {{ method: string, path: string, headers: Record<string, string | string[]>, body: Buffer, from: string }} Request
 * @typedef {{ status: number, headers: Record<string, string | string[]>, body: Buffer }} Response
 * @typedef {object} Alteration of requests and answers, by changing them; each may be a promise. Names of headers are lower-case.
 * @property {(incoming: http.IncomingMessage) => void} [connection] before a body is read
 * @property {(request: Request, proxy: Proxy) => void | Response} [request] before it goes on; an answer in its place never reaches the server
 * @property {(answer: Response, request: Request, proxy: Proxy) => void} [answer] before it goes back
 */

export class Proxy {
  /** What alterations remember: earlier answers, counts. */
  memory = {};

  /** @param {string} origin of the server behind it */
  static async start(origin) {
    const proxy = new Proxy();
    proxy.behind = new URL(origin);
    proxy.alteration = {};
    proxy.server = http.createServer((request, response) => proxy.#pass(request, response));
    proxy.server.keepAliveTimeout = 1;
    await new Promise((resolve) => proxy.server.listen(0, '127.0.0.1', resolve));
    proxy.origin = `http://127.0.0.1:${proxy.server.address().port}`;
    return proxy;
  }

  /** From now on. */
  alters(alteration) {
    this.alteration = alteration;
    this.memory = {};
  }

  stop() {
    this.server.closeAllConnections();
    return new Promise((resolve) => this.server.close(resolve));
  }

  /** What an alteration threw: then it altered nothing, and whatever the kit says is of no use. */
  fault;

  async #altered(name, ...args) {
    try {
      return await this.alteration[name]?.(...args, this);
    } catch (error) {
      this.fault ??= error;
      throw error;
    }
  }

  async #pass(incoming, outgoing) {
    try {
      const { 'transfer-encoding': _, 'content-length': announced, host: __, ...headers } = incoming.headers;
      await this.#altered('connection', incoming);
      const parts = [];
      for await (const part of incoming) parts.push(part);
      const from = incoming.socket.remoteAddress.replace(/^::ffff:/, '');
      const request = { method: incoming.method, path: incoming.url, headers, body: Buffer.concat(parts), from };
      if (announced !== undefined) request.headers['content-length'] = announced;
      const answer = (await this.#altered('request', request)) ?? (await this.send(request));
      await this.#altered('answer', answer, request);
      outgoing.sendDate = false;
      if (request.method !== 'HEAD' && answer.status !== 304) {
        delete answer.headers['transfer-encoding'];
        answer.headers['content-length'] = String(answer.body.length);
      }
      outgoing.writeHead(answer.status, answer.headers);
      outgoing.end(answer.body);
    } catch {
      // The server behind is being restarted, or the kit went away.
      incoming.socket.destroy();
    }
  }

  /** Asks the server behind it, from the address that was asked from. */
  send({ method, path, headers, body, from }) {
    return new Promise((resolve, reject) => {
      const { hostname, port } = this.behind;
      const length = body.length > 0 || headers['content-length'] !== undefined ? { 'content-length': body.length } : {};
      const options = { hostname, port, method, path, headers: { ...headers, ...length, host: this.behind.host }, agent: false, localAddress: from };
      const request = http.request(options, async (response) => {
        const parts = [];
        try {
          for await (const part of response) parts.push(part);
        } catch (error) {
          reject(error);
          return;
        }
        resolve({ status: response.statusCode, headers: { ...response.headers }, body: Buffer.concat(parts) });
      });
      let refused;
      request.once('error', (error) => (refused ? undefined : reject(error)));
      request.once('response', () => (refused = true));
      request.end(body);
    });
  }
}

/** Changes an answer's JSON. */
export function json(answer, change) {
  const value = JSON.parse(answer.body);
  answer.body = Buffer.from(JSON.stringify(change(value) ?? value));
}

/** The answer of a refusal. */
export function refusal(status, type, headers = {}) {
  const body = Buffer.from(JSON.stringify({ type, title: 'No.', status }));
  return { status, headers: { 'content-type': 'application/problem+json', 'cache-control': 'no-store', ...headers }, body };
}
