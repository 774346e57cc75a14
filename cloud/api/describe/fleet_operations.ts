import { z } from "zod";
import { Address, Token, Uuid, WallTime } from "../../../shared/ids.ts";
import { MaintenanceWindow } from "../../printers/maintenance_window.ts";
import { PrinterEvent, SeenState } from "../../printers/printer_event.ts";
import { AcknowledgeTroubleBody, EndBody, MaintenanceBody } from "../bodies.ts";
import { Refusal } from "./answers.ts";
import type { Answer, Operation } from "./operation.ts";

const API = "/api/v1";
const PLACE = { site: Token, device: Token, printer: Token };

const PrinterHistoryAnswer = z.looseObject({
  address: Address,
  label: z.string(),
  standing: z.looseObject({
    state: SeenState,
    since: WallTime,
    trouble: z.looseObject({
      id: Uuid,
      type: z.enum(["lost", "attention"]),
      at: WallTime,
      acknowledgedBy: z.string().nullable(),
    }).nullable(),
  }),
  history: z.array(PrinterEvent),
});
const WindowListAnswer = z.looseObject({ windows: z.array(MaintenanceWindow) });
const WindowAnswer = z.looseObject({ window: MaintenanceWindow });
const TroubleAnswer = z.looseObject({ troubleId: Uuid });

const ok = (description: string, schema: z.ZodType): Answer => ({ description, schema });
const refusal = (description: string): Answer => ({ description, schema: Refusal });
const KNOWN = {
  401: refusal("No valid token or session came along"),
  403: refusal("This token or person may not"),
};
const ACTED = {
  ...KNOWN,
  413: refusal("The body is larger than anything this takes"),
  422: refusal("The body breaks its schema, or nothing there can be acted on"),
  503: refusal("The broker gave no answer: repeating it is safe"),
};

/** Printers' histories and announced changes. */
export const FLEET_OPERATIONS: readonly Operation[] = [
  {
    method: "get",
    path: `${API}/printers/{site}/{device}/{printer}`,
    id: "readPrinter",
    summary: "A printer's state, trouble and history, the last first",
    scopes: ["read", "decide"],
    pathParameters: PLACE,
    answers: {
      200: ok("The printer", PrinterHistoryAnswer),
      ...KNOWN,
      404: refusal("No printer has this address"),
    },
  },
  {
    method: "post",
    path: `${API}/printers/{site}/{device}/{printer}/acknowledge`,
    id: "acknowledgeTrouble",
    summary: "Takes a printer's trouble on: nobody is told again",
    scopes: ["decide"],
    pathParameters: PLACE,
    body: AcknowledgeTroubleBody,
    answers: {
      200: ok("Recorded", TroubleAnswer),
      ...ACTED,
      404: refusal("No printer has this address"),
    },
  },
  {
    method: "get",
    path: `${API}/maintenance`,
    id: "listMaintenance",
    summary: "Changes that are announced at this moment",
    scopes: ["read", "decide"],
    answers: { 200: ok("The windows", WindowListAnswer), ...KNOWN },
  },
  {
    method: "post",
    path: `${API}/maintenance`,
    id: "announceMaintenance",
    summary: "Announces a change: what is found is recorded, and nobody alarmed",
    description: "Recorded first, then told to each printer's guard; 'answers' says which took it.",
    scopes: ["decide"],
    body: MaintenanceBody,
    answers: { 200: ok("Announced", WindowAnswer), ...ACTED },
  },
  {
    method: "post",
    path: `${API}/maintenance/{id}/end`,
    id: "endMaintenance",
    summary: "Takes an announcement back",
    scopes: ["decide"],
    pathParameters: { id: Uuid },
    body: EndBody,
    answers: { 200: ok("It has ended", WindowAnswer), ...ACTED },
  },
];
