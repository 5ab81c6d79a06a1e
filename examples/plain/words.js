// What a person is told, by the code of what went wrong. The messages of errors are for developers.

const WORDS = {
  'encounter.own': 'That is your own code. Scan the other person’s.',
  'beacon.stale': 'This code is over. Ask for a fresh one.',
  'beacon.future': 'This code is of a later moment. Are both clocks right?',
  'tan.length': 'A TAN has 14 characters.',
  'tan.symbol': 'There is a character in it that no TAN has.',
  'tan.check': 'A character is wrong or two are swapped. Compare it once more.',
  'upload.nothing': 'There is nothing to report: nobody was met, or everybody stays out.',
  'upload.too_many': 'That is more than one report holds. Leave some out.',
  'server.tan-unknown': 'The server does not know this TAN. Compare it once more.',
  'server.tan-used': 'This TAN was used before. Ask for another one.',
  'server.tan-expired': 'This TAN is over. Ask for another one.',
  'server.tan-revoked': 'This TAN was withdrawn. Ask for another one.',
  'server.week-refused': 'It is another week by now: send it once more.',
  'server.too-many-requests': 'The server asks you to wait. Try again in some minutes.',
  'network.unreachable': 'The server was not reached. Try again when you are online.',
  'network.timeout': 'The server does not answer. Try again later.',
  'wire.key_changed': 'This server has other keys than before. It is not asked any more.',
  'batch.mode': 'This server is of private mode, which this example does not know.',
};
const KINDS = [
  [/^(beacon|encounter|encoding|gatt)\./, 'This is no Twoken code, or a damaged one.'],
  [/^server\.answer/, 'What answers there is no Twoken server.'],
  [/^(wire|batch|filter)\./, 'What the server gave does not verify. Nothing of it counts.'],
  [/^server\./, 'The server refuses this.'],
];

export function words(error) {
  const { code } = error;
  if (!code) return error.message;
  return WORDS[code] ?? KINDS.find(([kind]) => kind.test(code))?.[1] ?? `That did not work (${code}).`;
}
