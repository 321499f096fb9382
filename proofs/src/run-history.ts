import { randomUUID } from "node:crypto";
import { AppError } from "@cruddur/core/errors";
import { derivePairGroupUuid } from "@cruddur/core/ids";
import type { Member, MessagesStore, StoredMessage } from "@cruddur/ddb/types";
import { readWholeHistory, readWholeInbox } from "./check.ts";
import { type Delivery, EventSource, WHOLE } from "./delivery.ts";
import type { History, Step } from "./history.ts";
import { Interleaver } from "./interleaver.ts";
import { Model } from "./model.ts";
import type { World } from "./world.ts";

/** No plan of faults is this long: an operation refused so often will never be answered. */
const MAX_ATTEMPTS = 200;

/** What a client keeps until its message is acknowledged. */
interface Draft {
  sender: Member;
  client_id: string;
  text: string;
  message_group_uuid: string;
  /** For a first message to a person. */
  receiver: Member | null;
}

export interface Played {
  model: Model;
  source: EventSource;
  /** Steps that did something. */
  operations: number;
}

/**
 * Plays a history against the model and the table at once. Afterwards the table may still be
 * behind: the stream's rest hasn't been delivered, and drafts that were given up are unknown.
 * Throws when an answer contradicts the model, or an operation fails in any way but `unavailable`.
 * @param deliveries how the history's `deliver` steps hand over records, in a circle
 */
export async function playHistory(
  world: World,
  history: History,
  deliveries: readonly Delivery[] = [],
): Promise<Played> {
  const model = new Model();
  const source = new EventSource(world.lambda);
  const player = new Player(world, model, source, deliveries);
  for (const moment of history.moments) {
    const together = moment.length > 1 ? new Interleaver(history.interleaving, world.settle) : null;
    world.serverTable.interleaver = together;
    world.lambdaTable.interleaver = together;
    const results = await Promise.allSettled(player.start(moment));
    await Promise.all([world.serverTable.flush(), world.lambdaTable.flush()]);
    for (const result of results) if (result.status === "rejected") throw result.reason;
  }
  world.serverTable.interleaver = null;
  world.lambdaTable.interleaver = null;
  world.serverTable.plan = [];
  world.lambdaTable.plan = [];
  await player.settleGivenUp();
  return { model, source, operations: player.operations };
}

class Player {
  operations = 0;
  readonly #world: World;
  readonly #model: Model;
  readonly #source: EventSource;
  readonly #deliveries: readonly Delivery[];
  readonly #drafts: Draft[] = [];
  readonly #groups: string[] = [];
  #delivered = 0;
  #delivering: Promise<void> = Promise.resolve();
  /** `<group>/<user>` whose membership is being changed in this moment: either answer is right. */
  #changing = new Set<string>();

  constructor(world: World, model: Model, source: EventSource, deliveries: readonly Delivery[]) {
    this.#world = world;
    this.#model = model;
    this.#source = source;
    this.#deliveries = deliveries;
  }

