/**
 * Whether an acknowledgement says nothing but that the broker has met this id before [pure]. A
 * cluster of nats-server before 2.11 notes an id before the message is put in order, and answers a
 * repeat with the number 0; it does so for ten minutes if its leader was cut off in between and the
 * message came to nothing. No message is kept by such an answer.
 */
export function isStaged({ duplicate, seq }: { duplicate: boolean; seq: number }): boolean {
  return duplicate && seq === 0;
}
