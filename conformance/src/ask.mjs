// Plain HTTP/1.1: what is asked goes out as it is said, and what comes is shown as it came: every header, every byte, no coding undone,
// nothing followed, nothing kept.

import http from 'node:http';
import https from 'node:https';
import net from 'node:net';
import tls from 'node:tls';

import { STATUS } from './codes.mjs';
import { Failed, shown } from './verdict.mjs';

/** How long a server may be silent. */
const SILENCE_MS = 60_000;
/** More than the longest honest answer but an entries file of 65,535 pages. */
const MOST_BYTES = 64 * 1024 * 1024;

export class Answer {
  constructor({ asked, status, rawHeaders, body, ms }) {
    Object.assign(this, { asked, status, rawHeaders, body, ms });
    this.headers = {};
    for (let at = 0; at < rawHeaders.length; at += 2) {
      const name = rawHeaders[at].toLowerCase();
      this.headers[name] = name in this.headers ? `${this.headers[name]}, ${rawHeaders[at + 1]}` : rawHeaders[at + 1];
    }
  }

  get text() {
    return this.body.toString('utf8');
  }

  /** Names of its headers, lower-case, each as often as it came. */
  get names() {
    return this.rawHeaders.filter((_, at) => at % 2 === 0).map((name) => name.toLowerCase());
  }

  /** The media type, without parameters. */
  get type() {
    return (this.headers['content-type'] ?? '').split(';')[0].trim().toLowerCase();
  }

  json() {
    try {
      return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(this.body));
    } catch {
      throw new Failed(`${this.asked}: ${this.status} with a body that is no JSON: ${shown(this.text)}`);
    }
  }

  /** The refusal that it is, after its form was looked at (20.4). */
  problem() {
    const wrong = (what) => new Failed(`${this.asked}: ${this.status} ${what}`);
    if (this.type !== 'application/problem+json') throw wrong(`is no refusal in its form, its content type is ${this.type || 'none'}`);
    const problem = this.json();
    if (typeof problem !== 'object' || problem === null || Array.isArray(problem)) throw wrong('is no object');
    const { type, title, status, detail } = problem;
    if (!(type in STATUS)) throw wrong(`has no code of 20.4, but ${shown(type)}`);
    if (typeof title !== 'string' || title === '') throw wrong('has no title');
    if (status !== this.status || STATUS[type] !== status) throw wrong(`${type} says status ${shown(status)}; it is ${STATUS[type]}`);
    if (detail !== undefined && typeof detail !== 'string') throw wrong('has a detail that is no text');
    if (this.headers['cache-control'] !== 'no-store') throw wrong(`${type} has cache-control ${shown(this.headers['cache-control'])}`);
    return problem;
  }

  /** In a few words, for whoever reads why something failed. */
  said() {
    return this.type === 'application/problem+json' ? `${this.status} ${shown(this.text)}` : `${this.status}`;
  }
}

/**
 * Asks once.
 *
 * @param {string} origin
 * @param {string} path as it stands in the request line
 * @param {{ method?: string, headers?: Record<string, string | string[]>, body?: Uint8Array | string | object, type?: string,
 *   from?: string, silence?: number, most?: number, pace?: number }} options `body`: an object that is no bytes becomes JSON; `from`: the local address;
 *   `pace`: sends the body in so many seconds
 * @returns {Promise<Answer>}
 */
export function ask(origin, path, options = {}) {
  const { method = 'GET', from, silence = SILENCE_MS, most = MOST_BYTES, type, pace } = options;
  const url = new URL(origin);
  const headers = { ...options.headers };
  let { body } = options;
  if (body !== undefined && typeof body !== 'string' && !(body instanceof Uint8Array)) {
    body = JSON.stringify(body);
    headers['content-type'] ??= 'application/json';
  }
  if (type !== undefined) headers['content-type'] = type;
  const bytes = body === undefined ? undefined : Buffer.from(body);
  if (bytes && !('transfer-encoding' in headers)) headers['content-length'] ??= bytes.length;
  const asked = `${method} ${path.length > 80 ? `${path.slice(0, 80)}…` : path}`;
  const secure = url.protocol === 'https:';
  const began = performance.now();
  return new Promise((resolve, reject) => {
    const lost = (error) => reject(error instanceof Failed ? error : new Failed(`${asked}: no answer (${error.code ?? error.message})`));
    const request = (secure ? https : http).request({
      hostname: url.hostname.replace(/^\[|\]$/g, ''),
      port: url.port || (secure ? 443 : 80),
      path,
      method,
      headers,
      agent: false,
      ...(from ? { localAddress: from } : {}),
    });
    request.setTimeout(silence, () => request.destroy(new Failed(`${asked}: silent for ${silence / 1000} s`)));
    // Who refuses a body before it came may close: what it said counts.
    let answered = false;
    request.once('error', (error) => answered || lost(error));
    request.once('response', (response) => {
      answered = true;
      const parts = [];
      let length = 0;
      response.on('data', (part) => {
        parts.push(part);
        length += part.length;
        if (length > most) response.destroy(new Failed(`${asked}: more than ${most} bytes`));
      });
      response.once('error', lost);
      response.once('end', () => {
        const { statusCode: status, rawHeaders } = response;
        resolve(new Answer({ asked, status, rawHeaders, body: Buffer.concat(parts), ms: performance.now() - began }));
        if (!request.writableEnded) request.destroy();
      });
    });
    if (pace) paced(request, bytes, pace);
    else request.end(bytes);
  });
}

/** Sends a body in pieces, one after another, of which the last goes after so many seconds. */
function paced(request, bytes, seconds) {
  const pieces = Math.max(2, 2 * seconds);
  const size = Math.ceil(bytes.length / pieces);
  let sent = 0;
  const timer = setInterval(() => {
    if (request.destroyed || sent >= bytes.length) return clearInterval(timer);
    sent += size;
    return sent >= bytes.length ? request.end(bytes.subarray(sent - size)) : request.write(bytes.subarray(sent - size, sent));
  }, (1000 * seconds) / pieces);
  request.once('close', () => clearInterval(timer));
}

/** Everything that comes until the server closes, after these bytes: for what a parser of HTTP would not show. */
export function askBytes(origin, text, from) {
  const url = new URL(origin);
  const host = url.hostname.replace(/^\[|\]$/g, '');
  const options = { host, port: Number(url.port) || (url.protocol === 'https:' ? 443 : 80), ...(from ? { localAddress: from } : {}) };
  return new Promise((resolve, reject) => {
    const socket = url.protocol === 'https:' ? tls.connect({ ...options, servername: host, ALPNProtocols: ['http/1.1'] }) : net.connect(options);
    const parts = [];
    socket.setTimeout(SILENCE_MS, () => socket.destroy(new Failed(`silent for ${SILENCE_MS / 1000} s`)));
    socket.on('data', (part) => parts.push(part));
    socket.once('error', (error) => reject(error instanceof Failed ? error : new Failed(`no answer (${error.code ?? error.message})`)));
    socket.once('end', () => resolve(Buffer.concat(parts)));
    socket.write(text);
  });
}
