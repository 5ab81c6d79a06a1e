// Servers whose configuration is not right. They sign it, so that what is found is no signature.

import { Liar } from '../support/liar.mjs';

const isConfig = ({ path }) => path === '/v1/config';

/** A server that signs another configuration. */
const lies = (change) => {
  const liar = new Liar();
  return (answer, request) => {
    if (isConfig(request) && answer.status === 200) liar.config(answer, change);
  };
};

/** A server that has this in the place of a key: its own signature holds, or none does. */
const keyed = (name, key) => (answer, request) => {
  if (!isConfig(request)) return;
  answer.body = Buffer.from(JSON.stringify({ ...JSON.parse(answer.body), [name]: key }));
};

export default [
  { id: 'S-CFG-1', name: 'another version', answer: lies((config) => ({ ...config, version: 2 })) },
  { id: 'S-CFG-1', name: 'a name that is none', answer: lies((config) => ({ ...config, name: 7 })) },
  { id: 'S-CFG-1', name: 'no advice', answer: lies(({ advice: _, ...others }) => others) },
  { id: 'S-CFG-1', name: 'a region in capitals', answer: lies((config) => ({ ...config, regions: [{ id: 'ROOT', name: 'x', parent: null }] })) },
  { id: 'S-CFG-1', name: '257 KiB', answer: lies((config) => ({ ...config, other: 'x'.repeat(257 * 1024) })) },
  {
    id: 'S-CFG-2',
    answer(answer, request) {
      if (isConfig(request)) answer.body = Buffer.concat([answer.body, Buffer.from('\n')]);
    },
  },
  {
    id: 'S-CFG-2',
    name: 'padded',
    answer(answer, request) {
      if (isConfig(request)) answer.headers['twoken-signature'] += '==';
    },
  },
  { id: 'S-CFG-3', name: 'the identity of Ed25519', answer: keyed('signing_key', `AQ${'A'.repeat(41)}`) },
  { id: 'S-CFG-3', name: 'the identity of ristretto255', answer: lies((config) => ({ ...config, permit_key: 'A'.repeat(43) })) },
  { id: 'S-CFG-3', name: 'no element', answer: lies((config) => ({ ...config, permit_key: `AQ${'A'.repeat(41)}` })) },
  { id: 'S-CFG-4', name: 'retention', answer: lies((config) => ({ ...config, retention_days: 15 })) },
  { id: 'S-CFG-4', name: 'delay', answer: lies((config) => ({ ...config, upload_delay_seconds: { min: 2, max: 1 } })) },
  { id: 'S-CFG-4', name: 'sizes', answer: lies((config) => ({ ...config, size_classes: { entries: [256, 64] } })) },
  { id: 'S-CFG-4', name: 'depth', answer: lies((config) => ({ ...config, proofs: { depth: 4, per_page: 512 } })) },
  { id: 'S-CFG-4', name: 'two roots', answer: lies((config) => ({ ...config, regions: config.regions.map((region) => ({ ...region, parent: null })) })) },
  {
    id: 'S-CFG-4',
    name: 'a ring',
    answer: lies((config) => ({ ...config, regions: [...config.regions, { id: 'a', name: 'A', parent: 'b' }, { id: 'b', name: 'B', parent: 'a' }] })),
  },
  {
    id: 'S-CFG-5',
    name: 'by language',
    answer: (() => {
      const liar = new Liar();
      return (answer, request) => {
        if (isConfig(request)) liar.config(answer, (config) => ({ ...config, name: request.headers['accept-language'] === 'de' ? 'Amt' : 'Office' }));
      };
    })(),
  },
  {
    id: 'S-CFG-5',
    name: 'by address',
    answer: (() => {
      const liar = new Liar();
      return (answer, request) => {
        if (isConfig(request)) liar.config(answer, (config) => ({ ...config, name: request.from }));
      };
    })(),
  },
  {
    id: 'S-CFG-6',
    name: 'after a restart',
    answer(answer, request, proxy) {
      if (isConfig(request) && proxy.memory.liar) proxy.memory.liar.config(answer);
    },
    operator: (operator, proxy) => ({
      async restart() {
        await operator.restart();
        proxy.memory.liar = new Liar();
      },
    }),
  },
  {
    id: 'S-CFG-6',
    name: 'after a change',
    answer(answer, request, proxy) {
      if (isConfig(request) && proxy.memory.liar) proxy.memory.liar.config(answer);
    },
    operator: (operator, proxy) => ({
      async change(settings) {
        await operator.change(settings);
        proxy.memory.liar = new Liar();
      },
    }),
  },
  {
    id: 'S-CFG-7',
    name: 'no earlier ones',
    answer: (() => {
      const liar = new Liar();
      return (answer, request) => {
        if (isConfig(request)) liar.config(answer, ({ previous_digests: _, ...others }) => others);
        if (request.path.startsWith('/v1/regions/') && answer.status === 200) liar.index(answer);
      };
    })(),
  },
  { id: 'S-CFG-8', world: 'strict', answer: lies((config) => ({ ...config, min_uploads: 4 })) },
];
