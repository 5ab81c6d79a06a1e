// The folder alone: there are lock files above it.
export default { outputFileTracingRoot: import.meta.dirname, turbopack: { root: import.meta.dirname } };
