/** No line from the agent is longer than this, in characters. */
export const ORDER_CHARS_MAX = 2048;

/** How long a hold may last without being renewed, s. */
export const LEASE_S_MAX = 60;

/** What an agent may write: printable ASCII, one whole line. */
export const INJECTED = /^[\x20-\x7e]{1,255}$/;

/** What it may ask of a silent printer: who it is, how it is set, where it stands, and for reports. */
export const ASKED = /^M(?:115|503|114|155 S1)$/;
