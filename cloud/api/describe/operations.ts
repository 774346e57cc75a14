import { z } from "zod";
import { Deviation } from "../../../shared/deviation.ts";
import { Token, Uuid } from "../../../shared/ids.ts";
import { ListQuery } from "../../console/list_query.ts";
import { FORMAT_NAMES, FORMATS } from "../../exports/formats.ts";
import { ReportQuery } from "../../insights/report_query.ts";
import { TABLE_NAMES } from "../../insights/tables.ts";
import { AcknowledgeBody, CloseBody, DecisionBody, JobBody, ReopenBody } from "../bodies.ts";
import { ExportMax } from "../export_routes.ts";
import {
  CaseListAnswer,
  CaseViewAnswer,
  DoneAnswer,
  ForwardsAnswer,
  HealthAnswer,
  InsightAnswer,
  PrinterListAnswer,
  Refusal,
  RefusedAnswer,
  RegisteredAnswer,
} from "./answers.ts";
import { FLEET_OPERATIONS } from "./fleet_operations.ts";
import type { Answer, Operation } from "./operation.ts";

const API = "/api/v1";
const Format = z.enum(FORMAT_NAMES);
const READ = ["read", "decide"] as const;
const DECIDE = ["decide"] as const;

const ok = (description: string, schema: z.ZodType): Answer => ({ description, schema });
const refusal = (description: string): Answer => ({ description, schema: Refusal });
const NOT_KNOWN = {
  401: refusal("No valid token or session came along"),
  403: refusal("This token or person may not"),
};
const NO_CASE = { 404: refusal("No case has this id") };
const BAD_QUERY = { 400: refusal("A query field is unknown or out of bounds") };

/** Acts on a case: what they can be answered by. */
const acted = {
  200: ok("Recorded, and in what the API reads", DoneAnswer),
  ...NOT_KNOWN,
  ...NO_CASE,
  409: refusal("The case has changed since the sequence in 'seen'"),
  413: refusal("The body is larger than anything this takes"),
  422: refusal("The body breaks its schema, or the case's state forbids the act"),
  503: refusal("The broker gave no answer: repeating it is safe"),
};

const READING: Operation[] = [
  {
    method: "get",
    path: `${API}/cases`,
    id: "listCases",
    summary: "Cases, those that need somebody first",
    scopes: READ,
    query: ListQuery,
    answers: { 200: ok("The cases", CaseListAnswer), ...BAD_QUERY, ...NOT_KNOWN },
  },
  {
    method: "get",
    path: `${API}/cases/{id}`,
    id: "readCase",
    summary: "A case with its events and deviations",
    scopes: READ,
    pathParameters: { id: Uuid },
    answers: { 200: ok("The case", CaseViewAnswer), ...NOT_KNOWN, ...NO_CASE },
  },
  {
    method: "get",
    path: `${API}/deviations/{id}`,
    id: "readDeviation",
    summary: "A deviation at its latest revision",
    scopes: READ,
    pathParameters: { id: Uuid },
    answers: {
      200: ok("The deviation", Deviation),
      ...NOT_KNOWN,
      404: refusal("No deviation has this id"),
    },
  },
  {
    method: "get",
    path: `${API}/printers`,
    id: "listPrinters",
    summary: "Printers as their guards last described them",
    scopes: READ,
    answers: { 200: ok("The printers", PrinterListAnswer), ...NOT_KNOWN },
  },
  {
    method: "get",
    path: `${API}/refused`,
    id: "listRefused",
    summary: "Messages that broke the contract, the latest first",
    scopes: READ,
    answers: { 200: ok("How many, and the latest", RefusedAnswer), ...NOT_KNOWN },
  },
];

const listTypes = [...new Set(Object.values(FORMATS).map(({ listMediaType }) => listMediaType))];
const caseTypes = [...new Set(Object.values(FORMATS).map(({ mediaType }) => mediaType))];

