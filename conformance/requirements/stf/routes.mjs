// The console's routes, with a body of the form that each takes.

const ID = '0'.repeat(32);
const TOKEN = 'A'.repeat(43);
const TAN = '0'.repeat(14);
const BLINDED = Buffer.alloc(32).toString('base64url');

/** What takes an open session of anybody's: method, route, body. */
export const SIGNED_IN = [
  ['POST', 'session/stay'],
  ['POST', 'tans', { tans: [TAN] }],
  ['POST', 'tans/state', { tan: TAN }],
  ['POST', 'tans/revocation', { tan: TAN }],
  ['POST', 'permits', { blinded: BLINDED, week: 1 }],
];
export const SUPERVISORS = [
  ['GET', 'audit'],
  ['GET', 'figures'],
];
export const ADMINISTRATORS = [
  ['GET', 'accounts'],
  ['PATCH', `accounts/${ID}`, { disabled: true }],
  ['POST', 'invitations', { role: 'clinician' }],
  ['DELETE', `invitations/${ID}`],
];
/** What takes a session in any state. */
export const SESSION = [
  ['GET', 'session'],
  ['POST', 'session/lock'],
  ['POST', 'session/unlock', { password: 'nothing of the kind' }],
  ['POST', 'session/code', { code: '000000' }],
  ['POST', 'session/password', { current: 'nothing of the kind', new: 'nothing of another kind' }],
  ['DELETE', 'session'],
];
/** What takes none. */
export const STRANGERS = [
  ['POST', 'session', { name: 'nobody of the kit', password: 'nothing of the kind' }],
  ['POST', 'invitations/state', { token: TOKEN }],
  ['POST', 'invitations/accept', { token: TOKEN, name: 'nobody of the kit', password: 'nothing of the kind' }],
  ['POST', 'invitations/confirm', { token: TOKEN, code: '000000' }],
];

export const WITH_SESSION = [...SIGNED_IN, ...SUPERVISORS, ...ADMINISTRATORS, ...SESSION];
