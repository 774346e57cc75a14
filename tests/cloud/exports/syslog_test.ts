import { suite } from "uvu";
import * as assert from "uvu/assert";
import { SYSLOG_BYTES_MAX, syslogMessage } from "../../../cloud/exports/syslog.ts";
import { CONFIRMED, exportAfter, STAGES } from "./export_fixture.ts";

const syslog = suite("syslog message");
const OPTIONS = { facility: 16, enterpriseId: 32473 };

/** The grammar of RFC 5424, section 6, as far as a regular expression can say it. */
const PRINTUSASCII = "[\\x21-\\x7e]";
const SD_NAME = "[\\x21\\x23-\\x3c\\x3e-\\x5c\\x5e-\\x7e]{1,32}";
const VALUE = '(?:[^"\\\\\\]]|\\\\["\\\\\\]])*';
const RFC_5424 = new RegExp(
  "^<(\\d{1,3})>1 " +
    "\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d(?:\\.\\d{1,6})?Z " +
    `${PRINTUSASCII}{1,255} ${PRINTUSASCII}{1,48} ${PRINTUSASCII}{1,128} ${PRINTUSASCII}{1,32} ` +
    `\\[${SD_NAME}(?: ${SD_NAME}="${VALUE}")*\\] \\uFEFF[^\\x00-\\x1f]*$`,
);

for (const [name, exported] of STAGES) {
  syslog(`${name} follows RFC 5424`, () => {
    const message = syslogMessage(exported(), OPTIONS);
    assert.match(message, RFC_5424);
    assert.ok(new TextEncoder().encode(message).length <= SYSLOG_BYTES_MAX);
  });
}

syslog("gives facility and severity as one number", () => {
  assert.match(syslogMessage(exportAfter(), OPTIONS), /^<130>1 /);
  assert.match(syslogMessage(exportAfter(), { ...OPTIONS, facility: 13 }), /^<106>1 /);
});

syslog("names the case, its verdict and techniques in structured data", () => {
  const message = syslogMessage(exportAfter(CONFIRMED), OPTIONS);
  assert.match(message, 'verdict="potential-cyberthreat"');
  assert.match(message, 'techniques="T0832,T0856"');
  assert.match(message, 'determination="threat-confirmed"');
  assert.match(message, "[printwarden@32473 case=");
});

syslog("can't be made to say more by quotes, brackets or line ends in a name", () => {
  const exported = { ...exportAfter(), label: 'x" y="1"] <1>1\n\u2028\\' };
  const message = syslogMessage(exported, OPTIONS);
  assert.match(message, RFC_5424);
  assert.match(message, 'label="x\\" y=\\"1\\"\\] <1>1 \\\\"');
});

syslog("is cut at a whole character", () => {
  const exported = exportAfter();
  const about = { ...exported.about, summary: "€".repeat(2000) };
  const message = syslogMessage({ ...exported, about }, OPTIONS);
  const size = new TextEncoder().encode(message).length;
  assert.ok(size <= SYSLOG_BYTES_MAX && size > SYSLOG_BYTES_MAX - 4);
  assert.match(message, /€$/);
});

syslog.run();