const EXPORTING: Operation[] = [
  {
    method: "get",
    path: `${API}/cases/{id}/export/{format}`,
    id: "exportCase",
    summary: "A case as other systems read it",
    description:
      "OCSF 1.7 Detection Finding, ECS 9.4 document, RFC 5424 syslog message, or, of a " +
      "confirmed threat, a STIX 2.1 bundle.",
    scopes: READ,
    pathParameters: { id: Uuid, format: Format },
    answers: {
      200: { description: "The case in that format", mediaTypes: caseTypes },
      ...NOT_KNOWN,
      404: refusal("No case has this id, or there is no such format"),
      409: refusal("The case is none of that format's: only confirmed threats leave as STIX"),
    },
  },
  {
    method: "get",
    path: `${API}/export/{format}`,
    id: "exportCases",
    summary: "Many cases, one a line",
    scopes: READ,
    pathParameters: { format: Format },
    query: ListQuery.omit({ limit: true, after: true }).extend({ max: ExportMax }),
    answers: {
      200: { description: "The cases in that format", mediaTypes: listTypes },
      ...BAD_QUERY,
      ...NOT_KNOWN,
      404: refusal("There is no such format"),
    },
  },
  {
    method: "get",
    path: `${API}/forwards`,
    id: "listForwards",
    summary: "How the configured forwards are getting on since the program's start",
    scopes: READ,
    answers: { 200: ok("The forwards", ForwardsAnswer), ...NOT_KNOWN },
  },
];

const INSIGHTS: Operation[] = [
  {
    method: "get",
    path: `${API}/insights`,
    id: "readInsights",
    summary: "Effectiveness (ISO 22400-2), guesses of remaining time, what was saved, wear",
    scopes: READ,
    query: ReportQuery,
    answers: { 200: ok("The report", InsightAnswer), ...BAD_QUERY, ...NOT_KNOWN },
  },
  {
    method: "get",
    path: `${API}/insights/{table}`,
    id: "exportInsights",
    summary: "One table of the report as CSV",
    scopes: READ,
    pathParameters: { table: z.enum(TABLE_NAMES) },
    query: ReportQuery,
    answers: {
      200: { description: "The table; units end the columns' names", mediaTypes: ["text/csv"] },
      ...BAD_QUERY,
      ...NOT_KNOWN,
      404: refusal("There is no such table"),
    },
  },
];

const acting = (verb: string, id: string, summary: string, body: z.ZodType): Operation => ({
  method: "post",
  path: `${API}/cases/{id}/${verb}`,
  id,
  summary,
  scopes: DECIDE,
  pathParameters: { id: Uuid },
  body,
  answers: acted,
});

const ACTING: Operation[] = [
  acting("acknowledge", "acknowledgeCase", "Takes a new case on", AcknowledgeBody),
  acting("decision", "decideCase", "Decides a case; the same decisionId counts once", DecisionBody),
  acting("close", "closeCase", "Closes a decided case as a change or an incident", CloseBody),
  acting("reopen", "reopenCase", "Takes a closed case up again, as another one", ReopenBody),
  {
    method: "post",
    path: `${API}/printers/{site}/{device}/{printer}/job`,
    id: "registerJob",
    summary: "Says what a printer is going to print",
    scopes: ["job", "decide"],
    pathParameters: { site: Token, device: Token, printer: Token },
    body: JobBody,
    answers: {
      200: ok("The guard has taken the job", RegisteredAnswer),
      ...NOT_KNOWN,
      422: refusal("The body breaks its schema, or is too large for the broker"),
      502: refusal("The guard refused the job"),
      504: refusal("The guard gave no answer"),
    },
  },
];

const DESCRIBING: Operation[] = [
  {
    method: "get",
    path: `${API}/openapi.json`,
    id: "describeApi",
    summary: "This description",
    scopes: READ,
    answers: {
      200: { description: "OpenAPI 3.1", mediaTypes: ["application/json"] },
      ...NOT_KNOWN,
    },
  },
  {
    method: "get",
    path: `${API}/asyncapi.json`,
    id: "describeSubjects",
    summary: "What guards and aggregators say to each other over NATS",
    scopes: READ,
    answers: {
      200: { description: "AsyncAPI 3.0", mediaTypes: ["application/json"] },
      ...NOT_KNOWN,
    },
  },
  {
    method: "get",
    path: "/metrics",
    id: "readMetrics",
    summary: "Numbers for Prometheus; from loopback also without a token",
    scopes: ["metrics", "read"],
    answers: {
      200: { description: "Prometheus' text format", mediaTypes: ["text/plain"] },
      401: { description: "No token that may measure came along", mediaTypes: ["text/plain"] },
    },
  },
  {
    method: "get",
    path: "/healthz",
    id: "readHealth",
    summary: "Whether this program works and has its broker",
    scopes: [],
    answers: {
      200: ok("It does", HealthAnswer),
      503: ok("The broker is away", HealthAnswer),
    },
  },
];

/** Everything that scripts may ask of this program. */
export const OPERATIONS: readonly Operation[] = [
  ...READING,
  ...EXPORTING,
  ...INSIGHTS,
  ...ACTING,
  ...FLEET_OPERATIONS,
  ...DESCRIBING,
];
