import covers from './upl/covers.mjs';
import forms from './upl/forms.mjs';
import permits from './upl/permits.mjs';

export default [...permits, ...forms, ...covers];
