// The package as the stories call it. What is exported can be watched here: an object of its own, for a module's names cannot be set.

import * as exported from 'twoken';

export const twoken = { ...exported };

/** Runs `act`, and says of every call of a class or function of the package its name, its receiver and its arguments. */
export function watched(act, saw) {
  const before = { ...twoken };
  const undo = [];
  const wrap = (holder, name, called) => {
    const described = Object.getOwnPropertyDescriptor(holder, name);
    if (typeof described.value !== 'function') return;
    undo.push(() => Object.defineProperty(holder, name, described));
    holder[name] = function (...args) {
      saw(called, args);
      return described.value.apply(this, args);
    };
  };
  for (const [name, value] of Object.entries(before)) {
    if (typeof value !== 'function') continue;
    if (/^[a-z]/.test(name)) {
      wrap(twoken, name, name);
      continue;
    }
    for (const method of Object.getOwnPropertyNames(value.prototype)) if (method !== 'constructor') wrap(value.prototype, method, `${name}#${method}`);
    for (const method of Object.getOwnPropertyNames(value)) if (!['prototype', 'length', 'name'].includes(method)) wrap(value, method, `${name}.${method}`);
    twoken[name] = new Proxy(value, {
      construct(kind, args) {
        saw(`new ${name}`, args);
        return new kind(...args);
      },
    });
  }
  try {
    return act();
  } finally {
    Object.assign(twoken, before);
    for (const back of undo.reverse()) back();
  }
}
