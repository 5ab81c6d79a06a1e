// What a requirement is given: the server, the package, people, and what the operator offers.

import * as cbor from 'cborg';
import * as twoken from 'twoken';

import { ask } from './ask.mjs';
import { Person, meet } from './people.mjs';
import { NEEDS, missing } from './operator.mjs';
import { Failed, Skipped, accepted, that } from './verdict.mjs';

const DAY = 86_400;
/** What a clock that is put ahead by whole days may be off, in seconds. */
const SLACK = 30;
const now = () => Math.floor(Date.now() / 1000);
let lane = 0;

export class Kit {
  twoken = twoken;
  cbor = cbor;
  Person = Person;
  /** The local address from which is asked: another one for each requirement, where the server tells them apart. */
  from;
  /** Whether this machine's one address was told to wait in this requirement. */
  waited = false;
  #offset;
  #config;

  constructor(operator) {
    this.operator = operator;
  }

  get origin() {
    return this.operator.origin;
  }

  /** Skips the requirement unless the operator offers these. */
  need(...needs) {
    const lacking = missing(this.operator, needs);
    if (lacking.length > 0) throw new Skipped(lacking.map((need) => `${NEEDS[need]} (${need})`).join(', '));
  }

  /** Skips the requirement unless the operator has this of its functions. */
  offered(name, what) {
    if (!this.operator[name]) throw new Skipped(what);
    return this.operator[name].bind(this.operator);
  }

  // Asking.

  /** One request, as `ask.mjs` has it. */
  async ask(path, options = {}) {
    const answer = await ask(this.origin, path, { from: this.from, ...options });
    if (answer.status === 429 && !this.operator.addresses) this.waited = true;
    return answer;
  }

  get(path, headers = {}) {
    return this.ask(path, { headers });
  }

  /** An address of its own, as of somebody else; `undefined` where the server does not tell this machine's apart. */
  elsewhere() {
    if (!this.operator.addresses) return undefined;
    lane += 1;
    return `127.${1 + ((lane >> 14) & 63)}.${(lane >> 7) & 127}.${1 + (lane & 127)}`;
  }

  /** An answer to somebody of whom nothing was counted; skips where this machine's one address has to wait before anything was tried. */
  first(answer) {
    if (answer.status === 429 && !this.operator.addresses) throw new Skipped('an address that does not have to wait already: try it alone, with --only');
    return answer;
  }

