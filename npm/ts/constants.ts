// The protocol's constants (docs/protocol.md, section 3), known before the program is loaded.

/** Length of an interval in seconds: how long one beacon is shown. */
export const INTERVAL_SECONDS = 600;
/** How long after its end, and before its start, an interval is accepted, in seconds. */
export const GRACE_SECONDS = 60;
/** How long an encounter, and a batch, is kept, in days. */
export const RETENTION_DAYS = 14;
/** Bytes of a payload without and with an emission. */
export const PAYLOAD_BYTES = 78;
export const PAYLOAD_WITH_EMISSION_BYTES = 102;
/** Bytes of an emission: the room of a legacy BLE advertisement. */
export const EMISSION_BYTES = 24;
/** Bytes of an entry: tag 32, sealed status 52. */
export const ENTRY_BYTES = 84;
/** Entries in a page. */
export const PAGE_ENTRIES = 256;
/** Entries of each scheme in an upload: one of these. */
export const SIZE_CLASSES: readonly number[] = [64, 256, 1024, 2048];
/** Bytes of an upload at most. */
export const MAX_UPLOAD_BYTES = 344_192;
/** Content type of an upload. */
export const UPLOAD_MEDIA_TYPE = 'application/cbor';
/** Content type of a body with its membership proof. */
export const PROVEN_MEDIA_TYPE = 'application/vnd.twoken.proven+cbor';
/** The GATT service of a peripheral, and its characteristics: *info* (read), *beacon* (read, notify), *peer beacon* (write). */
export const GATT = {
  service: '68d7036a-2931-4c60-a442-a6fcb3afeaf8',
  info: 'b967ced9-4646-457e-b77b-cb716d761248',
  beacon: '026f9feb-c685-4675-be82-c8f96385a734',
  peerBeacon: '86ffe9c3-cef6-4332-bfc0-6e142aaa648f',
} as const;
