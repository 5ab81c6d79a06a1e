// Measures a phone's half of a query in WebAssembly, ours and the peer's, and the peer's server in WebAssembly; writes JSON.
// Usage: node bench/psi/run.mjs MODULE.js PEER/psi_wasm_node.js   (the module that wasm-bindgen made for Node)
import path from 'node:path';
import { createRequire } from 'node:module';

const ASKED = 1000;
const PUBLISHED = 100_000;
const PAGES = Math.ceil(PUBLISHED / 256);
// An element that is not there is taken for one that is with 2^-40, as by our filter; the peer states it for the whole query.
const ERROR = ASKED * 2 ** -40;
const RUNS = 5;

const [module, peer] = process.argv.slice(2);
if (!peer) {
  console.error('usage: node bench/psi/run.mjs MODULE.js PEER/psi_wasm_node.js');
  process.exit(2);
}
const require = createRequire(import.meta.url);
const { Asking } = require(path.resolve(module));
const psi = await require(path.resolve(peer))();

// A query that is as full as dummies allow: what a point costs. And one of 1,000 encounters, padded to the next size.
const full = Asking.of(192, 192, 192, PAGES);
const padded = Asking.of(400, 350, 250, PAGES);
const inputs = Array.from({ length: ASKED }, (_, nth) => `Element ${nth}`);
const setUp = spent(() => {
  const server = psi.server.createWithNewKey(false);
  const published = Array.from({ length: PUBLISHED }, (_, nth) => `Element ${nth * 2}`);
  return { server, setup: server.createSetupMessage(ERROR, ASKED, published) };
});
const { server, setup } = setUp.value;
const answered = [];
const theirs = fastest(() => {
  const client = psi.client.createWithNewKey(false);
  const asking = spent(() => client.createRequest(inputs));
  const answering = spent(() => server.processRequest(asking.value));
  const taking = spent(() => client.getIntersectionSize(setup, answering.value));
  if (taking.value !== ASKED / 2) throw new Error(`the peer counts ${taking.value} of ${ASKED / 2}`);
  answered.push(answering.milliseconds);
  client.delete();
  return asking.milliseconds + taking.milliseconds;
});
console.log(
  JSON.stringify({
    client: { ours: ours(full) / full.points(), padded: ours(padded) / ASKED, theirs: theirs / ASKED },
    points: { full: full.points(), padded: padded.points() },
    server: { theirs: Math.min(...answered) / ASKED },
    setup: { theirs: setUp.milliseconds / PUBLISHED, bytes: setup.serializeBinary().length / PUBLISHED },
  }),
);

function ours(asking) {
  return fastest(() => {
    const asked = spent(() => asking.ask());
    if (!asked.value) throw new Error('the core refused what the bench made up');
    return asked.milliseconds;
  });
}

// The processor's time: all of it is computing, on one core, and other programs make it no longer.
function spent(run) {
  const before = process.cpuUsage();
  const value = run();
  const { user, system } = process.cpuUsage(before);
  return { value, milliseconds: (user + system) / 1000 };
}

// The first ones are compiled while they run.
function fastest(run) {
  return Math.min(...Array.from({ length: RUNS }, run));
}
