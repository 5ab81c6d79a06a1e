// A key of its own for a proxy: what it alters it signs anew, and its configuration names this key. What is found then is the alteration, and
// no signature that does not hold.

import { createHash, createPrivateKey, sign } from 'node:crypto';

import * as cbor from 'cborg';
import * as twoken from 'twoken';

/** PKCS #8 of an Ed25519 key, before its seed (RFC 8410). */
const PKCS8 = Buffer.from('302e020100300506032b657004220420', 'hex');
const MAPS = { useMaps: true };
const LABELS = { config: 'twoken/v1/config', header: 'twoken/v1/header', index: 'twoken/v1/index', studies: 'twoken/v1/studies' };

export class Liar {
  constructor() {
    this.key = twoken.SigningKey.generate();
    this.publicKey = this.key.publicKey();
    this.signer = createPrivateKey({ key: Buffer.concat([PKCS8, this.key.toBytes()]), format: 'der', type: 'pkcs8' });
  }

  /** Signs bytes under a label of section 4. */
  sign(label, body) {
    return sign(null, Buffer.concat([Buffer.from(LABELS[label]), body]), this.signer);
  }

  /** `signature 64 | body` with another body, or the same. */
  resigned(label, bytes, change = (body) => body) {
    const body = Buffer.from(change(Buffer.from(bytes).subarray(64)));
    return Buffer.concat([this.sign(label, body), body]);
  }

  /** Puts this key into a configuration's answer, and signs it. */
  config(answer, change = (config) => config) {
    const config = JSON.parse(answer.body);
    const changed = { ...(change(config) ?? config) };
    changed.signing_key = this.publicKey;
    answer.body = Buffer.from(JSON.stringify(changed));
    answer.headers['twoken-signature'] = this.sign('config', answer.body).toString('base64url');
  }

  /** Heads of the server's chain, and those of this key's in their place. */
  heads = new Map();

  /**
   * Puts this key's signatures into an index's answer: of all headers, and of the index. Bodies are maps by the numbers of section 17.2 and 18.
   *
   * @param {{ header?: (header: Map<number, unknown>) => void, body?: (body: Map<number, unknown>) => void }} change
   */
  index(answer, { header: changeHeader = () => undefined, body: changeBody = () => undefined } = {}) {
    const body = cbor.decode(answer.body.subarray(64), MAPS);
    const hex = (head) => Buffer.from(head).toString('hex');
    const after = (head, signed) => createHash('sha256').update('twoken/v1/head').update(head).update(signed).digest();
    let theirs = body.get(3);
    let own = this.heads.get(hex(theirs)) ?? theirs;
    body.set(3, own);
    const headers = body.get(4).map((signed) => {
      const resigned = this.resigned('header', signed, (bytes) => {
        const header = cbor.decode(bytes, MAPS);
        changeHeader(header);
        return cbor.encode(header);
      });
      [theirs, own] = [after(theirs, signed), after(own, resigned)];
      this.heads.set(hex(theirs), own);
      return resigned;
    });
    body.set(4, headers);
    changeBody(body);
    const encoded = Buffer.from(cbor.encode(body));
    answer.body = Buffer.concat([this.sign('index', encoded), encoded]);
  }
}