  /** The package's client. It asks through `ask`, from the same address. */
  client() {
    return new twoken.Client(this.origin, { fetch: (address, init) => this.#fetched(address, init) });
  }

  async #fetched(address, { method, headers, body, signal } = {}) {
    signal?.throwIfAborted();
    const answer = await this.ask(new URL(address).pathname, { method, headers, ...(body === null ? {} : { body }) });
    signal?.throwIfAborted();
    const pairs = answer.names.map((name, at) => [name, answer.rawHeaders[2 * at + 1]]);
    return new Response([204, 304].includes(answer.status) ? null : answer.body, { status: answer.status, headers: pairs });
  }

  // Time: the server's.

  async look() {
    const { headers } = await this.get('/v1/config');
    const date = Date.parse(headers.date ?? '');
    that(!Number.isNaN(date), 'GET /v1/config: no date, without which nothing can be asked at the right time');
    this.#offset = Math.abs(date / 1000 - now()) < 2 ? 0 : date / 1000 - now();
    this.#config = undefined;
  }

  /** Seconds, by the server's clock. */
  now() {
    return now() + this.#offset;
  }

  today() {
    return twoken.dayOf(this.now());
  }

  /** The date so many days from today. */
  day(after) {
    return twoken.dayOf(this.now() + after * DAY);
  }

  week() {
    return twoken.weekOf(this.now());
  }

  /** The server's clock goes so many days further ahead. */
  async ahead(days) {
    this.need('C');
    await this.operator.ahead(this.#ahead() + days);
    await this.look();
  }

  /** How many days it is ahead, a few seconds aside: others may have put it there. */
  #ahead() {
    const days = this.#offset / DAY;
    return Math.abs(days - Math.round(days)) * DAY < SLACK ? Math.round(days) : days;
  }

  async restart() {
    this.need('R');
    await this.operator.restart();
    await this.look();
  }

  /** Changes the operator's settings, as far as they can be. What was before is for the requirement to bring back. */
  async change(settings = {}) {
    await this.offered('change', 'a way to change the configuration (R)')(settings);
    await this.look();
  }

  // The configuration.

  /** { body, signature, config, pin, digest }, verified by the package; read once until something is changed. */
  async config() {
    return (this.#config ??= await this.freshConfig());
  }

  async freshConfig() {
    const answer = accepted(await this.get('/v1/config'));
    const signature = answer.headers['twoken-signature'];
    that(signature, 'GET /v1/config: no twoken-signature');
    const signed = held('the configuration', () => twoken.SignedConfig.verify(answer.body, signature));
    return { body: answer.body, signature, signed, config: signed.config(), pin: signed.pin(), digest: signed.digest };
  }

  /** The id of the root. */
  async root() {
    return (await this.config()).config.regions.find(({ parent }) => parent === null || parent === undefined).id;
  }

  // TANs and permits.

  /** Valid TANs, as they are shown. */
  async tans(count, { class: of = 'patient', hours } = {}) {
    this.need('A');
    if (this.operator.apiKey && this.operator.tanKey) {
      const tans = Array.from({ length: count }, () => twoken.Tan.generate().display());
      const body = { class: of, hashes: tans.map((tan) => this.hash(tan)), ...(hours === undefined ? {} : { expires_in_hours: hours }) };
      accepted(await this.deliver(body));
      return tans;
    }
    const given = await this.operator.tans({ count, class: of, ...(hours === undefined ? {} : { hours }) });
    if (!given) throw new Skipped(`more TANs, or the authority's API key and TAN key (A)`);
    return given;
  }

  async tan(options) {
    return (await this.tans(1, options))[0];
  }

  /** A TAN's hash under the key that the authority shares with the server. */
  hash(tan) {
    if (!this.operator.tanKey) throw new Skipped("the authority's API key and TAN key (A)");
    return twoken.TanKey.fromHex(this.operator.tanKey).hash(twoken.Tan.parse(tan));
  }

  /** `POST /v1/authority/tans` under the right key. */
  deliver(body, options = {}) {
    if (!this.operator.apiKey) throw new Skipped("the authority's API key and TAN key (A)");
    const { headers, ...others } = options;
    return this.ask('/v1/authority/tans', { method: 'POST', body, headers: { authorization: `Bearer ${this.operator.apiKey}`, ...headers }, ...others });
  }

  /** What is sent for a TAN; `tan` as it is shown. */
  pending(tan, { class: of = 'patient', week = this.week() } = {}) {
    return new twoken.PendingPermit(twoken.Tan.parse(tan), of, week);
  }

  redeem(request, options = {}) {
    return this.ask('/v1/permits', { method: 'POST', body: request, ...options });
  }

  /** A permit that authorises one body. */
  async permit({ class: of = 'patient', week = this.week(), tan } = {}) {
    const pending = this.pending(tan ?? (await this.tan({ class: of })), { class: of, week });
    const answer = accepted(await this.redeem(pending.request()));
    const { pin } = await this.config();
    return held('the permit', () => pending.finalize(answer.json(), pin.permit_key));
  }

  // Reports.

  person() {
    return new Person();
  }

  /** Two people who have met. */
  met({ at = this.now(), oneWay = false } = {}) {
    const [one, other] = [new Person(), new Person()];
    if (!meet(one, other, at, oneWay)) throw new Error('the two did not meet');
    return [one, other];
  }

  meet(one, other, { at = this.now(), oneWay = false } = {}) {
    return meet(one, other, at, oneWay);
  }

  /** What this person reports, as a body that is ready to be authorised. */
  async body(person, { region, testDay = this.today(), redaction = new twoken.Redaction(), ...others } = {}) {
    const { config } = await this.config();
    const chosen = redaction.apply(person.diary, person.emissions);
    return twoken.UploadBody.build(chosen, { testDay, region: region ?? (await this.root()), mode: config.mode, ...others });
  }

  /** Sends an authorised body: { header, body }. */
  upload({ header, body }, options = {}) {
    const { headers, ...others } = options;
    const permit = header === undefined ? {} : { 'twoken-permit': header };
    return this.ask('/v1/uploads', { method: 'POST', body, type: twoken.UPLOAD_MEDIA_TYPE, headers: { ...permit, ...headers }, ...others });
  }

  uploadProven(body, options = {}) {
    return this.ask('/v1/uploads', { method: 'POST', body, type: twoken.PROVEN_MEDIA_TYPE, ...options });
  }

  /** A person's whole report under a permit of its own; answers what was sent. */
  async report(person, options = {}) {
    const body = await this.body(person, options);
    const sent = (await this.permit()).authorise(body);
    accepted(await this.upload(sent));
    return sent;
  }

  // What is published.

  async seal() {
    this.need('B');
    return this.operator.seal();
  }

  /** Bytes of an index, as they came. */
  async indexBytes(region, day = this.today()) {
    return accepted(await this.get(`/v1/regions/${region ?? (await this.root())}/${day}`)).body;
  }

  /** An index that the package verified. */
  async index(region, day = this.today()) {
    const of = region ?? (await this.root());
    const { pin } = await this.config();
    const bytes = await this.indexBytes(of, day);
    return held(`the index of ${of} and ${day}`, () => twoken.Index.verify(bytes, pin.signing_key, of, day, this.now()));
  }

  /** Headers of a day's batches, verified. */
  async headers(region, day) {
    return (await this.index(region, day)).after();
  }

  /** A file of a batch: `entries`, `filter` or `pages/N`. */
  async file(id, name = 'entries') {
    return accepted(await this.get(`/v1/batches/${id}/${name}`)).body;
  }

  /** Batches of a day with their entries file: [{ header, info, file }]. */
  async batches(region, day) {
    const found = [];
    for (const header of await this.headers(region, day)) {
      const info = header.info();
      found.push({ header, info, file: await this.file(info.id) });
    }
    return found;
  }
}

/** Does something of the package with what the server said; that it is refused is the server's failure. */
export function held(what, act) {
  try {
    return act();
  } catch (error) {
    if (error instanceof twoken.TwokenError) throw new Failed(`${what} does not hold: ${error.code}`);
    throw error;
  }
}
