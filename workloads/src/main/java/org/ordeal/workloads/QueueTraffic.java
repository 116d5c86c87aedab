package org.ordeal.workloads;

import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;
import org.ordeal.workloads.client.ClientProgram;
import org.ordeal.workloads.control.Layout;
import org.ordeal.workloads.control.Request;

/** Traffic whose lanes are the queues of a layout: the common ground of the workloads on queues. */
abstract class QueueTraffic implements ClientProgram.Traffic {

  /** Option: length of a message's body in bytes. */
  static final String BODY_BYTES = "bodyBytes";

  /** Option: which of the client nodes this is, from 0; background readers are shared out by it. */
  static final String CLIENT_INDEX = "clientIndex";

  /** Option: how many client nodes there are. */
  static final String CLIENT_COUNT = "clientCount";

  static final int DEFAULT_BODY_BYTES = 128;

  final Request.Load load;
  final LoadOptions options;
  final RandomGenerator random;
  final List<Layout.Queue> queues;

  QueueTraffic(Request.Load load, RandomGenerator random) {
    this.load = load;
    this.options = new LoadOptions(load.options());
    this.random = random;
    this.queues = load.layout().queues();
  }

  @Override
  public List<Integer> lanes() {
    return Collections.nCopies(queues.size(), load.processesPerQueue());
  }

  int bodyBytes() {
    return options.whole(BODY_BYTES, DEFAULT_BODY_BYTES);
  }

  /** One reader for each queue that falls to this client node. */
  Map<String, ClientProgram.Background> oneReaderPerQueue(
      String name, java.util.function.Function<Layout.Queue, ClientProgram.Background> reader) {
    int index = options.whole(CLIENT_INDEX, 0);
    int count = options.whole(CLIENT_COUNT, 1);
    Map<String, ClientProgram.Background> readers = new HashMap<>();
    for (int i = 0; i < queues.size(); i++) {
      if (i % count == index % count) {
        Layout.Queue queue = queues.get(i);
        readers.put(name + "-" + queue.key(), reader.apply(queue));
      }
    }
    return readers;
  }
}