  start(moment: readonly Step[]): Promise<void>[] {
    this.#changing = new Set();
    return moment.map((step) => this.#perform(step));
  }

  async #perform(step: Step): Promise<void> {
    this.operations += 1;
    switch (step.type) {
      case "write_to_person":
        return this.#writeToPerson(step.from, step.to, step.text, step.attempts);
      case "create_group":
        return this.#createGroup(step.people.map((i) => this.#person(i)));
      case "send": {
        const group = pick(this.#groups, step.group);
        if (group)
          await this.#sendToGroup(this.#person(step.from), group, step.text, step.attempts);
        return;
      }
      case "retry": {
        const draft = pick(this.#drafts, step.draft);
        if (draft) await this.#send(draft, MAX_ATTEMPTS);
        return;
      }
      case "read_history":
        return this.#readHistory(this.#person(step.person), step.group, step.limit);
      case "read_inbox":
        return this.#readInbox(this.#person(step.person), step.limit);
      case "mark_read":
        return this.#markRead(this.#person(step.person), step.group, step.message);
      case "add_member":
      case "remove_member":
      case "rejoin":
        return this.#changeMembers(step.type, this.#person(step.person), step.group);
      case "deliver":
        return this.#deliver(step.records);
    }
  }

  async #writeToPerson(from: number, to: number, text: string, attempts: number): Promise<void> {
    const sender = this.#person(from);
    const receiver = this.#person(from === to ? to + 1 : to);
    const message_group_uuid = derivePairGroupUuid(sender.user_uuid, receiver.user_uuid);
    const draft = { sender, receiver, text, message_group_uuid, client_id: randomUUID() };
    this.#drafts.push(draft);
    await this.#send(draft, attempts);
  }

  async #sendToGroup(
    sender: Member,
    message_group_uuid: string,
    text: string,
    attempts: number,
  ): Promise<void> {
    const draft = { sender, receiver: null, text, message_group_uuid, client_id: randomUUID() };
    if (this.#model.isMember(message_group_uuid, sender.user_uuid)) this.#drafts.push(draft);
    await this.#send(draft, attempts);
  }

  async #send(draft: Draft, attempts: number): Promise<void> {
    const store = this.#serverOf(draft.sender);
    const message = await attempt(() => sendDraft(store, draft), Math.min(attempts, MAX_ATTEMPTS));
    if (message === "given up") {
      if (attempts >= MAX_ATTEMPTS) throw new Error("a send was never answered");
      return;
    }
    const { message_group_uuid, sender } = draft;
    const isMember = this.#model.isMember(message_group_uuid, sender.user_uuid);
    if (message === "not a member") {
      if (isMember && !this.#isChanging(message_group_uuid, sender)) {
        throw new Error("a member was refused");
      }
      return;
    }
    if (!draft.receiver && !isMember && !this.#isChanging(message_group_uuid, sender)) {
      throw new Error("a stranger's message was accepted");
    }
    this.#acknowledge(draft, message);
  }

