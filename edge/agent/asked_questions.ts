import type { Logger } from "@logtape/logtape";
import type { TapOrders } from "../respond/orders.ts";
import type { Observation } from "../source/observation.ts";
import { answered, initQuestions, type Questions, stepQuestions } from "./questions.ts";

/** Suite S1: the agent's own questions to a printer, each of which is logged. */
export class AskedQuestions {
  readonly #questions: Questions;
  #eventTimeS = 0;

  /** @param wantsReports whether a report each second is ordered, too */
  constructor(
    private readonly printer: string,
    private readonly orders: TapOrders,
    private readonly log: Logger,
    wantsReports = false,
  ) {
    this.#questions = initQuestions(wantsReports);
  }

  /** Takes one observation, and asks what is due then. */
  take(observation: Observation): void {
    this.#eventTimeS = observation.eventTimeS;
    const question = stepQuestions(this.#questions, observation);
    if (question !== null) void this.#ask(question);
  }

  async #ask(question: string): Promise<void> {
    const said = await this.orders.ask(question);
    answered(this.#questions, said.ok, this.#eventTimeS);
    this.log.info("{printer} was asked {question}: {outcome}", {
      printer: this.printer,
      question,
      outcome: said.ok ? said.value : said.issue,
    });
  }
}
