import { getLogger } from "@logtape/logtape";
import type { Broker } from "../broker/broker.ts";
import { printerLog } from "../printers/printer_log_shell.ts";
import { printerWatch } from "../printers/watch_shell.ts";
import type { Projector } from "../read_model/projector.ts";
import type { ReadModel } from "../read_model/read_model.ts";
import { alertDispatcher, type DispatcherPorts } from "./dispatcher_shell.ts";
import { alertPlanner } from "./planner_shell.ts";

/** What only time brings (a reminder, a silence, a retry) is seen so soon. */
const ROUND_MS = 2_000;
/** What has just changed is seen so soon; what changes within is seen together. */
const GATHER_MS = 400;

export interface AlertingPorts {
  model: ReadModel;
  broker: Pick<Broker, "append" | "connected">;
  projector: Pick<Projector, "reached" | "onChange">;
  send: DispatcherPorts["send"];
  baseUrl(): string;
  /** Whether this aggregator is the one that hands out alerts at this moment. */
  mayLead(): boolean;
  maySee(personId: string, site: string): boolean;
  /** Tells of announced changes whoever could not be told before. */
  remind?(): Promise<void>;
  troubleAfterMs: number;
  now(): Date;
}

/** Watches printers, plans alerts and sends them, as long as this aggregator leads. */
export interface Alerting {
  /** Does one round now; resolves when it is planned and recorded. */
  round(): Promise<void>;
  close(): Promise<void>;
}

export function startAlerting(ports: AlertingPorts): Alerting {
  const { model, broker, projector, now } = ports;
  const logger = getLogger(["printwarden", "alerts"]);
  let listeningSinceMs = now().getTime();
  const log = printerLog(broker, projector, now);
  const watch = printerWatch(model.printers, log, () => listeningSinceMs, now);
  const plan = alertPlanner(ports);
  const dispatcher = alertDispatcher({ ...ports, alerts: model.alerts });
  let closed = false;
  let underWay: Promise<void> = Promise.resolve();
  let waiting = false;
  let watchDue = true;
  let soon: ReturnType<typeof setTimeout> | undefined;

  let reminding: Promise<void> | null = null;
  async function remindOnce(): Promise<void> {
    try {
      await ports.remind?.();
    } catch (error) {
      logger.error("Cannot tell of an announced change, trying again: {error}", { error });
    } finally {
      reminding = null;
    }
  }

  async function once(): Promise<void> {
    waiting = false;
    if (closed) return;
    if (!broker.connected() || !ports.mayLead()) {
      listeningSinceMs = now().getTime();
      return;
    }
    try {
      if (watchDue) {
        watchDue = false;
        await watch();
      }
      await plan();
      dispatcher.round();
      // It waits for agents that may not answer: alerts go on meanwhile.
      reminding ??= remindOnce();
    } catch (error) {
      logger.error("Cannot look after alerts, trying again: {error}", { error });
    }
  }

  /** Rounds never overlap, and at most one waits for the one under way. */
  function round(): Promise<void> {
    if (!waiting) {
      waiting = true;
      underWay = underWay.then(once);
    }
    return underWay;
  }

  const timer = setInterval(() => {
    watchDue = true;
    void round();
  }, ROUND_MS);
  const stopListening = projector.onChange(({ cases, people, printers }) => {
    watchDue ||= printers;
    // Signs of life alone are looked at with the next round: a large fleet gives many a second.
    if (cases.size === 0 && people.size === 0 && !printers) return;
    soon ??= setTimeout(() => {
      soon = undefined;
      void round();
    }, GATHER_MS);
  });

  return {
    round,
    async close() {
      closed = true;
      clearInterval(timer);
      clearTimeout(soon);
      stopListening();
      await underWay;
      await reminding;
      await dispatcher.settled();
    },
  };
}
