// The form of a configuration (docs/protocol.md, 21.2) and the ranges of its members (15).

import { shown, that } from '../../src/verdict.mjs';

const U32 = 2 ** 32;
const SIZES = [64, 256, 1024, 2048];

const number = (least, most) => [(value) => Number.isInteger(value) && value >= least && value <= most, `a number from ${least} to ${most}`];
const text = [(value) => typeof value === 'string', 'text'];
const list = ([is, what]) => [(value) => Array.isArray(value) && value.every(is), `a list of ${what}`];
const oneOf = (...values) => [(value) => values.includes(value), values.join(' or ')];
const orNull = ([is, what]) => [(value) => value === null || is(value), `${what} or null`];
const pattern = (of, what) => [(value) => typeof value === 'string' && of.test(value), what];

const REGION = pattern(/^[a-z0-9-]{1,16}$/, 'the id of a region');
const KEY = pattern(/^[\w-]{43}$/, 'base64url of 32 bytes');
const ANY = number(0, U32 - 1);
const POSITIVE = number(1, U32 - 1);

const FORM = {
  version: oneOf(1),
  name: text,
  mode: oneOf('open', 'private'),
  profile: oneOf('strict', 'demo'),
  signing_key: KEY,
  permit_key: KEY,
  regions: { each: { id: REGION, name: text, parent: orNull(REGION) } },
  size_classes: { entries: list(ANY) },
  retention_days: ANY,
  seal_every_seconds: ANY,
  min_uploads: ANY,
  max_wait_hours: ANY,
  seal_anyway_after_hours: orNull(ANY),
  upload_delay_seconds: { min: ANY, max: ANY },
  check_every_seconds: ANY,
  'decoys_per_week?': ANY,
  'risk?': {
    'high_minutes?': ANY,
    'medium_minutes?': ANY,
    'close_attenuation_db?': ANY,
    'near_attenuation_db?': ANY,
    'near_percent?': ANY,
    'second_degree_percent?': ANY,
  },
  'proofs?': { 'depth?': ANY, 'per_page?': ANY },
  advice: { nullable: { source: text, date: text, en: list(text), de: list(text) } },
  'previous_digests?': list(pattern(/^[0-9a-f]{64}$/, 'hex of 32 bytes')),
};

/** What a number may be, whatever its form allows. */
const RANGES = {
  retention_days: number(1, 14),
  seal_every_seconds: POSITIVE,
  min_uploads: POSITIVE,
  check_every_seconds: number(1, 86_400),
  'upload_delay_seconds.min': number(0, 86_400),
  'upload_delay_seconds.max': number(0, 86_400),
  decoys_per_week: number(0, 10_080),
  'risk.high_minutes': number(1, 1440),
  'risk.medium_minutes': number(1, 1440),
  'risk.close_attenuation_db': number(0, 255),
  'risk.near_attenuation_db': number(0, 255),
  'risk.near_percent': number(0, 100),
  'risk.second_degree_percent': number(0, 100),
  'proofs.depth': number(1, 3),
  'proofs.per_page': number(1, 65_535),
};

const isObject = (value) => typeof value === 'object' && value !== null && !Array.isArray(value);

/** Members that the document does not name are passed over. */
function ofForm(value, form, at) {
  that(isObject(value), `${at || 'the configuration'} is ${shown(value)}, and no object`);
  for (const [written, rule] of Object.entries(form)) {
    const name = written.replace(/\?$/, '');
    const place = at ? `${at}.${name}` : name;
    if (!(name in value)) {
      that(name !== written, `${place} is missing`);
      continue;
    }
    const member = value[name];
    if (Array.isArray(rule)) that(rule[0](member), `${place} is ${shown(member)}, and not ${rule[1]}`);
    else if (rule.each) {
      that(Array.isArray(member) && member.length > 0, `${place} is no list of at least one`);
      member.forEach((one, index) => ofForm(one, rule.each, `${place}[${index}]`));
    } else if (rule.nullable) {
      if (member !== null) ofForm(member, rule.nullable, place);
    } else ofForm(member, rule, place);
  }
}

export function ofConfig(config) {
  ofForm(config, FORM, '');
}

export function ranges(config) {
  for (const [place, [is, what]] of Object.entries(RANGES)) {
    const value = place.split('.').reduce((of, name) => of?.[name], config);
    // What may be left out has a default.
    if (value === undefined) continue;
    that(is(value), `${place} is ${shown(value)}, and not ${what}`);
  }
  const { entries } = config.size_classes;
  const ascend = entries.every((size, at) => SIZES.includes(size) && (at === 0 || size > entries[at - 1]));
  that(entries.length > 0 && ascend, `size_classes.entries is ${shown(entries)}`);
  const { min, max } = config.upload_delay_seconds;
  that(min <= max, `upload_delay_seconds is from ${min} to ${max}`);
}

/** One root, and every other leads to it. */
export function tree(regions) {
  const parents = new Map(regions.map(({ id, parent }) => [id, parent]));
  that(parents.size === regions.length, 'two regions have the same id');
  const roots = regions.filter(({ parent }) => parent === null);
  that(roots.length === 1, `${roots.length} regions have no parent`);
  for (const { id } of regions) {
    let at = id;
    for (let steps = 0; parents.get(at) !== null; steps += 1) {
      at = parents.get(at);
      that(parents.has(at) && steps < regions.length, `region ${id} does not lead to the root`);
    }
  }
}
