import { acceptRequest } from "./access-patterns/accept-request.ts";
import { blockPerson, isBlocked, unblockPerson } from "./access-patterns/block-person.ts";
import { addMembers, leaveGroup, removeMember } from "./access-patterns/change-members.ts";
import { createMessageGroup } from "./access-patterns/create-message-group.ts";
import { deleteMessage } from "./access-patterns/delete-message.ts";
import { deletePersonalItems } from "./access-patterns/delete-personal-items.ts";
import { editMessage } from "./access-patterns/edit-message.ts";
import { endPair } from "./access-patterns/end-pair.ts";
import { eraseMessages } from "./access-patterns/erase-messages.ts";
import { fileConversation } from "./access-patterns/file-conversation.ts";
import { findRepeatedChange } from "./access-patterns/find-repeated-change.ts";
import { getMessage } from "./access-patterns/get-message.ts";
import { getNewestMessage } from "./access-patterns/get-newest-message.ts";
import { hasEnded } from "./access-patterns/has-ended.ts";
import { hideMessage, listHiddenMessages } from "./access-patterns/hide-message.ts";
import { listBlocked, listBlocks } from "./access-patterns/list-blocked.ts";
import { listFormerMessageGroups } from "./access-patterns/list-former-message-groups.ts";
import { listGroupsInCommon } from "./access-patterns/list-groups-in-common.ts";
import { listHotMessageGroups } from "./access-patterns/list-hot-message-groups.ts";
import { listInbox } from "./access-patterns/list-inbox.ts";
import { listMemberships } from "./access-patterns/list-memberships.ts";
import { listMessages } from "./access-patterns/list-messages.ts";
import { listMessagesAround, listMessagesSince } from "./access-patterns/list-messages-around.ts";
import { listMessagesBetween } from "./access-patterns/list-messages-between.ts";
import { loadConversation } from "./access-patterns/load-conversation.ts";
import { makeOwner } from "./access-patterns/make-owner.ts";
import { markUnread, muteConversation } from "./access-patterns/mark-conversation.ts";
import { markRead } from "./access-patterns/mark-read.ts";
import { getMembership, getMemberships, listMemberUuids } from "./access-patterns/memberships.ts";
import { addReaction, removeReaction } from "./access-patterns/react-to-message.ts";
import { rebuildInboxes } from "./access-patterns/rebuild-inboxes.ts";
import { rebuildMembership } from "./access-patterns/rebuild-membership.ts";
import { renameGroup } from "./access-patterns/rename-group.ts";
import { reviseMembership } from "./access-patterns/revise-membership.ts";
import { sendMessage } from "./access-patterns/send-message.ts";
import { sendToPerson } from "./access-patterns/send-to-person.ts";
import { updateMembership } from "./access-patterns/update-membership.ts";

/*
 * Every access pattern is in one of these lists or is used by one that is: the programs can call what is in theirs, their
 * roles on AWS allow what it needs, and ARCHITECTURE.md names it.
 */

/** The API server. */
export const serverPatterns = {
  getMembership,
  getMemberships,
  listMemberUuids,
  listMemberships,
  listInbox,
  listGroupsInCommon,
  listMessages,
  listMessagesAround,
  listMessagesSince,
  getMessage,
  sendMessage,
  sendToPerson,
  editMessage,
  deleteMessage,
  addReaction,
  removeReaction,
  hideMessage,
  listHiddenMessages,
  markRead,
  fileConversation,
  muteConversation,
  markUnread,
  acceptRequest,
  blockPerson,
  isBlocked,
  unblockPerson,
  listBlocked,
  listBlocks,
  createMessageGroup,
  renameGroup,
  addMembers,
  removeMember,
  leaveGroup,
  makeOwner,
  findRepeatedChange,
};

/** The stream Lambda. */
export const streamPatterns = {
  listMemberUuids,
  getNewestMessage,
  updateMembership,
  reviseMembership,
  hasEnded,
};

/** What a person's export is read with. */
export const exportPatterns = {
  listMemberships,
  listMemberUuids,
  listMessages,
  listHiddenMessages,
  listBlocked,
};

/** What erases a person. */
export const erasurePatterns = {
  listMemberships,
  leaveGroup,
  endPair,
  listFormerMessageGroups,
  eraseMessages,
  deletePersonalItems,
};

/** The push Lambda, which reads whom to tell. */
export const pushPatterns = { listMemberUuids, getMemberships, hasEnded };

/** Operators. Each command declares which of these it calls. */
export const operatorPatterns = {
  ...exportPatterns,
  ...erasurePatterns,
  listMemberUuids,
  listInbox,
  listMessagesBetween,
  listHotMessageGroups,
  getMessage,
  loadConversation,
  rebuildMembership,
  rebuildInboxes,
};
