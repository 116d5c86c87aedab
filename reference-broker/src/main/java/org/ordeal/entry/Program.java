package org.ordeal.entry;

import java.io.PrintStream;
import java.net.InetSocketAddress;
import java.util.Arrays;
import java.util.Optional;
import org.ordeal.broker.BrokerMain;
import org.ordeal.nameserver.NameServerMain;
import org.ordeal.remoting.RequestCode;
import org.ordeal.replication.Replicas;
import org.ordeal.settings.Arguments.Amendment;
import org.ordeal.settings.SettingsException;

/** What the image can run as a server, under the names of RocketMQ's scripts. */
enum Program {
  BROKER("mqbroker", "broker.conf", RequestCode.GET_BROKER_RUNTIME_INFO),
  NAME_SERVER("mqnamesrv", "namesrv.conf", RequestCode.GET_ALL_TOPIC_LIST_FROM_NAMESERVER);

  private final String command;
  private final String file;
  private final int question;

  Program(String command, String file, int question) {
    this.command = command;
    this.file = file;
    this.question = question;
  }

  static Optional<Program> named(String command) {
    return Arrays.stream(values()).filter(each -> each.command.equals(command)).findFirst();
  }

  /** The file that is read where {@code -c} names none, in the directory of configurations. */
  String file() {
    return file;
  }

  /** Code of a request that changes nothing and that a healthy one answers. */
  int question() {
    return question;
  }

  /** Runs it until the process is told to stop; returns the exit code. */
  int run(String[] args, PrintStream out, PrintStream err, Amendment amendment) {
    return switch (this) {
      case BROKER -> BrokerMain.run(args, out, err, Replicas::open, amendment);
      case NAME_SERVER -> NameServerMain.run(args, out, err, amendment);
    };
  }

  /** Where it listens when it is run with these arguments. */
  InetSocketAddress address(String[] args, Amendment amendment) throws SettingsException {
    return switch (this) {
      case BROKER -> BrokerMain.address(args, amendment);
      case NAME_SERVER -> NameServerMain.address(args, amendment);
    };
  }
}
