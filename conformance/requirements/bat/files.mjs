// The files of a batch: form, digests, filter, single pages, caching (docs/protocol.md, 17 and 20.2).

import { LINE, PAGE, equal, filterOf, hex, isElement, must, readLines, sha256 } from '../../src/published.mjs';
import { random, refuses, someBatches } from '../../src/shelf.mjs';

const KEPT = 'public, max-age=1209600, immutable';

/** All files of a batch with what each is known by: of a page its digest, of the others that of the signed header. */
function files(header) {
  const last = header.pages.length - 1;
  const pages = [...new Set([0, last])].map((page) => [`pages/${page}`, header.pages[page]]);
  return [['entries', header.digest], ['filter', header.digest], ...pages];
}

export default [
  {
    id: 'S-BAT-5',
    on: ['open', 'private'],
    async holds(kit) {
      for (const { shelf, header } of await someBatches(kit)) {
        const file = await shelf.file(header);
        const page = PAGE * LINE[header.mode];
        must(file.length >= page && file.length % page === 0, `an entries file has ${file.length} bytes, and a page ${page}`);
        must(file.length === page * header.pages.length, `an entries file has ${file.length / page} pages, its header ${header.pages.length}`);
      }
    },
  },
  {
    id: 'S-BAT-6',
    on: ['open', 'private'],
    async holds(kit) {
      for (const { shelf, header } of await someBatches(kit)) {
        const lines = readLines(await shelf.file(header), header.mode);
        lines.slice(1).forEach(({ line }, at) => must(Buffer.compare(lines[at].line, line) < 0, `line ${at + 1} of an entries file does not ascend`));
        lines.forEach(({ tag }, at) => must(isElement(tag), `the tag of line ${at} of an entries file is no element`));
      }
    },
  },
  {
    id: 'S-BAT-7',
    on: ['open', 'private'],
    async holds(kit) {
      // Every header that an index lists is read whole: signature, encoding, form, and what agrees with what.
      for (const { shelf, header, config } of await someBatches(kit)) {
        shelf.twoken.BatchHeader.verify(header.signed, config.signing_key);
        must(header.mode === config.mode, `a header is of ${header.mode} mode, the server of ${config.mode} mode`);
      }
    },
  },
  {
    id: 'S-BAT-8',
    on: ['open', 'private'],
    async holds(kit) {
      for (const { shelf, header } of await someBatches(kit)) {
        must(hex(sha256(await shelf.file(header, 'filter'))) === header.filter, "a filter's digest is not the header's");
        const file = await shelf.file(header);
        const length = file.length / header.pages.length;
        header.pages.forEach((digest, at) => {
          must(hex(sha256(file.subarray(at * length, (at + 1) * length))) === digest, `the digest of page ${at} is not the header's`);
        });
      }
    },
  },
  {
    id: 'S-BAT-9',
    on: ['open', 'private'],
    async holds(kit) {
      for (const { shelf, header } of await someBatches(kit)) {
        const tags = readLines(await shelf.file(header), header.mode).map(({ tag }) => tag);
        must(equal(await shelf.file(header, 'filter'), filterOf(tags)), 'a filter is not that of the tags of its entries file');
      }
    },
  },
  {
    id: 'S-BAT-10',
    on: ['open', 'private'],
    async holds(kit) {
      const [{ shelf }] = await someBatches(kit);
      await shelf.published();
      const ids = (await shelf.headers()).map(({ id }) => id);
      must(new Set(ids).size === ids.length, 'two batches have the same id');
    },
  },
  {
    id: 'S-BAT-11',
    on: ['open', 'private'],
    async holds(kit) {
      const batches = await someBatches(kit);
      for (const { shelf, header } of batches) {
        const file = await shelf.file(header);
        const length = file.length / header.pages.length;
        for (let page = 0; page < Math.min(header.pages.length, 8); page += 1) {
          const part = await shelf.file(header, `pages/${page}`);
          must(equal(part, file.subarray(page * length, (page + 1) * length)), `page ${page} is not that part of the entries file`);
        }
      }
      const [{ shelf, header }] = batches;
      const count = header.pages.length;
      for (const page of [count, '65536', '4294967296', '99999999999999999999', '+0', '-0', '-1', '00', '01', '0.0', '0x0', '1e0', 'a', '%30%20']) {
        refuses(await kit.get(`/v1/batches/${header.id}/pages/${page}`), 'not-found', `page ${page} of ${count}`);
      }
      for (const id of [hex(random(16)), '0'.repeat(32), header.id.slice(1), `${header.id}0`, 'batch']) {
        for (const file of ['entries', 'filter', 'pages/0']) refuses(await kit.get(`/v1/batches/${id}/${file}`), 'not-found', `${file} of an unknown batch`);
      }
    },
  },
  {
    id: 'S-BAT-12',
    on: ['open', 'private'],
    async holds(kit) {
      const { shelf, header } = (await someBatches(kit))[0];
      const read = async () => Promise.all(files(header).map(async ([file]) => hex(sha256(await shelf.file(header, file)))));
      const before = await read();
      const same = async (when) => must((await read()).every((digest, at) => digest === before[at]), `a file of a batch is another one ${when}`);
      await same('when it is asked for again');
      await shelf.published();
      await same('after another batch was sealed');
      if (!kit.operator.restart) return;
      await kit.restart();
      await same('after a restart');
    },
  },
  {
    id: 'S-BAT-13',
    on: ['open', 'private'],
    async holds(kit) {
      const { shelf, header } = (await someBatches(kit))[0];
      for (const [file, digest] of files(header)) {
        const path = `/v1/batches/${header.id}/${file}`;
        const etag = `"${digest}"`;
        const known = (answer, what) => {
          must(answer.headers.etag === etag, `${what}: the etag is ${answer.headers.etag}`);
          must(answer.headers['cache-control'] === KEPT, `${what}: cache-control is ${answer.headers['cache-control']}`);
        };
        const whole = await kit.get(path);
        must(whole.status === 200, `${file} answers ${whole.status}`);
        known(whole, file);
        const other = `"${'0'.repeat(64)}"`;
        for (const match of [etag, `W/${etag}`, `${other}, ${etag}`, `${other},W/${etag} , "a"`, '*']) {
          const answer = await kit.get(path, { 'if-none-match': match });
          must(answer.status === 304, `${file} with if-none-match: ${match} answers ${answer.status}`);
          must(answer.body.length === 0, `${file}: a 304 has a body`);
          known(answer, `a 304 of ${file}`);
        }
        for (const match of [other, digest, `"${digest.slice(1)}"`, '"*"']) {
          const answer = await kit.get(path, { 'if-none-match': match });
          must(answer.status === 200 && answer.body.length === whole.body.length, `${file} with another etag answers ${answer.status}`);
        }
      }
    },
  },
];
