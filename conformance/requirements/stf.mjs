// Staff.

import sessions from './stf/sessions.mjs';
import work from './stf/work.mjs';

const number = ({ id }) => Number(id.split('-').at(-1));

export default [...sessions, ...work].sort((one, other) => number(one) - number(other));