  #acknowledge(draft: Draft, message: StoredMessage): void {
    const { sender, receiver, message_group_uuid, client_id, text } = draft;
    const right =
      message.message_group_uuid === message_group_uuid &&
      message.client_id === client_id &&
      message.user_uuid === sender.user_uuid &&
      message.message === text;
    if (!right) throw new Error(`the answer to ${client_id} is about another message`);
    if (receiver) this.#created(message_group_uuid, [sender, receiver]);
    this.#model.acknowledge(message);
  }

  async #createGroup(members: Member[]): Promise<void> {
    const message_group_uuid = randomUUID();
    const store = this.#serverOf(members[0]);
    await untilAnswered(() => store.createGroup({ message_group_uuid, members }));
    this.#created(message_group_uuid, members);
  }

  async #readHistory(reader: Member, group: number, limit: number): Promise<void> {
    const message_group_uuid = pick(this.#groups, group);
    if (!message_group_uuid) return;
    const before = this.#model.history(message_group_uuid).map(({ uuid }) => uuid);
    const read = await untilAnswered(() =>
      readWholeHistory(this.#serverOf(reader), message_group_uuid, limit),
    );
    const seen = new Set(read.map(({ uuid }) => uuid));
    if (seen.size !== read.length) throw new Error("a history shows a message twice");
    const missing = before.filter((uuid) => !seen.has(uuid));
    if (missing.length > 0) throw new Error(`a history lacks acknowledged ${missing.join(", ")}`);
    await this.#readReceipts(reader, message_group_uuid);
  }

  async #readReceipts(reader: Member, message_group_uuid: string): Promise<void> {
    const user_uuids = this.#world.people.map(({ user_uuid }) => user_uuid);
    const members = new Set(this.#model.members(message_group_uuid));
    const rows = await untilAnswered(() =>
      this.#serverOf(reader).getGroupRows({ message_group_uuid, user_uuids }),
    );
    const found = new Set(rows.map(({ user_uuid }) => user_uuid));
    if (found.size !== rows.length) throw new Error("a member's row was read twice");
    const wrong = this.#world.people.filter(
      (person) =>
        found.has(person.user_uuid) !== members.has(person.user_uuid) &&
        !this.#isChanging(message_group_uuid, person),
    );
    if (wrong.length > 0) throw new Error("the members' rows are not the members'");
  }

  async #readInbox(reader: Member, limit: number): Promise<void> {
    const rows = await untilAnswered(() =>
      readWholeInbox(this.#serverOf(reader), reader.user_uuid, limit),
    );
    for (const { message_group_uuid } of rows) {
      // A group that isn't known yet is being created right now.
      const isKnown = this.#model.hasGroup(message_group_uuid);
      if (isKnown && !this.#wereMembers.has(key(message_group_uuid, reader))) {
        throw new Error(`${reader.handle} sees a group they were never in`);
      }
    }
  }

  async #markRead(reader: Member, group: number, message: number): Promise<void> {
    const message_group_uuid = pick(this.#groups, group);
    if (!message_group_uuid) return;
    const target = pick(this.#model.history(message_group_uuid), message);
    const { user_uuid } = reader;
    if (!target || !this.#model.isMember(message_group_uuid, user_uuid)) return;
    const input = { user_uuid, message_group_uuid, message_uuid: target.uuid };
    const answer = await untilAnswered(() =>
      this.#serverOf(reader).markRead(input).catch(orNotAMember),
    );
    if (answer === "not a member") {
      if (this.#isChanging(message_group_uuid, reader)) return;
      throw new Error("a member may not mark as read");
    }
    if (answer.read_message_uuid < target.uuid) throw new Error("a read marker went back");
    if (this.#isChanging(message_group_uuid, reader)) {
      // Before they left or after they came back: the row knows.
      const row = await this.#world.observer.getGroupRow({ message_group_uuid, user_uuid });
      if (row) this.#model.setMarker(message_group_uuid, user_uuid, row.read_message_uuid);
      return;
    }
    this.#model.markRead(message_group_uuid, user_uuid, target.uuid);
  }

  async #changeMembers(
    type: "add_member" | "remove_member" | "rejoin",
    member: Member,
    group: number,
  ): Promise<void> {
    const message_group_uuid = pick(this.#groups, group);
    if (!message_group_uuid || this.#pairs.has(message_group_uuid)) return;
    if (this.#isChanging(message_group_uuid, member)) return;
    const { user_uuid } = member;
    // The last two stay: an empty group is nobody's.
    const left = this.#model.members(message_group_uuid).length - this.#changing.size;
    if (type !== "add_member" && left < 3) return;
    this.#changing.add(key(message_group_uuid, member));
    const store = this.#serverOf(member);
    if (type !== "add_member") {
      await untilAnswered(() => store.removeMember({ message_group_uuid, user_uuid }));
      this.#model.removeMember(message_group_uuid, user_uuid);
    }
    if (type === "remove_member") return;
    this.#wereMembers.add(key(message_group_uuid, member));
    await untilAnswered(() => store.addMember({ message_group_uuid, member }));
    const row = await this.#world.observer.getGroupRow({ message_group_uuid, user_uuid });
    if (!row) throw new Error("an added member has no row");
    this.#model.addMember(message_group_uuid, user_uuid, row.read_message_uuid);
  }

  /** One event source hands over one batch at a time. */
  #deliver(records: number): Promise<void> {
    this.#delivering = this.#delivering.then(async () => {
      this.#source.add(await this.#world.stream.poll());
      const plan = pick(this.#deliveries, this.#delivered++) ?? WHOLE;
      await this.#source.deliver({ ...plan, size: records });
    });
    return this.#delivering;
  }

  /** Drafts nobody waited for are either stored once or not at all. */
  async settleGivenUp(): Promise<void> {
    const { observer } = this.#world;
    for (const draft of this.#drafts) {
      if (this.#model.isAcknowledged(draft.sender.user_uuid, draft.client_id)) continue;
      const stored = await readWholeHistory(observer, draft.message_group_uuid, 100);
      const copies = stored.filter(({ client_id }) => client_id === draft.client_id);
      if (copies.length > 1) throw new Error(`${draft.client_id} was stored twice`);
      for (const copy of copies) this.#acknowledge(draft, copy);
    }
  }

  readonly #pairs = new Set<string>();
  readonly #wereMembers = new Set<string>();

  #created(message_group_uuid: string, members: readonly Member[]): void {
    if (this.#model.hasGroup(message_group_uuid)) return;
    this.#groups.push(message_group_uuid);
    const [a, b] = members;
    if (a && b && derivePairGroupUuid(a.user_uuid, b.user_uuid) === message_group_uuid) {
      this.#pairs.add(message_group_uuid);
    }
    for (const member of members) this.#wereMembers.add(key(message_group_uuid, member));
    this.#model.createGroup(
      message_group_uuid,
      members.map(({ user_uuid }) => user_uuid),
    );
  }

  #person(i: number): Member {
    const person = pick(this.#world.people, i);
    if (!person) throw new Error("a world without people");
    return person;
  }

  #serverOf(member: Member | undefined): MessagesStore {
    const i = member ? this.#world.people.indexOf(member) : 0;
    const server = pick(this.#world.servers, i);
    if (!server) throw new Error("a world without servers");
    return server;
  }

  #isChanging(message_group_uuid: string, member: Member): boolean {
    return this.#changing.has(key(message_group_uuid, member));
  }
}

/** What the API does for `messages.create`: the access check, then the send. */
async function sendDraft(
  store: MessagesStore,
  draft: Draft,
): Promise<StoredMessage | "not a member"> {
  const { sender, receiver, client_id, text: message, message_group_uuid } = draft;
  if (receiver) return store.sendToPerson({ sender, receiver, client_id, message });
  const row = await store.getGroupRow({ user_uuid: sender.user_uuid, message_group_uuid });
  return row ? store.sendMessage({ sender, client_id, message, row }) : "not a member";
}

/** Repeats while the answer is `unavailable`, as clients do. Any other error is a broken promise. */
async function attempt<T>(call: () => Promise<T>, attempts: number): Promise<T | "given up"> {
  for (let tried = 0; tried < attempts; tried += 1) {
    try {
      return await call();
    } catch (error) {
      if (!(error instanceof AppError && error.code === "unavailable")) throw error;
    }
  }
  return "given up";
}

async function untilAnswered<T>(call: () => Promise<T>): Promise<T> {
  const answer = await attempt(call, MAX_ATTEMPTS);
  if (answer === "given up") throw new Error("an operation was never answered");
  return answer;
}

function orNotAMember(error: unknown): "not a member" {
  if (error instanceof AppError && error.code === "not_a_member") return "not a member";
  throw error;
}

function pick<T>(list: readonly T[], i: number): T | undefined {
  return list[i % Math.max(1, list.length)];
}

function key(message_group_uuid: string, { user_uuid }: Member): string {
  return `${message_group_uuid}/${user_uuid}`;
}
/** More rounds than any record may need: after that the shard counts as blocked for good. */
const MAX_ROUNDS = 50;

/** Delivers what is left, in order and undisturbed. Throws when the stream does not get to its end. */
export async function deliverAll(world: World, source: EventSource): Promise<void> {
  source.add(await world.stream.poll());
  for (let round = 0; source.pending > 0; round += 1) {
    if (round === MAX_ROUNDS) throw new Error(`${source.pending} records are never projected`);
    await source.deliver(WHOLE);
  }
  if (source.lostPoison.length > 0) throw new Error("a malformed record vanished");
}
