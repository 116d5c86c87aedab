package org.ordeal.broker;

import org.ordeal.remoting.Command;
import org.ordeal.remoting.ResponseCode;
import org.ordeal.replication.AppendOutcome;
import org.ordeal.replication.CommandOutcome;
import org.ordeal.replication.RoleView;

/** How outcomes are answered; the package's essay has the table. */
final class Outcomes {
  /** Begins the remark of every answer that proves that nothing was stored. */
  static final String NOT_STORED = "[NOT_STORED] ";

  /** Begins the remark of every answer that leaves the outcome open. */
  static final String UNKNOWN = "[OUTCOME_UNKNOWN] ";

  private Outcomes() {}

  static Command answer(AppendOutcome.NotStored outcome) {
    return Command.answer(code(outcome.cause()), NOT_STORED + outcome.reason());
  }

  static Command answer(AppendOutcome.Unknown outcome) {
    return Command.answer(ResponseCode.SYSTEM_ERROR, UNKNOWN + outcome.reason());
  }

  static Command answer(CommandOutcome outcome) {
    return switch (outcome) {
      case CommandOutcome.Done() -> Command.success();
      case CommandOutcome.Refused(var cause, var reason) ->
          Command.answer(code(cause), NOT_STORED + reason);
      case CommandOutcome.Unknown(var reason) ->
          Command.answer(ResponseCode.SYSTEM_ERROR, UNKNOWN + reason);
    };
  }

  static Command refused(int code, String reason) {
    return Command.answer(code, NOT_STORED + reason);
  }

  static Command notLeader(RoleView role) {
    return Command.answer(
        ResponseCode.SERVICE_NOT_AVAILABLE, NOT_STORED + "not leader: " + whoLeads(role));
  }

  static String whoLeads(RoleView role) {
    if (role.failure() != null) {
      return role.self() + " serves no more: " + role.failure();
    }
    return role.leader() == null
        ? role.self() + " knows no leader in term " + role.term()
        : role.self() + " follows " + role.leader() + " in term " + role.term();
  }

  private static int code(AppendOutcome.Cause cause) {
    return switch (cause) {
      case NOT_LEADER, DISK_FULL, UNAVAILABLE -> ResponseCode.SERVICE_NOT_AVAILABLE;
      case BUSY -> ResponseCode.SYSTEM_BUSY;
      case ILLEGAL -> ResponseCode.MESSAGE_ILLEGAL;
    };
  }
}
