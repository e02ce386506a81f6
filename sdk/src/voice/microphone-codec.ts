/** Opus with in-band FEC and DTX (RFC 7587 section 7.1): loss is made good, and silence costs next to nothing. */
export const codecOptions = { opusDtx: true, opusFec: true, opusStereo: false };
