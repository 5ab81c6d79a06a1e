// Codes of refusals and their statuses (docs/protocol.md, 20.4).

const BY_STATUS = {
  400: ['body-malformed', 'tan-malformed', 'permit-malformed', 'upload-malformed', 'report-malformed', 'query-malformed'],
  401: ['unauthorized', 'sign-in-refused', 'session-ended'],
  403: [
    'class-refused', 'permit-refused', 'week-refused', 'degree-refused', 'entries-refused', 'proof-refused', 'page-refused', 'code-refused',
    'password-refused', 'sign-in-unfinished', 'origin-refused', 'role-refused',
  ],
  404: ['tan-unknown', 'study-unknown', 'withdrawal-unknown', 'day-set-unknown', 'not-found', 'invitation-unknown'],
  405: ['method-not-allowed'],
  409: [
    'tan-used', 'permit-used', 'page-spent', 'proof-used', 'study-full', 'report-repeated', 'day-set-open', 'name-taken',
    'last-administrator',
  ],
  410: ['tan-expired', 'tan-revoked', 'study-ended', 'withdrawal-late', 'day-set-expired'],
  413: ['body-too-large'],
  415: ['unsupported-media-type'],
  422: [
    'upload-size', 'mode-refused', 'cover-refused', 'page-unknown', 'report-refused', 'region-unknown', 'query-size', 'password-weak',
    'name-refused',
  ],
  423: ['session-locked'],
  429: ['query-limit', 'too-many-requests'],
  500: ['internal'],
  503: ['timeout'],
};

/** Status by code. */
export const STATUS = Object.fromEntries(Object.entries(BY_STATUS).flatMap(([status, codes]) => codes.map((code) => [code, Number(status)])));
