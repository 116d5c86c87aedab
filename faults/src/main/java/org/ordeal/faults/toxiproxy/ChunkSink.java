package org.ordeal.faults.toxiproxy;

/** Where chunks go next on a link: a stage, or the link's end. Used on one event loop only. */
interface ChunkSink {
  /** Takes a chunk, and with it the duty to release it. */
  void offer(Chunk chunk);

  /** Nothing more will come. */
  void end();
}
